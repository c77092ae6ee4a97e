package dev.wasmrun.compiler.runtime;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.runtime.TableInstance;
import dev.wasmrun.compiler.code.ModuleTypes;
import dev.wasmrun.memory.MemoryView;
import java.util.Objects;
import java.util.function.Function;

/**
 * What generated code knows of the instance that it runs for; its last argument everywhere.
 *
 * <p>A module's own subclass, which is generated too, adds a field for each of its globals. Nothing
 * here belongs to a call, so that several threads may call one instance.
 */
public abstract class Context {
  /** The instance. */
  public final Instance instance;

  /** The first memory; null if there is none. */
  public final MemoryView memory;

  /** What plain accesses to it go by, as {@link dev.wasmrun.memory.CompiledAccess} says. */
  protected final Object access;

  /** How many calls may be made before the next look at the interrupt flag; see Interrupts. */
  int callsLeft;

  /** The most globals that get a field. */
  private static final int MOST_FIELDS = 2000;

  private final ModuleTypes types;
  private final MemoryView[] memories;

  /** For each function the first type that is equal to its own. */
  final int[] typesOfFunctions;

  /** Set once the runtime has made the tables, which it does after the machine; idempotent. */
  private TableInstance[] tables;

  private Function<Instance, Machine> interpreter;

  /** Of an instance whose globals and tables are still to be made. */
  protected Context(Instance instance, ModuleTypes types, MemoryView[] memories) {
    this.instance = Objects.requireNonNull(instance);
    this.types = types;
    this.memories = memories;
    this.memory = memories.length == 0 ? null : memories[0];
    this.access = memory == null ? null : memory.compiled();
    this.typesOfFunctions = types.canonicalTypesOfFunctions();
  }

  /** Whether the context of a module has a field for a global. */
  public static boolean hasField(ModuleTypes types, int global) {
    int own = global - types.importedGlobals();
    return own >= 0 && own < MOST_FIELDS;
  }

  /** The value of a global of the module's own, as the runtime has values. */
  public abstract long global(int index);

  /** Sets a global of the module's own. */
  public abstract void setGlobal(int index, long value);

  /** The upper half of a vector that is a global of the module's own. */
  public long globalHigh(int index) {
    throw new IndexOutOfBoundsException(index);
  }

  /** Sets the upper half of a vector. */
  public void setGlobalHigh(int index, long value) {
    throw new IndexOutOfBoundsException(index);
  }

  /** A memory by its index. */
  public final MemoryView memory(int index) {
    return memories[index];
  }

  /** A table by its index. */
  public final TableInstance table(int index) {
    TableInstance[] known = tables;
    if (known == null) {
      known = new TableInstance[instance.tableCount()];
      for (int i = 0; i < known.length; i++) {
        known[i] = instance.table(i);
      }
      tables = known;
    }
    return known[index];
  }

  /** The value of a global that has no field here, such as an imported one. */
  public final long distantGlobal(int index) {
    return instance.global(index).getValue();
  }

  /** Sets a global that has no field here. */
  public final void setDistantGlobal(long value, int index) {
    instance.global(index).setValue(value);
  }

  /** The upper half of a vector that is a global without a field here. */
  public final long distantGlobalHigh(int index) {
    return instance.global(index).getValueHigh();
  }

  /** Sets the upper half of a vector that is a global without a field here. */
  public final void setDistantGlobalHigh(long value, int index) {
    instance.global(index).setValueHigh(value);
  }

  /** What the module's types and functions are. */
  final ModuleTypes types() {
    return types;
  }

  /** Calls an imported function. */
  public final long[] callImport(long[] args, int function) {
    return instance.imports().function(function).handle().apply(instance, args);
  }

  /** Calls a function that has not been compiled. */
  public final long[] interpret(long[] args, int function) {
    return interpreter.apply(instance).call(function, args);
  }

  /** Says what executes functions that could not be compiled: a new one for each call. */
  public final void interpretBy(Function<Instance, Machine> machines) {
    interpreter = machines;
  }

  /** Calls any function of the instance, imported or not. */
  public final long[] call(long[] args, int function) {
    return instance.getMachine().call(function, args);
  }

  /**
   * Calls what {@link Tables#callee} has found: a function of the instance, or an element of a
   * table that belongs to another one.
   */
  public final long[] callElement(long[] args, int callee, int table) {
    if (callee >= 0) {
      return call(args, callee);
    }
    int index = Tables.foreignIndex(callee);
    TableInstance found = table(table);
    return found.instance(index).getMachine().call(found.requiredRef(index), args);
  }
}
