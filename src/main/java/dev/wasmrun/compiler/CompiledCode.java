package dev.wasmrun.compiler;

import com.dylibso.chicory.runtime.GlobalFactory;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionBody;
import dev.wasmrun.compiler.code.ModuleTypes;
import dev.wasmrun.compiler.emit.GeneratedUnit;
import dev.wasmrun.compiler.emit.MethodNames;
import dev.wasmrun.compiler.emit.UnitSource;
import dev.wasmrun.compiler.runtime.CodeFrames;
import dev.wasmrun.compiler.runtime.CodeGroup;
import dev.wasmrun.compiler.runtime.CompiledMachine;
import dev.wasmrun.compiler.runtime.Context;
import dev.wasmrun.compiler.runtime.ContextGlobals;
import dev.wasmrun.memory.MemoryView;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/**
 * A module's code, ready to run: what makes machines for its instances.
 *
 * <p>Thread-safe. Classes are generated and loaded when they are first used, and kept as long as
 * this is.
 */
public final class CompiledCode {
  private final WasmModule module;
  private final ModuleTypes types;
  private final UnitSource source;
  private final UnitLoader loader;
  private final int[] beginnings;
  private final Function<Instance, Machine> interpreter;
  private final Constructor<?> contextConstructor;

  /** Keeps them reachable. */
  private final Queue<CodeFrames.Table> tables = new ConcurrentLinkedQueue<>();

  /** By the function's index; a call from Java finds its group here, without knowing its name. */
  private final AtomicReferenceArray<CodeGroup> groups;

  /**
   * The code of a module.
   *
   * @param store where classes are kept that the JVM has verified
   * @param interpreter what executes functions that cannot be compiled: a machine for a call
   * @throws RuntimeException if not even the context can be compiled
   */
  public CompiledCode(
      WasmModule module,
      UnitSource source,
      UnitStore store,
      Function<Instance, Machine> interpreter) {
    this.module = module;
    this.types = new ModuleTypes(module);
    this.groups =
        new AtomicReferenceArray<>(
            types.importedFunctions() + module.codeSection().functionBodyCount());
    this.source = source;
    this.interpreter = interpreter;
    this.beginnings = beginnings(module.codeSection().functionBodies());
    this.loader = new UnitLoader(source, store, this::register);
    try {
      this.contextConstructor =
          loader
              .generated(source.contextClass())
              .getConstructor(Instance.class, ModuleTypes.class, MemoryView[].class);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("generated code without a context", e);
    }
  }

  private void register(String unit, GeneratedUnit generated) {
    generated
        .lines()
        .forEach(
            (name, lines) -> {
              var table = new CodeFrames.Table(lines, beginnings, types.importedFunctions());
              tables.add(table);
              CodeFrames.register(name.replace('/', '.'), table);
            });
  }

  /** Where functions begin; one that is not in the file counts as part of the one before. */
  private static int[] beginnings(FunctionBody[] bodies) {
    int[] beginnings = new int[bodies.length];
    int last = -1;
    for (int i = 0; i < bodies.length; i++) {
      last = Math.max(last + 1, bodies[i].instructions().get(0).address());
      beginnings[i] = last;
    }
    return beginnings;
  }

  /** A machine for a new instance, whose globals have to come from {@link #globals}. */
  public Machine machine(Instance instance) {
    return new CompiledMachine(context(instance), this::group, this::method);
  }

  /** Makes the globals of one instance. */
  public GlobalFactory globals() {
    return new ContextGlobals(types);
  }

  private Context context(Instance instance) {
    int count =
        instance.imports().memoryCount()
            + instance.module().memorySection().map(section -> section.memoryCount()).orElse(0);
    var memories = new MemoryView[count];
    for (int i = 0; i < count; i++) {
      // One that is not ours is there for the runtime's sake only, and code does not access it.
      memories[i] = instance.memory(i) instanceof MemoryView view ? view : null;
    }
    try {
      var context = (Context) contextConstructor.newInstance(instance, types, memories);
      context.interpretBy(interpreter);
      return context;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("generated code whose context cannot be made", e);
    }
  }

  private CodeGroup group(int function) {
    CodeGroup group = groups.getAcquire(function);
    if (group == null) {
      group = load(source.groupOf(function)); // with no lock held; a second one does as well
      groups.setRelease(function, group);
    }
    return group;
  }

  private Method method(int function) {
    String name = MethodNames.of(module, function);
    for (Method method : group(function).getClass().getMethods()) {
      if (method.getName().equals(name)) {
        return method;
      }
    }
    throw new IllegalStateException("generated code without " + name);
  }

  private CodeGroup load(String name) {
    try {
      return (CodeGroup) loader.generated(name).getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("generated code without " + name, e);
    }
  }

  /** What a failure of the compiler is called. */
  public static String why(Throwable failure) {
    return UnitLoader.why(failure);
  }

  /** Why some of the code is interpreted, if any is. */
  public Optional<String> failure() {
    return loader.failure();
  }

  /**
   * Loads all classes.
   *
   * @throws LinkageError if the JVM refuses one
   */
  public void loadAll() {
    for (String unit : source.units()) {
      try {
        loader.generated(unit);
      } catch (ClassNotFoundException e) {
        throw new IllegalStateException("generated code without " + unit, e);
      }
    }
  }
}
