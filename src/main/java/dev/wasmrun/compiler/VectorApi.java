package dev.wasmrun.compiler;

import dev.wasmrun.compiler.emit.LaneMethods;
import dev.wasmrun.compiler.emit.VectorTier;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Vector API of the JDK: an incubating module, which is loaded when the first guest with
 * vectors is compiled. Without it vectors are computed by halves.
 *
 * <p>HotSpot's optimizing compiler recurses over the operations of a method. With some hundred
 * operations of this API it overflows the stack that it has by default, which ends the process. So
 * the API is used only by a Java that was started with a larger one.
 */
final class VectorApi {
  private static final String MODULE = "jdk.incubator.vector";

  /** The package of Java's own that can load a module which Java was started without. */
  private static final String LOADER = "jdk.internal.module";

  /** A property: only {@code halves}, {@code both} forms, or {@code whole} vectors at once. */
  private static final String PROPERTY = "wasmrun.vectors";

  /** Before this Java, HotSpot has no intrinsics for much of what is wanted. */
  private static final int COMPLETE = 21;

  private static final String DEFAULT = Runtime.version().feature() >= COMPLETE ? "both" : "halves";

  /** The least stack of HotSpot's compilers, in KiB. */
  static final int LEAST_STACK = 65_536;

  private static final Pattern STACK = Pattern.compile("-XX:CompilerThreadStackSize=(\\d{1,9})");

  private static final String NOTICE =
      "guests with SIMD are faster with the options --add-exports java.base/%s=%s"
          + " -XX:CompilerThreadStackSize=%s";

  /** What is told where the API cannot be used in spite of the options. */
  private static final String HALVES =
      "guests with SIMD are computed by halves of vectors, slower: %s";

  private VectorApi() {}

  /** What is known of it, found out when a guest first uses vectors. */
  private static final class Found {
    private static final Optional<LaneMethods.Written> METHODS = find();
  }

  /** Whether this Java was started so that the API can be used. */
  private static final class Allowed {
    private static final boolean ALLOWED = isAllowed();
  }

  /** The form of code in which vectors are whole; empty if there is none. */
  static Optional<VectorTier> tier() {
    String forms = System.getProperty(PROPERTY, DEFAULT);
    return forms.equals("halves") || !Allowed.ALLOWED
        ? Optional.empty()
        : Optional.of(new VectorTier(VectorApi::methods, forms.equals("whole")));
  }

  /** The class for whole vectors, loaded; empty if vectors are to be computed by halves. */
  static Optional<LaneMethods.Written> methods() {
    return Found.METHODS;
  }

  private static boolean isAllowed() {
    Module own = VectorApi.class.getModule();
    if (compilerStack() >= LEAST_STACK && Object.class.getModule().isExported(LOADER, own)) {
      return true;
    }
    String name = own.isNamed() ? own.getName() : "ALL-UNNAMED";
    System.getLogger(VectorApi.class.getName())
        .log(Level.INFO, NOTICE.formatted(LOADER, name, Integer.toString(LEAST_STACK)));
    return false;
  }

  private static Optional<LaneMethods.Written> find() {
    try {
      Module api = load(VectorApi.class.getModule());
      LaneMethods.Written written = LaneMethods.write();
      define(api, written);
      return Optional.of(written);
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      // No Vector API, or another than those known: halves are right, too.
      System.getLogger(VectorApi.class.getName()).log(Level.INFO, HALVES.formatted(e));
      return Optional.empty();
    }
  }

  /** The stack that HotSpot's compilers have, in KiB; 0 if that was left to HotSpot. */
  private static int compilerStack() {
    int stack = 0;
    for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      Matcher matcher = STACK.matcher(argument);
      if (matcher.matches()) {
        stack = Integer.parseInt(matcher.group(1));
      }
    }
    return stack;
  }

  /** The module, open to this one. */
  static Module load(Module own) throws ReflectiveOperationException {
    Class<?> modules = Class.forName(LOADER + ".Modules");
    Module api = (Module) modules.getMethod("loadModule", String.class).invoke(null, MODULE);
    modules
        .getMethod("addOpens", Module.class, String.class, Module.class)
        .invoke(null, api, MODULE, own);
    own.addReads(api);
    return api;
  }

  /**
   * Defines the class in the API's package. There is one of its name there, whoever defines it:
   * where this library is loaded twice, the same class is shared.
   *
   * @throws IllegalStateException if another version of this library has defined another
   */
  static void define(Module api, LaneMethods.Written written) throws ReflectiveOperationException {
    Class<?> inside = Class.forName(api, MODULE + ".Byte128Vector");
    Class.forName(api, MODULE + ".VectorShuffle");
    try {
      MethodHandles.privateLookupIn(inside, MethodHandles.lookup()).defineClass(written.bytes());
    } catch (LinkageError e) {
      Class<?> defined = Class.forName(api, LaneMethods.CLASS_NAME);
      if (defined == null) {
        throw e;
      }
      if (!written.digest().equals(defined.getField(LaneMethods.DIGEST).get(null))) {
        throw new IllegalStateException(
            "another version of this library has defined " + LaneMethods.CLASS_NAME, e);
      }
    }
  }
}
