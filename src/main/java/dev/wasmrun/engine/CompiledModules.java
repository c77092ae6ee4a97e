package dev.wasmrun.engine;

import com.dylibso.chicory.compiler.internal.Compiler;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.WasmModule;
import java.lang.ref.SoftReference;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The code of the modules that this process has compiled, so that none is compiled twice, and what
 * HotSpot has learnt about it serves every later run.
 *
 * <p>Modules are told apart by the digest of their bytes, so two loads of one file share their
 * code. It is kept as long as the memory is not needed for something else.
 */
final class CompiledModules {
  private record Key(String digest, Set<Rewrite> rewrites) {}

  private static final Map<Key, SoftReference<Function<Instance, Machine>>> COMPILED =
      new HashMap<>(); // guarded by this class

  private CompiledModules() {}

  /** The machine factory for a module's code. */
  static synchronized Function<Instance, Machine> machines(
      WasmModule module, Set<Rewrite> rewrites) {
    if (module.digest() == null) { // The parser can be told not to compute it.
      return compile(module, rewrites);
    }
    var key = new Key(module.digest(), rewrites);
    SoftReference<Function<Instance, Machine>> known = COMPILED.get(key);
    Function<Instance, Machine> machines = known == null ? null : known.get();
    if (machines == null) {
      COMPILED.values().removeIf(reference -> reference.get() == null);
      machines = compile(module, rewrites);
      COMPILED.put(key, new SoftReference<>(machines));
    }
    return machines;
  }

  private static Function<Instance, Machine> compile(WasmModule module, Set<Rewrite> rewrites) {
    var compiled =
        Compiler.builder(module)
            .withClassCollectorFactory(() -> new RewritingCollector(rewrites))
            .build()
            .compile();
    return ((RewritingCollector) compiled.collector()).machineFactory();
  }
}
