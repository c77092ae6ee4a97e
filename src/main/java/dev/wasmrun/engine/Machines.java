package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.ExecutionListener;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmrun.memory.MemoryView;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What the runtime executes a module's code with: the inner side of an {@link Engine}. */
public final class Machines {
  private Machines() {}

  /**
   * Makes a module ready to run; done once, however many instances follow.
   *
   * <p>The instances also need the {@link #listener}, without which interpreted code cannot be
   * stopped.
   *
   * @param locating whether its code is to tell where it makes each access to memory
   * @return the machine factory for instances of this module
   * @throws IllegalArgumentException if a system property asks for a rewrite that does not exist
   */
  public static Function<Instance, Machine> of(Engine engine, WasmModule module, boolean locating) {
    return engine.prepare(module, locating);
  }

  /** Has an instance use machines, and the globals that those can use. */
  public static void install(Function<Instance, Machine> machines, Instance.Builder builder) {
    builder.withMachineFactory(machines);
    if (machines instanceof OwnCode own) {
      builder.withGlobalFactory(own.globals());
    }
  }

  /**
   * What an instance has to be told of the instructions that are interpreted in it.
   *
   * @param located the memory that is to know where it is accessed, if one is
   */
  public static ExecutionListener listener(Optional<MemoryView> located) {
    return located.map(CodeLocation::listener).orElse(InterruptListener.INSTANCE);
  }

  /**
   * The functions of a prepared module that are interpreted although the engine compiles: their
   * code is too large for a method of Java, which has 64 KiB, or the compiler fails with it.
   */
  public static Set<Integer> interpreted(Engine engine, WasmModule module) {
    return engine.interpreted(module);
  }
}
