package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.HostFault;
import dev.wasmrun.memory.LinearMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Numbers of one type in a row, as JavaScript's {@code Uint8Array} and the like: bytes of its own,
 * or a view of a guest's memory, which changes with that.
 */
final class TypedArray {
  /** The types, in the order of embind's numbers, by the names of their arrays in JavaScript. */
  enum Kind {
    INT8("Int8Array", 1),
    UINT8("Uint8Array", 1),
    INT16("Int16Array", 2),
    UINT16("Uint16Array", 2),
    INT32("Int32Array", 4),
    UINT32("Uint32Array", 4),
    FLOAT32("Float32Array", 4),
    FLOAT64("Float64Array", 8),
    INT64("BigInt64Array", 8),
    UINT64("BigUint64Array", 8),
    CLAMPED("Uint8ClampedArray", 1);

    private final String array;
    private final int bytes;

    Kind(String array, int bytes) {
      this.array = array;
      this.bytes = bytes;
    }

    static Optional<Kind> of(String array) {
      return Arrays.stream(values()).filter(kind -> kind.array.equals(array)).findFirst();
    }

    @Override
    public String toString() {
      return array;
    }
  }

  private final Kind kind;
  private final int length;

  /** What it holds itself; null for a view. */
  private final ByteBuffer own;

  /** What it is a view of; null if it holds its bytes itself. */
  private final LinearMemory memory;

  private final int address;

  private TypedArray(Kind kind, int length, ByteBuffer own, LinearMemory memory, int address) {
    this.kind = kind;
    this.length = length;
    this.own = own;
    this.memory = memory;
    this.address = address;
  }

  /** A view of numbers in a guest's memory. */
  static TypedArray view(Kind kind, LinearMemory memory, int address, int length) {
    return new TypedArray(kind, length, null, memory, address);
  }

  /** Bytes that it has for itself. */
  static TypedArray of(Kind kind, byte[] bytes) {
    return new TypedArray(
        kind,
        bytes.length / kind.bytes,
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN),
        null,
        0);
  }

  /** What {@code new} of such an array makes of a length, of another array, or of a list. */
  static TypedArray made(Kind kind, Object from) {
    if (from instanceof TypedArray other
        && other.kind.bytes == kind.bytes
        && isReal(kind) == isReal(other.kind)
        && kind != Kind.CLAMPED) {
      return of(kind, other.bytes());
    }
    int count = from instanceof Number number ? number.intValue() : lengthOf(from);
    if (count < 0) {
      throw new HostFault("it makes a %s of length %s".formatted(kind, count));
    }
    var made = of(kind, new byte[Math.multiplyExact(count, kind.bytes)]);
    if (!(from instanceof Number)) {
      made.setAll(from, 0);
    }
    return made;
  }

  private static int lengthOf(Object from) {
    if (from instanceof TypedArray other) {
      return other.length;
    }
    return from instanceof List<?> list ? list.size() : 0;
  }

  Kind kind() {
    return kind;
  }

  int length() {
    return length;
  }

  /** Its bytes as they are now. */
  byte[] bytes() {
    return own == null ? memory.getBytes(address, length * kind.bytes) : own.array().clone();
  }

  /** The part from one index to another, which is not in it. */
  TypedArray slice(int from, int to) {
    int first = Math.max(0, Math.min(from < 0 ? length + from : from, length));
    int end = Math.max(first, Math.min(to < 0 ? length + to : to, length));
    return of(kind, Arrays.copyOfRange(bytes(), first * kind.bytes, end * kind.bytes));
  }

  /** The number at an index. */
  Number get(int index) {
    ByteBuffer from = own == null ? buffer(bytesAt(index)) : own;
    int at = own == null ? 0 : index * kind.bytes;
    return switch (kind) {
      case INT8 -> (int) from.get(at);
      case UINT8, CLAMPED -> from.get(at) & 0xFF;
      case INT16 -> (int) from.getShort(at);
      case UINT16 -> from.getShort(at) & 0xFFFF;
      case INT32 -> from.getInt(at);
      case UINT32 -> from.getInt(at) & 0xFFFF_FFFFL;
      case FLOAT32 -> (double) from.getFloat(at);
      case FLOAT64 -> from.getDouble(at);
      case INT64, UINT64 -> from.getLong(at);
    };
  }

  private byte[] bytesAt(int index) {
    return memory.getBytes(address + index * kind.bytes, kind.bytes);
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Sets the number at an index; nothing beyond the end. */
  void set(int index, Number value) {
    if (index < 0 || index >= length) {
      return;
    }
    var one = buffer(new byte[Long.BYTES]);
    switch (kind) {
      case FLOAT32 -> one.putFloat(value.floatValue());
      case FLOAT64 -> one.putDouble(value.doubleValue());
      case CLAMPED -> one.put((byte) Math.rint(Math.max(0, Math.min(value.doubleValue(), 255))));
      default -> one.putLong(value.longValue());
    }
    if (own == null) {
      memory.write(address + index * kind.bytes, one.array(), 0, kind.bytes);
    } else {
      own.put(index * kind.bytes, one.array(), 0, kind.bytes);
    }
  }

  /**
   * Sets the numbers from an index on to those of another array or of a list.
   *
   * @throws HostFault if they do not fit
   */
  void setAll(Object from, int index) {
    int count = lengthOf(from);
    if (index < 0 || index + (long) count > length) {
      throw new HostFault(
          "it sets %s numbers from %s on of a %s of length %s"
              .formatted(count, index, kind, length));
    }
    for (int i = 0; i < count; i++) {
      Object value = from instanceof TypedArray other ? other.get(i) : ((List<?>) from).get(i);
      set(index + i, value instanceof Number number ? number : 0);
    }
  }

  private static boolean isReal(Kind kind) {
    return kind == Kind.FLOAT32 || kind == Kind.FLOAT64;
  }

  /** The numbers as Java has them: bytes, or an array of the type that has as many bits. */
  Object toJava() {
    ByteBuffer all = buffer(bytes());
    switch (kind) {
      case INT16, UINT16 -> {
        var numbers = new short[length];
        all.asShortBuffer().get(numbers);
        return numbers;
      }
      case INT32, UINT32 -> {
        var numbers = new int[length];
        all.asIntBuffer().get(numbers);
        return numbers;
      }
      case INT64, UINT64 -> {
        var numbers = new long[length];
        all.asLongBuffer().get(numbers);
        return numbers;
      }
      case FLOAT32 -> {
        var numbers = new float[length];
        all.asFloatBuffer().get(numbers);
        return numbers;
      }
      case FLOAT64 -> {
        var numbers = new double[length];
        all.asDoubleBuffer().get(numbers);
        return numbers;
      }
      default -> {
        return all.array();
      }
    }
  }
}
