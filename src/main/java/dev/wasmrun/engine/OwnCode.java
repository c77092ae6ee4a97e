package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.GlobalFactory;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmrun.compiler.CompiledCode;
import dev.wasmrun.compiler.Compiler;
import java.lang.ref.SoftReference;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Machines by our own compiler, instead of Chicory's, if the system property {@value #PROPERTY} is
 * {@code own}.
 */
final class OwnCode implements Function<Instance, Machine> {
  static final String PROPERTY = "wasmrun.compiler";
  private static final AtomicInteger NEXT = new AtomicInteger();

  /** Guarded by this class. */
  private static final Map<String, SoftReference<OwnCode>> COMPILED = new HashMap<>();

  private final CompiledCode code;

  private OwnCode(CompiledCode code) {
    this.code = code;
  }

  static boolean isChosen(WasmModule module) {
    return "own".equals(System.getProperty(PROPERTY)) && Compiler.supports(module);
  }

  static synchronized OwnCode of(WasmModule module, boolean locating) {
    if (module.digest() == null) {
      return compile(module, locating);
    }
    String key = module.digest() + locating;
    SoftReference<OwnCode> known = COMPILED.get(key);
    OwnCode code = known == null ? null : known.get();
    if (code == null) {
      COMPILED.values().removeIf(reference -> reference.get() == null);
      code = compile(module, locating);
      COMPILED.put(key, new SoftReference<>(code));
    }
    return code;
  }

  private static OwnCode compile(WasmModule module, boolean locating) {
    String prefix = "dev/wasmrun/compiled/m" + NEXT.incrementAndGet() + "/";
    return new OwnCode(new CompiledCode(module, Compiler.compile(module, prefix, locating)));
  }

  @Override
  public Machine apply(Instance instance) {
    return code.machine(instance);
  }

  GlobalFactory globals() {
    return code.globals();
  }
}
