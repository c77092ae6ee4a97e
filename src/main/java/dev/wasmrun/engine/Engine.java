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
   * division}, {@code comparison}, {@code polling}, {@code float} and {@code atomic}, with commas
   * between them, or {@code none}; all by default.
   */
  COMPILER {
    @Override
    Function<Instance, Machine> prepare(WasmModule module, boolean locating) {
      return OwnCode.isChosen(module)
          ? OwnCode.of(module, locating)
          : CompiledModules.of(module, Rewrite.enabled(), locating);
    }

    @Override
    Set<Integer> interpreted(WasmModule module) {
      return OwnCode.isChosen(module)
          ? Set.of()
          : CompiledModules.of(module, Rewrite.enabled(), false).interpreted();
    }
  },
  /** Instructions are executed one by one: slow, and free of any compilation. */
  INTERPRETER {
    @Override
    Function<Instance, Machine> prepare(WasmModule module, boolean locating) {
      return TracingInterpreter::new; // told apart by a listener of the instance
    }

    @Override
    Set<Integer> interpreted(WasmModule module) {
      return Set.of();
    }
  };

  private static final long CACHE_MIB = 256;

  /** As {@link Machines#of} says. */
  abstract Function<Instance, Machine> prepare(WasmModule module, boolean locating);

  /** As {@link Machines#interpreted} says. */
  abstract Set<Integer> interpreted(WasmModule module);

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
