package dev.wasmrun.compiler;

import com.dylibso.chicory.runtime.GlobalFactory;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionBody;
import dev.wasmrun.compiler.code.ModuleTypes;
import dev.wasmrun.compiler.emit.GeneratedClasses;
import dev.wasmrun.compiler.runtime.CodeFrames;
import dev.wasmrun.compiler.runtime.CodeGroup;
import dev.wasmrun.compiler.runtime.CompiledMachine;
import dev.wasmrun.compiler.runtime.Context;
import dev.wasmrun.compiler.runtime.ContextGlobals;
import dev.wasmrun.memory.MemoryView;
import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;

/**
 * A module's code, ready to run: what makes machines for its instances.
 *
 * <p>Thread-safe. Classes are loaded when they are first used, and kept as long as this is.
 */
public final class CompiledCode {
  private final ModuleTypes types;
  private final GeneratedClasses generated;
  private final CodeLoader loader;
  private final Constructor<?> contextConstructor;

  /** Keeps them reachable. */
  private final List<CodeFrames.Table> tables = new ArrayList<>();

  private final Map<String, CodeGroup> groups = new ConcurrentHashMap<>();

  /** The code that a module has become. */
  public CompiledCode(WasmModule module, GeneratedClasses generated) {
    this.types = new ModuleTypes(module);
    this.generated = generated;
    this.loader = new CodeLoader(generated.classes());
    int[] functions = beginnings(module.codeSection().functionBodies());
    generated
        .lines()
        .forEach(
            (name, lines) -> {
              var table = new CodeFrames.Table(lines, functions, types.importedFunctions());
              tables.add(table);
              CodeFrames.register(name.replace('/', '.'), table);
            });
    try {
      this.contextConstructor =
          loader
              .loadClass(generated.contextClass().replace('/', '.'))
              .getConstructor(Instance.class, ModuleTypes.class, MemoryView[].class);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("generated code without a context", e);
    }
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
    return new CompiledMachine(context(instance), group());
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
      return (Context) contextConstructor.newInstance(instance, types, memories);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("generated code whose context cannot be made", e);
    }
  }

  private IntFunction<CodeGroup> group() {
    return function -> groups.computeIfAbsent(generated.groupOf(function), this::load);
  }

  private CodeGroup load(String name) {
    try {
      return (CodeGroup) loader.loadClass(name.replace('/', '.')).getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("generated code without " + name, e);
    }
  }

  /** The classes that this loads. */
  public GeneratedClasses generated() {
    return generated;
  }

  /** Loads and verifies all classes. */
  public void verify() {
    for (String name : generated.classes().keySet()) {
      try {
        Class.forName(name.replace('/', '.'), true, loader);
      } catch (ClassNotFoundException e) {
        throw new IllegalStateException("generated code without " + name, e);
      }
    }
  }

  /** Finds generated classes when they are first referred to: many of a large module never are. */
  private static final class CodeLoader extends ClassLoader {
    static {
      registerAsParallelCapable();
    }

    private final Map<String, byte[]> classes;

    CodeLoader(Map<String, byte[]> classes) {
      super("wasm", CodeLoader.class.getClassLoader());
      this.classes = classes;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      byte[] bytes = classes.get(name.replace('.', '/'));
      if (bytes == null) {
        throw new ClassNotFoundException(name);
      }
      return defineClass(name, bytes, 0, bytes.length);
    }
  }
}
