package dev.wasmrun.wast;

import java.math.BigInteger;

/** Numbers of the text format as the bits they stand for. */
final class Literals {
  private static final long F64_INFINITY = 0x7FF0_0000_0000_0000L;
  private static final int F32_INFINITY = 0x7F80_0000;

  private Literals() {}

  /**
   * The value of an integer of {@code bits} bits, written signed or unsigned, sign-extended.
   *
   * @throws NumberFormatException if it is none, or does not fit
   */
  static long integer(String literal, int bits) {
    String digits = literal.replace("_", "");
    boolean negative = digits.startsWith("-");
    if (negative || digits.startsWith("+")) {
      digits = digits.substring(1);
    }
    BigInteger magnitude =
        digits.startsWith("0x")
            ? new BigInteger(digits.substring(2), 16)
            : new BigInteger(digits, 10);
    BigInteger value = negative ? magnitude.negate() : magnitude;
    if (value.bitLength() > bits || value.signum() < 0 && value.bitLength() > bits - 1) {
      throw new NumberFormatException("%s does not fit in %d bits".formatted(literal, bits));
    }
    return bits == Integer.SIZE ? value.intValue() : value.longValue();
  }

  /** The bits of a 32-bit floating-point number. */
  static int f32(String literal) {
    boolean negative = literal.startsWith("-");
    String magnitude = magnitude(literal);
    int bits;
    if (magnitude.equals("nan")) {
      bits = F32_INFINITY | 1 << 22;
    } else if (magnitude.startsWith("nan:")) {
      bits = F32_INFINITY | (int) integer(magnitude.substring(4), Integer.SIZE);
    } else if (magnitude.startsWith("inf")) {
      bits = F32_INFINITY;
    } else {
      bits = Float.floatToRawIntBits(Float.parseFloat(javaForm(magnitude)));
    }
    return negative ? bits | Integer.MIN_VALUE : bits;
  }

  /** The bits of a 64-bit floating-point number. */
  static long f64(String literal) {
    boolean negative = literal.startsWith("-");
    String magnitude = magnitude(literal);
    long bits;
    if (magnitude.equals("nan")) {
      bits = F64_INFINITY | 1L << 51;
    } else if (magnitude.startsWith("nan:")) {
      bits = F64_INFINITY | integer(magnitude.substring(4), Long.SIZE);
    } else if (magnitude.startsWith("inf")) {
      bits = F64_INFINITY;
    } else {
      bits = Double.doubleToRawLongBits(Double.parseDouble(javaForm(magnitude)));
    }
    return negative ? bits | Long.MIN_VALUE : bits;
  }

  private static String magnitude(String literal) {
    String plain = literal.replace("_", "");
    return plain.startsWith("-") || plain.startsWith("+") ? plain.substring(1) : plain;
  }

  /** Java wants an exponent where WebAssembly leaves it out. */
  private static String javaForm(String magnitude) {
    boolean hexadecimal = magnitude.startsWith("0x");
    return hexadecimal && magnitude.indexOf('p') < 0 && magnitude.indexOf('P') < 0
        ? magnitude + "p0"
        : magnitude;
  }
}
