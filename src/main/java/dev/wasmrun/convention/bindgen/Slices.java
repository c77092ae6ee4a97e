package dev.wasmrun.convention.bindgen;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Texts and arrays of numbers as they lie in a guest's memory. */
final class Slices {
  private Slices() {}

  /** The size of an element of a text or array; 0 if it is neither. */
  static int elementBytes(Object value) {
    if (value instanceof String || value instanceof byte[]) {
      return 1;
    } else if (value instanceof short[]) {
      return Short.BYTES;
    } else if (value instanceof int[] || value instanceof float[]) {
      return Integer.BYTES;
    }
    return value instanceof long[] || value instanceof double[] ? Long.BYTES : 0;
  }

  /** What is written to memory for a text or array. */
  static byte[] bytes(Object value) {
    if (value instanceof String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    } else if (value instanceof byte[] bytes) {
      return bytes;
    } else if (value instanceof short[] numbers) {
      ByteBuffer buffer = buffer(numbers.length * Short.BYTES);
      buffer.asShortBuffer().put(numbers);
      return buffer.array();
    } else if (value instanceof int[] numbers) {
      ByteBuffer buffer = buffer(numbers.length * Integer.BYTES);
      buffer.asIntBuffer().put(numbers);
      return buffer.array();
    } else if (value instanceof float[] numbers) {
      ByteBuffer buffer = buffer(numbers.length * Float.BYTES);
      buffer.asFloatBuffer().put(numbers);
      return buffer.array();
    } else if (value instanceof long[] numbers) {
      ByteBuffer buffer = buffer(numbers.length * Long.BYTES);
      buffer.asLongBuffer().put(numbers);
      return buffer.array();
    }
    double[] numbers = (double[]) value;
    ByteBuffer buffer = buffer(numbers.length * Double.BYTES);
    buffer.asDoubleBuffer().put(numbers);
    return buffer.array();
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The text or array of what has been read from memory. */
  static Object value(BindgenType type, byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    return switch (type) {
      case STRING -> new String(bytes, StandardCharsets.UTF_8);
      case BYTES -> bytes;
      case SHORTS -> {
        var numbers = new short[bytes.length / Short.BYTES];
        buffer.asShortBuffer().get(numbers);
        yield numbers;
      }
      case INTS -> {
        var numbers = new int[bytes.length / Integer.BYTES];
        buffer.asIntBuffer().get(numbers);
        yield numbers;
      }
      case LONGS -> {
        var numbers = new long[bytes.length / Long.BYTES];
        buffer.asLongBuffer().get(numbers);
        yield numbers;
      }
      case FLOATS -> {
        var numbers = new float[bytes.length / Float.BYTES];
        buffer.asFloatBuffer().get(numbers);
        yield numbers;
      }
      case DOUBLES -> {
        var numbers = new double[bytes.length / Double.BYTES];
        buffer.asDoubleBuffer().get(numbers);
        yield numbers;
      }
      default -> throw new IllegalArgumentException(type + " is no slice");
    };
  }
}
