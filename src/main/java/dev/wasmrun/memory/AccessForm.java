package dev.wasmrun.memory;

import java.lang.reflect.Field;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Set;

/**
 * The ways to memory outside the heap, the fastest first, of which the Java at hand offers one or
 * the other without a word on the error stream.
 */
enum AccessForm {
  /** The internal {@code Unsafe}. */
  INTERNAL("jdk.internal.misc"),
  /** That of {@code sun.misc}, of which newer releases warn. */
  SUN("sun.misc"),
  /** The methods of a buffer. */
  BUFFER("");

  /** A system property with the name of the first form to be tried, in lower case. */
  private static final String PROPERTY = "wasmrun.memory";

  /** From here on sun.misc.Unsafe warns of its use. */
  private static final int SUN_WARNS = 24;

  /** Processors on which an address need not be a multiple of anything. */
  private static final Set<String> UNALIGNED = Set.of("amd64", "x86_64", "aarch64");

  private final String unsafePackage;

  AccessForm(String unsafePackage) {
    this.unsafePackage = unsafePackage;
  }

  /** The first that there may be. */
  static AccessForm first() {
    String name = System.getProperty(PROPERTY, "");
    for (AccessForm form : values()) {
      if (form.toString().equals(name)) {
        return form;
      }
    }
    return INTERNAL;
  }

  /** The form to try where this one fails. */
  AccessForm next() {
    return values()[ordinal() + 1];
  }

  /** Whether Java and processor allow it. */
  boolean isThere() {
    if (this == BUFFER) {
      return true;
    }
    if (!suitsProcessor()) {
      return false;
    }
    return this == INTERNAL
        ? Object.class.getModule().isExported(unsafePackage, AccessForm.class.getModule())
        : Runtime.version().feature() < SUN_WARNS && isLoadable();
  }

  /** Whether its class is there: its module may not be. */
  private boolean isLoadable() {
    try {
      unsafeClass();
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** Whether the processor has numbers in memory as WebAssembly has them, at any address. */
  static boolean suitsProcessor() {
    return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
        && UNALIGNED.contains(System.getProperty("os.arch"));
  }

  /** The class whose one object makes accesses. */
  Class<?> unsafeClass() throws ClassNotFoundException {
    return Class.forName(unsafePackage + ".Unsafe");
  }

  /** The one object of {@link #unsafeClass}. */
  Object unsafe() throws ReflectiveOperationException {
    if (this != SUN) {
      return unsafeClass().getMethod("getUnsafe").invoke(null);
    }
    Field field = unsafeClass().getDeclaredField("theUnsafe");
    field.setAccessible(true);
    return field.get(null);
  }

  /** The one object of {@code sun.misc.Unsafe}; for generated code. */
  static Object sun() throws ReflectiveOperationException {
    return SUN.unsafe();
  }

  /** Where a buffer begins in the process; 0 if it is not to be accessed by address. */
  long address(ByteBuffer buffer) throws ReflectiveOperationException {
    if (this == BUFFER || !buffer.isDirect()) {
      return 0;
    }
    Object unsafe = unsafe();
    Class<?> type = unsafeClass();
    Field address = Buffer.class.getDeclaredField("address");
    long offset = (long) type.getMethod("objectFieldOffset", Field.class).invoke(unsafe, address);
    return (long)
        type.getMethod("getLong", Object.class, long.class).invoke(unsafe, buffer, offset);
  }

  /** The size of the process's pages in bytes; 0 if this form does not know. */
  int pageSize() throws ReflectiveOperationException {
    return this == BUFFER ? 0 : (int) unsafeClass().getMethod("pageSize").invoke(unsafe());
  }

  /** The name that the property has. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
