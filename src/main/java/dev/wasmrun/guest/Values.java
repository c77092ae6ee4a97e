package dev.wasmrun.guest;

import dev.wasmrun.Internal;
import dev.wasmrun.module.ValueType;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** The forms of WebAssembly values outside of guests: as text, and as Java's numbers. */
@Internal
public final class Values {
  private Values() {}

  /**
   * Parses a number as a value of a type.
   *
   * <p>Integers are decimal or, after {@code 0x}, hexadecimal, and may use the signed or the
   * unsigned range; floats are as Java writes them, {@code inf} and {@code nan} included.
   *
   * @return the value: an i32 sign-extended, floats as their bits
   * @throws UsageException if the text is no number of the type, or does not fit in it; a vector
   *     has no such value, see {@link #parseAny}
   */
  public static long parse(ValueType type, String text) {
    return switch (type) {
      case I32 -> (int) parseInteger(text, 32);
      case I64 -> parseInteger(text, 64);
      case F32 -> Integer.toUnsignedLong(Float.floatToRawIntBits((float) parseFloat(text, type)));
      case F64 -> Double.doubleToRawLongBits(parseFloat(text, type));
      case V128, REF ->
          throw new UsageException("a value of type %s cannot be written here".formatted(type));
    };
  }

  /**
   * Parses a value of any type; a vector is {@code 0x} and up to 32 digits, or a shape and a number
   * for each lane, such as {@code i32x4:1,2,3,4}.
   *
   * @return the value as {@link #parse} has it, of a vector the lower and the upper half
   * @throws UsageException if the text is no value of the type, or does not fit in it
   */
  public static long[] parseAny(ValueType type, String text) {
    return type == ValueType.V128 ? VectorText.parse(text) : new long[] {parse(type, text)};
  }

  /**
   * Formats values of several types: vectors as four integers, all others as {@link #format} does.
   *
   * @param bits the values, of a vector the lower and the upper half
   */
  public static List<String> formatAll(List<ValueType> types, long[] bits) {
    return VectorText.formatAll(types, bits);
  }

  /** Formats a value: integers as signed decimals, floats as Java writes them. */
  public static String format(ValueType type, long value) {
    return switch (type) {
      case I32 -> Integer.toString((int) value);
      case I64 -> Long.toString(value);
      case F32 -> Float.toString(Float.intBitsToFloat((int) value));
      case F64 -> Double.toString(Double.longBitsToDouble(value));
      case V128, REF -> "<" + type + ">";
    };
  }

  /**
   * A value as Java's number: an {@code Integer}, {@code Long}, {@code Float} or {@code Double}.
   *
   * @throws IllegalStateException if the type is none of the four number types
   */
  static Number number(ValueType type, long value) {
    return switch (type) {
      case I32 -> Integer.valueOf((int) value);
      case I64 -> Long.valueOf(value);
      case F32 -> Float.valueOf(Float.intBitsToFloat((int) value));
      case F64 -> Double.valueOf(Double.longBitsToDouble(value));
      case V128, REF -> throw new IllegalStateException("Java has no number for a " + type);
    };
  }

  /**
   * The value that a number of Java stands for: an {@code Integer} for an i32, that or a {@code
   * Long} for an i64, a {@code Float} for an f32, that or a {@code Double} for an f64.
   *
   * @return integers as they are, floats as their bits; empty if the number does not suit the type
   */
  public static OptionalLong bits(ValueType type, Object number) {
    if (type == ValueType.I32 && number instanceof Integer integer) {
      return OptionalLong.of(integer);
    }
    if (type == ValueType.I64 && (number instanceof Integer || number instanceof Long)) {
      return OptionalLong.of(((Number) number).longValue());
    }
    if (type == ValueType.F32 && number instanceof Float real) {
      return OptionalLong.of(Integer.toUnsignedLong(Float.floatToRawIntBits(real)));
    }
    if (type == ValueType.F64 && (number instanceof Float || number instanceof Double)) {
      return OptionalLong.of(Double.doubleToRawLongBits(((Number) number).doubleValue()));
    }
    return OptionalLong.empty();
  }

  /** What does not suit a type, in words: its class and its value. */
  public static String described(Object number) {
    return number == null ? "null" : number.getClass().getSimpleName() + " " + number;
  }

  static long parseInteger(String text, int bits) {
    BigInteger value;
    try {
      value = toInteger(text);
    } catch (NumberFormatException e) {
      throw new UsageException(
          "'%s' is not an i%s: expected a decimal or 0x-hexadecimal integer".formatted(text, bits));
    }
    BigInteger least = BigInteger.ONE.shiftLeft(bits - 1).negate();
    BigInteger most = BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new UsageException(
          "'%s' does not fit in an i%s: the range is %s to %s".formatted(text, bits, least, most));
    }
    return value.longValue();
  }

  private static BigInteger toInteger(String text) {
    boolean negative = text.startsWith("-");
    String digits = negative ? text.substring(1) : text;
    boolean hexadecimal = digits.startsWith("0x") || digits.startsWith("0X");
    String bare = hexadecimal ? digits.substring(2) : digits;
    if (bare.isEmpty() || Character.digit(bare.charAt(0), 16) < 0) {
      throw new NumberFormatException(text); // BigInteger would take a second sign
    }
    var magnitude = new BigInteger(bare, hexadecimal ? 16 : 10);
    return negative ? magnitude.negate() : magnitude;
  }

  private static double parseFloat(String text, ValueType type) {
    switch (text.toLowerCase(Locale.ROOT)) {
      case "inf", "+inf":
        return Double.POSITIVE_INFINITY;
      case "-inf":
        return Double.NEGATIVE_INFINITY;
      case "nan":
        return Double.NaN;
      default:
        break;
    }
    try {
      return type == ValueType.F32 ? Float.parseFloat(text) : Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new UsageException("'%s' is not an %s: expected a number".formatted(text, type));
    }
  }
}
