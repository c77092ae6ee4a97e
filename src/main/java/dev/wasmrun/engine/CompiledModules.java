package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.Version;
import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmrun.compiler.CompiledCode;
import dev.wasmrun.compiler.Compiler;
import dev.wasmrun.memory.CompiledAccess;
import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

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
  private static final String PACKAGE = "dev/wasmrun/compiled/";
  private static final int DIGITS = 16;

  /** Numbers the modules that have no digest. */
  private static final AtomicInteger NEXT = new AtomicInteger();

  // Both guarded by this class.
  private static final Map<String, SoftReference<PreparedCode>> COMPILED = new HashMap<>();
  private static Optional<CodeCache> cache = Optional.empty();

  private CompiledModules() {}

  /** From now on keeps the code on disk, too. */
  static synchronized void keepIn(CodeCache directory) {
    cache = Optional.of(directory);
  }

  private record Code(CompiledCode compiled) implements PreparedCode {
    @Override
    public void install(Instance.Builder builder) {
      builder.withMachineFactory(compiled::machine).withGlobalFactory(compiled.globals());
    }
  }

  /** Code of a module that the compiler has failed with. */
  private record Interpreted(String why) implements PreparedCode {
    @Override
    public void install(Instance.Builder builder) {
      builder.withMachineFactory(TracingInterpreter::new);
    }

    @Override
    public Optional<String> notice() {
      return Optional.of("interpreted, which is slow, for the compiler has failed: " + why);
    }
  }

  /**
   * The code of a module.
   *
   * @param observed whether it is to tell where it makes each access to memory
   */
  static synchronized PreparedCode of(WasmModule module, boolean observed) {
    // The parser can be told to compute another digest, or none.
    if (module.digest() == null || !module.digest().startsWith(TRUSTED_DIGEST)) {
      return prepared(
          () -> compiled(module, PACKAGE + "n" + NEXT.incrementAndGet() + "/", observed));
    }
    String key = key(module, observed);
    SoftReference<PreparedCode> known = COMPILED.get(key);
    PreparedCode code = known == null ? null : known.get();
    if (code == null) {
      COMPILED.values().removeIf(reference -> reference.get() == null);
      code = prepared(() -> load(module, observed, cache));
      COMPILED.put(key, new SoftReference<>(code));
    }
    return code;
  }

  /** The code or, if the compiler fails or the JVM refuses what it has made, an interpreter. */
  private static PreparedCode prepared(Supplier<CompiledCode> compile) {
    try {
      return new Code(compile.get());
    } catch (RuntimeException | LinkageError e) {
      return new Interpreted(e.toString().lines().findFirst().orElse(""));
    }
  }

  /** The code from the cache or, where it does not have it, from the compiler. */
  static CompiledCode load(WasmModule module, boolean observed, Optional<CodeCache> cache) {
    String key = key(module, observed);
    Optional<Map<String, byte[]>> cached = cache.flatMap(disk -> disk.read(key));
    if (cached.isPresent()) {
      return new CompiledCode(module, StoredClasses.restore(cached.get()));
    }
    CompiledCode code = compiled(module, PACKAGE + "m" + shortDigest(key) + "/", observed);
    cache.ifPresent(disk -> disk.write(key, StoredClasses.store(code.generated())));
    return code;
  }

  /** Compiles a module and has the JVM verify it, before any of its code runs. */
  private static CompiledCode compiled(WasmModule module, String prefix, boolean observed) {
    var code = new CompiledCode(module, Compiler.compile(module, prefix, observed));
    code.verify();
    return code;
  }

  /** Everything that decides what classes a module becomes. */
  static String key(WasmModule module, boolean observed) {
    return String.join(
        "\n",
        module.digest(),
        "chicory " + Version.version(),
        "compiler " + Compiler.VERSION,
        "java " + Runtime.version().feature(),
        "memory by " + CompiledAccess.className(),
        observed ? "observed" : "plain");
  }

  private static String shortDigest(String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
