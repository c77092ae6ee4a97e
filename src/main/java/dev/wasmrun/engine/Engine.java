package dev.wasmrun.engine;

import com.dylibso.chicory.wasm.Version;
import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmrun.compiler.Compiler;
import dev.wasmrun.compiler.runtime.LibraryCalls;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** A way to execute the code of a module. */
public enum Engine {
  /**
   * Every function becomes a method of the JVM, or several, which HotSpot then compiles to machine
   * code.
   */
  COMPILER {
    @Override
    PreparedCode prepare(WasmModule module, boolean locating) {
      return locating && !Compiler.supports(module)
          ? interpreted(module, true)
          : CompiledModules.of(module, locating);
    }
  },
  /** Instructions are executed one by one: slow, and free of any compilation. */
  INTERPRETER {
    @Override
    PreparedCode prepare(WasmModule module, boolean locating) {
      return interpreted(module, locating);
    }
  };

  private static final long CACHE_MIB = 256;

  /** Code that also tells of calls if it is locating; of accesses, a listener of the instance. */
  private static PreparedCode interpreted(WasmModule module, boolean locating) {
    LibraryCalls told = locating ? LibraryCalls.of(module) : LibraryCalls.NONE;
    return builder ->
        builder.withMachineFactory(instance -> new TracingInterpreter(instance, told));
  }

  /** As {@link Machines#of} says. */
  abstract PreparedCode prepare(WasmModule module, boolean locating);

  /** What a user should know of how this runs a module, if it is not as the engine says. */
  Optional<String> notice(WasmModule module) {
    return this == INTERPRETER ? Optional.empty() : CompiledModules.of(module, false).notice();
  }

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
