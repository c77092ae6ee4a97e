package dev.wasmrun.convention.bindgen;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a function returns, by its type in Java.
 *
 * <pre>
 *   as results of WebAssembly, or in memory at its first parameter, each part aligned to its size:
 *     value   or address, length   ┬   of a function that may fail:  error, whether it failed
 * </pre>
 *
 * @param type what is returned
 * @param parts its parts, those of the error included
 * @param inMemory whether they are in memory
 */
record ReturnedValue(String export, BindgenType type, List<ValueType> parts, boolean inMemory) {
  /** What the stack is moved by at a time. */
  private static final int ALIGNMENT = 16;

  private static final String STACK = "__wbindgen_add_to_stack_pointer";

  /**
   * How a function returns a type.
   *
   * @param arguments how many parameters the arguments take
   * @param mayFail whether it returns a {@code Result}
   * @throws UsageException if it can return no such type, or takes more or fewer arguments
   */
  static ReturnedValue of(
      Guest guest, String export, BindgenType type, boolean mayFail, int arguments) {
    Signature signature = guest.module().exportedFunctions().get(export);
    var parts = new ArrayList<>(type.parts());
    if (mayFail) {
      parts.add(ValueType.I32);
      parts.add(ValueType.I32);
    }
    int parameters = signature.params().size();
    boolean returned = suit(signature.results(), parts);
    boolean inMemory = !returned && signature.results().isEmpty() && parameters == arguments + 1;
    if (inMemory || returned && parameters == arguments) {
      return new ReturnedValue(export, type, List.copyOf(parts), inMemory);
    }
    throw new UsageException(
        "%s is %s; it cannot be called with arguments that take %s parameters to return %s%s"
            .formatted(
                export,
                signature,
                arguments,
                type,
                mayFail ? " or an error" : ", if it may not fail"));
  }

  /** Whether results are these parts; a value of JavaScript may be a reference. */
  private static boolean suit(List<ValueType> results, List<ValueType> parts) {
    return results.size() == parts.size()
        && IntStream.range(0, parts.size())
            .allMatch(
                i ->
                    results.get(i) == parts.get(i)
                        || results.get(i) == ValueType.REF && parts.get(i) == ValueType.I32);
  }

  /** Takes memory for what is returned there, from the stack; the address, or 0. */
  int takeArea(Guest guest) {
    return inMemory ? (int) guest.call(STACK, -areaBytes())[0] : 0;
  }

  /** Gives it back. */
  void giveBackArea(Guest guest) {
    if (inMemory) {
      guest.call(STACK, areaBytes());
    }
  }

  private int areaBytes() {
    int bytes = 0;
    for (ValueType part : parts) {
      bytes = aligned(bytes, part) + size(part);
    }
    return bytes + ALIGNMENT - 1 & -ALIGNMENT;
  }

  private static int aligned(int offset, ValueType part) {
    return offset + size(part) - 1 & -size(part);
  }

  private static int size(ValueType part) {
    return part == ValueType.I64 || part == ValueType.F64 ? Long.BYTES : Integer.BYTES;
  }

  /**
   * The value, in Java's form; what it had of the guest is given back.
   *
   * @param returned the results of WebAssembly
   * @throws BindgenException if the function has failed
   */
  Object value(Guest guest, HostObjects objects, Allocator allocator, int area, long... returned) {
    long[] bits = inMemory ? inMemory(guest.memory(), area) : returned;
    int own = type.parts().size();
    if (bits.length > own && bits[own + 1] != 0) {
      throw new BindgenException(export, shown(objects.take((int) bits[own])));
    }
    return switch (type) {
      case NOTHING -> null;
      case BOOLEAN -> bits[0] != 0;
      case INT -> (int) bits[0];
      case UNSIGNED -> Integer.toUnsignedLong((int) bits[0]);
      case LONG -> bits[0];
      case FLOAT -> Float.intBitsToFloat((int) bits[0]);
      case DOUBLE -> Double.longBitsToDouble(bits[0]);
      case OBJECT -> shown(object(guest, objects, bits[0]));
      default -> slice(guest, allocator, (int) bits[0], (int) bits[1]);
    };
  }

  private long[] inMemory(LinearMemory memory, int area) {
    var bits = new long[parts.size()];
    int offset = 0;
    for (int i = 0; i < bits.length; i++) {
      offset = aligned(offset, parts.get(i));
      bits[i] =
          size(parts.get(i)) == Long.BYTES
              ? memory.getLong(area + offset)
              : memory.getInt(area + offset);
      offset += size(parts.get(i));
    }
    return bits;
  }

  private Object object(Guest guest, HostObjects objects, long bits) {
    List<ValueType> results = guest.module().exportedFunctions().get(export).results();
    return !results.isEmpty() && results.get(0) == ValueType.REF
        ? objects.referenced(bits)
        : objects.take((int) bits);
  }

  private Object slice(Guest guest, Allocator allocator, int address, int length) {
    if (address == 0) {
      return null;
    }
    long bytes = Integer.toUnsignedLong(length) * type.elementBytes();
    if (bytes > guest.memory().byteSize()) {
      throw new UsageException(
          "%s returned a slice of %s bytes, more than its memory has: is it %s?"
              .formatted(export, bytes, type));
    }
    guest.memory().requireBytes(address, (int) bytes);
    var copy = new byte[(int) bytes];
    guest.memory().read(address, copy, 0, copy.length);
    allocator.free(guest, address, copy.length, type.elementBytes());
    return Slices.value(type, copy);
  }

  private static Object shown(Object value) {
    if (value == Special.UNDEFINED || value == Special.NULL) {
      return null;
    }
    if (value instanceof Bytes bytes) {
      return bytes.read();
    }
    return value instanceof Special special ? special.toString() : value;
  }
}
