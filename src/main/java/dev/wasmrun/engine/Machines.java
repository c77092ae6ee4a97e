package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.ExecutionListener;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmrun.Internal;
import dev.wasmrun.compiler.runtime.CompiledMachine;
import dev.wasmrun.memory.MemoryView;
import java.lang.reflect.Method;
import java.util.Optional;

/** What the runtime executes a module's code with: the inner side of an {@link Engine}. */
@Internal
public final class Machines {
  private Machines() {}

  /**
   * Makes a module ready to run; done once, however many instances follow.
   *
   * <p>The instances also need the {@link #listener}, without which interpreted code cannot be
   * stopped.
   *
   * @param locating whether its code is to tell where it makes each access to memory
   * @return what instances of this module run
   */
  public static PreparedCode of(Engine engine, WasmModule module, boolean locating) {
    return engine.prepare(module, locating);
  }

  /**
   * What an instance of a module has to be told of the instructions that are interpreted in it. An
   * instance needs its own.
   *
   * @param located the memory that is to know where it is accessed, if one is
   */
  public static ExecutionListener listener(WasmModule module, Optional<MemoryView> located) {
    ExecutionListener listener =
        located.map(CodeLocation::listener).orElse(InterruptListener.INSTANCE);
    return VectorLocals.before(listener, module);
  }

  /**
   * The code of one of an instance's functions: a static method, the same for all instances of a
   * module, whose last parameter is the {@link #context}. Empty if it is interpreted or imported.
   */
  public static Optional<Method> method(Instance instance, int function) {
    return compiled(instance).flatMap(machine -> machine.method(function));
  }

  /** What tells an instance from others where its code is compiled. */
  public static Optional<Object> context(Instance instance) {
    return compiled(instance).map(CompiledMachine::context);
  }

  private static Optional<CompiledMachine> compiled(Instance instance) {
    return Optional.of(instance.getMachine())
        .filter(CompiledMachine.class::isInstance)
        .map(CompiledMachine.class::cast);
  }

  /** What a user should know of how an engine runs a module, if it is not as the engine says. */
  public static Optional<String> notice(Engine engine, WasmModule module) {
    return engine.notice(module);
  }
}
