package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.Version;
import com.dylibso.chicory.wasm.WasmModule;
import java.lang.ref.SoftReference;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The code of the modules that this process has compiled, so that none is compiled twice, and what
 * HotSpot has learnt about it serves every later run; with a {@link CodeCache}, not even by
 * different processes.
 *
 * <p>Modules are told apart by the digest of their bytes, so two loads of one file share their
 * code. It is kept as long as the memory is not needed for something else.
 */
final class CompiledModules {
  private static final String TRUSTED_DIGEST = "sha-256:";

  // Both guarded by this class.
  private static final Map<String, SoftReference<Code>> COMPILED = new HashMap<>();
  private static Optional<CodeCache> cache = Optional.empty();

  private CompiledModules() {}

  /** From now on keeps the code on disk, too. */
  static synchronized void keepIn(CodeCache directory) {
    cache = Optional.of(directory);
  }

  /**
   * What a module has become, a factory of machines.
   *
   * @param interpreted the functions that cannot be compiled, which the interpreter runs
   */
  record Code(Function<Instance, Machine> machines, Set<Integer> interpreted)
      implements Function<Instance, Machine> {
    @Override
    public Machine apply(Instance instance) {
      return machines.apply(instance);
    }
  }

  /** The code of a module. */
  static synchronized Code of(WasmModule module, Set<Rewrite> rewrites, boolean locating) {
    // The parser can be told to compute another digest, or none.
    if (module.digest() == null || !module.digest().startsWith(TRUSTED_DIGEST)) {
      return ModuleCompiler.compile(module, rewrites, locating).code();
    }
    String key = key(module, rewrites) + (locating ? "\nlocating" : "");
    SoftReference<Code> known = COMPILED.get(key);
    Code code = known == null ? null : known.get();
    if (code == null) {
      COMPILED.values().removeIf(reference -> reference.get() == null);
      code = load(module, rewrites, locating, key, cache).code();
      COMPILED.put(key, new SoftReference<>(code));
    }
    return code;
  }

  /** Everything that decides what classes a module becomes. */
  static String key(WasmModule module, Set<Rewrite> rewrites) {
    return String.join(
        "\n",
        module.digest(),
        "chicory " + Version.version(),
        "pass " + BytecodePass.VERSION + " " + new TreeSet<>(rewrites),
        "java " + Runtime.version().feature());
  }

  /** The classes from the cache or, where it does not have them, from the compiler. */
  static RewritingCollector load(
      WasmModule module,
      Set<Rewrite> rewrites,
      boolean locating,
      String key,
      Optional<CodeCache> cache) {
    Optional<RewritingCollector> cached =
        cache.flatMap(disk -> disk.read(key)).map(RewritingCollector::restored);
    if (cached.isPresent()) {
      return cached.get();
    }
    RewritingCollector compiled = ModuleCompiler.compile(module, rewrites, locating);
    cache.ifPresent(disk -> disk.write(key, compiled.stored()));
    return compiled;
  }
}
