package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.Version;
import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmrun.compiler.CompiledCode;
import dev.wasmrun.compiler.Compiler;
import dev.wasmrun.compiler.UnitStore;
import dev.wasmrun.memory.CompiledAccess;
import dev.wasmrun.memory.LibraryFunction;
import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
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

  private static final Map<String, Slot> COMPILED = new ConcurrentHashMap<>();
  private static volatile Optional<CodeCache> cache = Optional.empty();

  private CompiledModules() {}

  /** From now on keeps the code on disk, too. */
  static void keepIn(CodeCache directory) {
    cache = Optional.of(directory);
  }

  /** The code of one module, made once; who makes it keeps those waiting who want the same. */
  private static final class Slot {
    private final Lock making = new ReentrantLock();

    /** Null until it has been made; written under the lock. */
    private volatile SoftReference<PreparedCode> made;

    PreparedCode get(Supplier<PreparedCode> make) {
      try {
        making.lockInterruptibly();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ChicoryInterruptedException("Thread interrupted");
      }
      try {
        PreparedCode code = made == null ? null : made.get();
        if (code == null) {
          code = make.get();
          made = new SoftReference<>(code);
        }
        return code;
      } finally {
        making.unlock();
      }
    }

    /** Whether the memory has been needed for something else; waits for nobody. */
    boolean isCleared() {
      SoftReference<PreparedCode> reference = made;
      return reference != null && reference.get() == null;
    }
  }

  private record Code(CompiledCode compiled) implements PreparedCode {
    @Override
    public void install(Instance.Builder builder) {
      builder.withMachineFactory(compiled::machine).withGlobalFactory(compiled.globals());
    }

    @Override
    public Optional<String> notice() {
      return compiled
          .failure()
          .map(why -> "partly interpreted, which is slow, for the compiler has failed: " + why);
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
  static PreparedCode of(WasmModule module, boolean observed) {
    // The parser can be told to compute another digest, or none.
    if (module.digest() == null || !module.digest().startsWith(TRUSTED_DIGEST)) {
      return prepared(module, "n" + NEXT.incrementAndGet(), observed, UnitStore.NONE);
    }
    String key = key(module, observed);
    COMPILED
        .entrySet()
        .removeIf(entry -> !entry.getKey().equals(key) && entry.getValue().isCleared());
    return COMPILED
        .computeIfAbsent(key, unseen -> new Slot())
        .get(() -> prepared(module, name(key), observed, store(key)));
  }

  private static UnitStore store(String key) {
    return cache.<UnitStore>map(disk -> disk.entry(key)).orElse(UnitStore.NONE);
  }

  /** What the names of a module's classes begin with. */
  static String prefix(WasmModule module, boolean observed) {
    return prefix(name(key(module, observed)));
  }

  private static String prefix(String name) {
    return PACKAGE + name + "/";
  }

  /** What the package of a module's classes is called. */
  private static String name(String key) {
    return "m" + shortDigest(key);
  }

  /** The code or, if the compiler fails or the JVM refuses what it has made, an interpreter. */
  private static PreparedCode prepared(
      WasmModule module, String name, boolean observed, UnitStore store) {
    try {
      return Compiler.supports(module)
          ? new Code(compiled(module, name, observed, store))
          : RuntimeCompiled.of(module);
    } catch (ChicoryInterruptedException e) {
      throw e;
    } catch (RuntimeException | LinkageError | OutOfMemoryError | StackOverflowError e) {
      return new Interpreted(CompiledCode.why(e));
    }
  }

  private static CompiledCode compiled(
      WasmModule module, String name, boolean observed, UnitStore store) {
    return new CompiledCode(
        module, Compiler.units(module, prefix(name), observed), store, TracingInterpreter::new);
  }

  /** The code of a module that has a digest, from the cache as far as it is there. */
  static CompiledCode load(WasmModule module, boolean observed, CodeCache cache) {
    String key = key(module, observed);
    return compiled(module, name(key), observed, cache.entry(key));
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
        Compiler.formsOfVectors(module, observed),
        observed ? "observed, told of " + Arrays.toString(LibraryFunction.values()) : "plain");
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
