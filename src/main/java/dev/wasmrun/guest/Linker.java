package dev.wasmrun.guest;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.ImportFunction;
import com.dylibso.chicory.runtime.ImportMemory;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionImport;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.engine.InstanceTables;
import dev.wasmrun.engine.Machines;
import dev.wasmrun.engine.PreparedCode;
import dev.wasmrun.memory.AccessLocation;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryTrap;
import dev.wasmrun.memory.MemoryView;
import dev.wasmrun.module.Executable;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ImportedItem;
import dev.wasmrun.module.MemoryFacts;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * A module made ready to be instantiated any number of times: its imports are checked and its code
 * is prepared once.
 *
 * <p>Immutable; may be shared among threads.
 */
public final class Linker {
  /** So many reasons not to link are told; a module may have thousands. */
  private static final int MOST_OBSTACLES = 20;

  private final GuestModule module;
  private final List<HostFunction> hostFunctions;
  private final TableLimit tableLimit;
  private final WasmModule executable;
  private final PreparedCode code;
  private final boolean locating;
  private final FurtherMemories furtherMemories;

  /**
   * Checks the imports and prepares the code; tables are limited as by default.
   *
   * @throws LinkException if an import is not among {@code hostFunctions}, has another type there,
   *     or the code cannot be executed by the engine, or its tables are too large
   * @throws GuestInterrupted if the thread is interrupted while it waits for the compiler
   */
  public Linker(GuestModule module, Engine engine, List<HostFunction> hostFunctions) {
    this(module, engine, hostFunctions, TableLimit.DEFAULT, MemoryLimit.NONE, false);
  }

  /**
   * Like the other constructor.
   *
   * @param tableLimit how many elements the tables of each instance may have
   * @param memoryLimit of each memory beside the first
   * @param locating whether the code is to tell {@link AccessLocation} where it accesses memory,
   *     for the memory's observer; a guest's code is the {@link Guest}, a host function's the
   *     {@link HostFunction}
   */
  public Linker(
      GuestModule module,
      Engine engine,
      List<HostFunction> hostFunctions,
      TableLimit tableLimit,
      MemoryLimit memoryLimit,
      boolean locating) {
    this.module = module;
    this.locating = locating;
    this.tableLimit = tableLimit;
    this.furtherMemories = new FurtherMemories(module, memoryLimit);
    this.hostFunctions = List.copyOf(hostFunctions);
    List<String> obstacles = Linkability.obstacles(module, hostFunctions);
    if (!obstacles.isEmpty()) {
      throw new LinkException("cannot link %s: %s".formatted(module.name(), text(obstacles)));
    }
    tableLimit.check(module);
    this.executable =
        engine == Engine.INTERPRETER ? Executable.interpreted(module) : Executable.of(module);
    try {
      this.code = Machines.of(engine, executable, locating);
    } catch (ChicoryInterruptedException e) {
      throw new GuestInterrupted(e);
    } catch (ChicoryException e) {
      throw new LinkException(
          "cannot compile %s: %s; try --engine interpreter"
              .formatted(module.name(), e.getMessage()),
          e);
    } catch (IllegalArgumentException e) {
      throw new LinkException("cannot compile %s: %s".formatted(module.name(), e.getMessage()), e);
    } catch (OutOfMemoryError | StackOverflowError e) {
      throw noRoom("compile", e);
    }
  }

  private static String text(List<String> obstacles) {
    int more = obstacles.size() - MOST_OBSTACLES;
    return more <= 0
        ? String.join("; ", obstacles)
        : "%s; and %s more".formatted(text(obstacles.subList(0, MOST_OBSTACLES)), more);
  }

