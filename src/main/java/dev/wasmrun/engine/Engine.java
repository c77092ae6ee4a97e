package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.Version;
import com.dylibso.chicory.wasm.WasmModule;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** A way to execute the code of a module. */
public enum Engine {
  /**
   * Every function becomes a JVM method, which HotSpot then compiles to machine code. The system
   * property {@code wasmrun.rewrites} says which rewrites the methods go through before: {@code
   * division}, {@code comparison}, {@code polling} and {@code float}, with commas between them, or
   * {@code none}; all by default.
   */
  COMPILER {
    @Override
    public Function<Instance, Machine> prepare(WasmModule module, boolean locating) {
      return CompiledModules.of(module, Rewrite.enabled(), locating);
    }

    @Override
    public Set<Integer> interpreted(WasmModule module) {
      return CompiledModules.of(module, Rewrite.enabled(), false).interpreted();
    }
  },
  /** Instructions are executed one by one: slow, and free of any compilation. */
  INTERPRETER {
    @Override
    public Function<Instance, Machine> prepare(WasmModule module, boolean locating) {
      return TracingInterpreter::new; // told apart by a listener of the instance
    }

    @Override
    public Set<Integer> interpreted(WasmModule module) {
      return Set.of();
    }
  };

  private static final long CACHE_MIB = 256;

  /** Like {@link #prepare(WasmModule, boolean)}, without the latter. */
  public final Function<Instance, Machine> prepare(WasmModule module) {
    return prepare(module, false);
  }

  /**
   * Makes the module ready to run; done once, however many instances follow.
   *
   * @param locating whether its code is to tell where it makes each access to memory; the instances
   *     then also need a {@link CodeLocation#listener}
   * @return the machine factory for instances of this module
   * @throws IllegalArgumentException if a system property asks for a rewrite that does not exist
   */
  public abstract Function<Instance, Machine> prepare(WasmModule module, boolean locating);

  /**
   * The functions of a prepared module that are interpreted although the engine compiles: their
   * code is too large for a method of Java, which has 64 KiB.
   */
  public abstract Set<Integer> interpreted(WasmModule module);

  /**
   * From now on keeps compiled code in the user's cache directory, at most {@value #CACHE_MIB} MiB
   * of it, and takes from there what this or another process has compiled before.
   *
   * @param notices told if there is such a directory but others can write to it; it is not used
   *     then
   */
  public static void keepCodeOnDisk(Consumer<String> notices) {
    CacheDirectory.find(System.getenv(), notices)
        .map(directory -> new CodeCache(directory, CACHE_MIB << 20))
        .ifPresent(CompiledModules::keepIn);
  }

  /** The version of the runtime that executes the code. */
  public static String runtimeVersion() {
    return Version.version();
  }

  /** The name as users write it: {@code compiler} or {@code interpreter}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
