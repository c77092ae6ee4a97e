package dev.wasmrun.guest;

import dev.wasmrun.Internal;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryTrap;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a C++ exception in a guest's memory is, in words.
 *
 * <p>A thrown exception of WebAssembly's own has the address of its header's last part:
 *
 * <pre>
 *   about -48 type: i32   …   0 class: i64, "CLNGC++" and a zero   …   32 the object
 *
 *   type    of its std::type_info:   0 virtual table   4 name: i32   8 one base, or
 *                                    8 flags  12 count of bases  16 (base, offset and flags) …
 *   object  0 virtual table: destructors, then what()
 * </pre>
 */
@Internal
public final class CppExceptions {
  private static final long CLASS = 0x434C_4E47_432B_2B00L;
  private static final long DEPENDENT = 1;
  private static final int OBJECT = 32;

  /** Where the type is, in this release of the library or another. */
  private static final int[] TYPE_AT = {-48, -44, -52, -40, -56, -36, -64, -32};

  private static final int NAME = 4;
  private static final int BASE = 8;
  private static final int BASE_COUNT = 12;
  private static final int BASES = 16;
  private static final int BASE_SIZE = 8;
  private static final int OFFSET_SHIFT = 8;
  private static final int VIRTUAL = 1;
  private static final int WHAT = 2 * Integer.BYTES;
  private static final String STANDARD = "St9exception";
  private static final int DEEPEST = 20;
  private static final int LONGEST_NAME = 2000;
  private static final int LONGEST_TEXT = 2000;

  private CppExceptions() {}

  /**
   * What has been thrown as an exception of WebAssembly; empty if it is none of C++'s.
   *
   * @param guest which threw it
   * @param values what the exception carries
   */
  static Optional<String> thrown(Guest guest, long[] values) {
    if (values.length != 1 || guest.module().memory().isEmpty()) {
      return Optional.empty();
    }
    int header = (int) values[0];
    LinearMemory memory = guest.memory();
    try {
      if ((memory.getLong(header) & ~DEPENDENT) != CLASS) {
        return Optional.empty();
      }
      for (int at : TYPE_AT) {
        int type = memory.getInt(header + at);
        if (typeName(memory, type) != null) {
          return Optional.of(uncaught(guest, type, header + OBJECT));
        }
      }
      return Optional.empty();
    } catch (MemoryTrap e) {
      return Optional.empty();
    }
  }

  /**
   * That an exception was not caught, by its type and, if it is one of the standard library's, what
   * it says itself.
   *
   * @param type the address of its std::type_info
   * @param object its own address
   */
  public static String uncaught(Guest guest, int type, int object) {
    LinearMemory memory = guest.memory();
    String name = type == 0 ? null : typeName(memory, type);
    if (name == null) {
      return "a C++ exception of an unknown type was not caught";
    }
    String of = "a C++ exception of type %s was not caught".formatted(CppTypeName.of(name));
    int base = standardBase(memory, type, object, DEEPEST);
    return of + (base == 0 ? "" : what(guest, base).map(text -> ": " + text).orElse(""));
  }

  /** The mangled name of a type; null if there is no type at this address. */
  private static String typeName(LinearMemory memory, int type) {
    if (type == 0 || (type & 3) != 0 || Integer.toUnsignedLong(type) > memory.byteSize() - BASES) {
      return null;
    }
    String name = string(memory, memory.getInt(type + NAME), LONGEST_NAME);
    boolean readable =
        name != null && !name.isEmpty() && name.chars().allMatch(c -> c > ' ' && c < 0x7F);
    return readable && memory.getInt(type) != 0 ? name : null;
  }

  /** The address of an object's part that is a std::exception; 0 if it has none that is known. */
  private static int standardBase(LinearMemory memory, int type, int object, int depth) {
    String name = typeName(memory, type);
    if (name == null || depth == 0) {
      return 0;
    }
    if (name.equals(STANDARD)) {
      return object;
    }
    int only = memory.getInt(type + BASE);
    if (typeName(memory, only) != null) {
      return standardBase(memory, only, object, depth - 1);
    }
    int count = memory.getInt(type + BASE_COUNT);
    for (int i = 0; i < Math.min(count, DEEPEST); i++) {
      int base = type + BASES + i * BASE_SIZE;
      int flags = memory.getInt(base + Integer.BYTES);
      if ((flags & VIRTUAL) == 0) {
        int part = object + (flags >> OFFSET_SHIFT);
        int found = standardBase(memory, memory.getInt(base), part, depth - 1);
        if (found != 0) {
          return found;
        }
      }
    }
    return 0;
  }

  /** What the object's own {@code what()} answers; empty if it does not. */
  private static Optional<String> what(Guest guest, int object) {
    LinearMemory memory = guest.memory();
    try {
      int function = memory.getInt(memory.getInt(object) + WHAT);
      long[] results = guest.callIndirect(function, object);
      return Optional.ofNullable(string(memory, (int) results[0], LONGEST_TEXT));
    } catch (GuestFailure | MemoryTrap e) {
      return Optional.empty(); // It is told what was thrown; that this cannot be asked is no news.
    }
  }

  /** The text at an address, if it ends soon enough; else null. */
  private static String string(LinearMemory memory, int address, int longest) {
    if (address == 0) {
      return null;
    }
    for (int length = 0; length < longest; length++) {
      if (Integer.toUnsignedLong(address) + length >= memory.byteSize()) {
        return null;
      }
      if (memory.getByte(address + length) == 0) {
        byte[] bytes = new byte[length];
        memory.read(address, bytes, 0, length);
        return new String(bytes, StandardCharsets.UTF_8);
      }
    }
    return null;
  }
}