  /** What the host functions keep that is in no instance, in words that can follow "because". */
  Optional<String> kept() {
    return hostFunctions.stream()
        .map(HostFunction::body)
        .filter(HostFunction.KeepingBody.class::isInstance)
        .map(body -> ((HostFunction.KeepingBody) body).kept())
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Whether instances tell where they access memory. */
  boolean isLocating() {
    return locating;
  }

  /** What a user should know of how an engine runs a module, if it is not as the engine says. */
  public static Optional<String> notice(GuestModule module, Engine engine) {
    return Machines.notice(engine, Executable.of(module));
  }

  /** The module that is linked. */
  public GuestModule module() {
    return module;
  }

  /**
   * Creates an instance. Its start function does not run; see {@link Guest#start}.
   *
   * @param memory the first linear memory, whether the module imports or defines it; empty if it
   *     has none
   * @param activeData whether this instance writes the module's active data segments
   * @throws Trap if an active data or element segment does not fit
   * @throws LinkException if the Java heap has no room for it
   */
  public Guest instantiate(Optional<LinearMemory> memory, ActiveData activeData) {
    var guest = new Guest(this, memory);
    try {
      Prepared prepared = prepare(guest, activeData);
      Instance instance = prepared.builder().build();
      prepared.own().setAddresses(instance);
      guest.attach(instance, prepared.own().stackPointer(), activeData);
    } catch (LinkException e) {
      throw e;
    } catch (RuntimeException e) {
      throw Failures.of(e, List.of());
    } catch (OutOfMemoryError e) {
      throw noRoom("instantiate", e);
    }
    return guest;
  }

  /** Creates an instance over a memory of its own that begins with a state. */
  Guest instantiate(Optional<LinearMemory> memory, InstanceState state) {
    var guest = new Guest(this, memory);
    Prepared prepared = prepare(guest, ActiveData.SKIP);
    Instance instance = prepared.builder().withInitialize(false).build();
    state.initialize(instance);
    guest.attach(instance, prepared.own().stackPointer(), ActiveData.SKIP);
    return guest;
  }

  /** An instance that can be made, and what it imports of its own. */
  private record Prepared(Instance.Builder builder, OwnImports own) {}

  private Prepared prepare(Guest guest, ActiveData activeData) {
    List<MemoryView> views =
        guest
            .optionalMemory()
            .map(first -> MemoryView.of(first, activeData, guest, guest::waitEnded))
            .map(first -> furtherMemories.behind(first, guest))
            .orElse(List.of());
    var values = importValues(guest, views);
    var tables = new InstanceTables(tableLimit.elements());
    OwnImports own = OwnImports.create(module, values, tables);
    var builder = Instance.builder(executable).withStart(false).withImportValues(values.build());
    code.install(builder);
    builder.withTableFactory(tables::create);
    if (!views.isEmpty()) { // else one that nothing uses
      Iterator<MemoryView> defined = views.stream().skip(importedMemories()).iterator();
      builder.withMemoryFactory(limits -> defined.next());
    }
    builder.withUnsafeExecutionListener(
        Machines.listener(executable, views.stream().findFirst().filter(first -> locating)));
    return new Prepared(builder, own);
  }

  private LinkException noRoom(String what, VirtualMachineError e) {
    return new LinkException(
        "cannot %s %s: it is too large for the Java heap of %s MiB; -Xmx in JAVA_OPTS raises that"
            .formatted(what, module.name(), Runtime.getRuntime().maxMemory() >> 20),
        e);
  }

  private long importedMemories() {
    return module.memories().stream().filter(MemoryFacts::imported).count();
  }

  private ImportValues.Builder importValues(Guest guest, List<MemoryView> views) {
    var values = ImportValues.builder();
    WasmModule executable = Executable.of(module);
    for (int i = 0; i < module.imports().size(); i++) {
      if (executable.importSection().getImport(i) instanceof FunctionImport declared) {
        ImportedItem item = module.imports().get(i);
        HostFunction function = Linkability.find(item, hostFunctions).orElseThrow();
        values.addFunction(
            new ImportFunction(
                item.module(),
                item.name(),
                executable.typeSection().getType(declared.typeIndex()),
                (instance, args) ->
                    locating ? locatedCall(function, guest, args) : call(function, guest, args)));
      }
    }
    for (int i = 0; i < importedMemories(); i++) {
      MemoryFacts facts = module.memories().get(i);
      values.addMemory(new ImportMemory(facts.module(), facts.name(), views.get(i)));
    }
    return values;
  }

  /** The memory that the function accesses is accessed by it, not by the guest's call. */
  private static long[] locatedCall(HostFunction function, Guest guest, long[] args) {
    AccessLocation.Saved caller = AccessLocation.current().enter(function);
    try {
      return call(function, guest, args);
    } finally {
      caller.restore();
    }
  }

  private static long[] call(HostFunction function, Guest guest, long[] args) {
    guest.asksHost();
    try {
      return function.body().call(guest, args);
    } catch (GuestFailure | MemoryTrap | ChicoryInterruptedException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new HostFault(
          "host function %s.%s failed: %s".formatted(function.module(), function.name(), e),
          e,
          List.of());
    }
  }
}
