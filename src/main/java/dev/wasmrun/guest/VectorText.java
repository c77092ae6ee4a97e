package dev.wasmrun.guest;

import dev.wasmrun.module.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Vectors as text: the shape and then a number for each lane, {@code i32x4:1,2,-3,0x10}.
 *
 * <p>All of it may also be one hexadecimal number of up to 128 bits.
 */
final class VectorText {
  private static final String PREFIX = "0x";
  private static final int HEX_DIGITS = 32;
  private static final int BITS = 128;

  private VectorText() {}

  /**
   * Parses a vector.
   *
   * @return the lower and the upper half
   * @throws UsageException if the text is none
   */
  static long[] parse(String text) {
    if (text.matches("0[xX][0-9a-fA-F]{1,32}")) {
      String digits = "0".repeat(HEX_DIGITS) + text.substring(PREFIX.length());
      int end = digits.length();
      return new long[] {
        Long.parseUnsignedLong(digits.substring(end - HEX_DIGITS / 2), 16),
        Long.parseUnsignedLong(digits.substring(end - HEX_DIGITS, end - HEX_DIGITS / 2), 16)
      };
    }
    int colon = text.indexOf(':');
    String[] lanes = text.substring(colon + 1).split(",", -1);
    if (colon < 0 || !Shape.names().contains(text.substring(0, colon))) {
      throw new UsageException(
          "'%s' is not a v128: expected 0x and up to 32 hexadecimal digits, or numbers such as i32x4:1,2,3,4 (%s)"
              .formatted(text, String.join(", ", Shape.names())));
    }
    Shape shape = Shape.of(text.substring(0, colon));
    if (lanes.length != BITS / shape.bits()) {
      throw new UsageException(
          "'%s' has %s numbers; %s has %s"
              .formatted(text, lanes.length, text.substring(0, colon), BITS / shape.bits()));
    }
    long[] halves = new long[2];
    for (int i = 0; i < lanes.length; i++) {
      halves[i * shape.bits() / Long.SIZE] |= shape.parse(lanes[i]) << i * shape.bits();
    }
    return halves;
  }

  /** Formats a vector as four integers. */
  static String format(long low, long high) {
    return IntStream.of((int) low, (int) (low >>> 32), (int) high, (int) (high >>> 32))
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(",", "i32x4:", ""));
  }

  /**
   * What a vector consists of.
   *
   * @param bits how many a lane has
   */
  private record Shape(boolean real, int bits) {
    private static final List<String> NAMES =
        List.of("i8x16", "i16x8", "i32x4", "i64x2", "f32x4", "f64x2");

    static List<String> names() {
      return NAMES;
    }

    static Shape of(String name) {
      return new Shape(
          name.startsWith("f"), Integer.parseInt(name.substring(1, name.indexOf('x'))));
    }

    /** A lane, in as many bits as it has. */
    long parse(String number) {
      if (real) {
        return Values.parse(bits == Integer.SIZE ? ValueType.F32 : ValueType.F64, number);
      }
      return Values.parseInteger(number, bits) & -1L >>> Long.SIZE - bits;
    }
  }

  /** The values of several types as text; each of {@code bits} stands for one, two for a vector. */
  static List<String> formatAll(List<ValueType> types, long[] bits) {
    var texts = new ArrayList<String>();
    int at = 0;
    for (ValueType type : types) {
      texts.add(
          type == ValueType.V128 ? format(bits[at], bits[at + 1]) : Values.format(type, bits[at]));
      at += type.longs();
    }
    return texts;
  }
}
