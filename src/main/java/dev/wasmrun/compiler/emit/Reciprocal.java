package dev.wasmrun.compiler.emit;

import java.math.BigInteger;
import java.util.Optional;

/**
 * The numbers by which an unsigned division by a constant becomes a multiplication.
 *
 * <p>With d' the divisor without its factors of two, n' the dividend shifted right {@code before}
 * times and w the width of both in bits, 32 or 64, the quotient is n'·m / 2^(w + {@code after}),
 * rounded down, where m is just above 2^(w + {@code after}) / d'.
 *
 * @param method which of {@link dev.wasmrun.compiler.runtime.UnsignedDivision}'s methods does it in
 *     64 bits
 * @param before how many factors of two the divisor has
 * @param magic the low 64 bits of m
 * @param after by how much the high half of the product is shifted
 */
record Reciprocal(Method method, int before, long magic, int after) {
  /** The ways to divide. */
  enum Method {
    /** By an even number. */
    EVEN("divideEven", "remainderEven"),
    /** By an odd number whose m has at most w bits. */
    ODD("divideOdd", "remainderOdd"),
    /** By an odd number whose m has one bit more. */
    WIDE("divideWide", "remainderWide");

    private final String quotient;
    private final String remainder;

    Method(String quotient, String remainder) {
      this.quotient = quotient;
      this.remainder = remainder;
    }

    /** What the method is called that computes the quotient, or else the remainder. */
    String methodName(boolean ofQuotient) {
      return ofQuotient ? quotient : remainder;
    }
  }

  /*
   * m = (2^(w+s) + e) / d' with 0 < e <= d' gives the right quotient for all n' of N bits if
   * e <= 2^(w+s-N): Granlund and Montgomery, "Division by invariant integers using
   * multiplication", theorem 4.2. N is w less the factors of two. The smallest such s makes the
   * smallest m. For an even divisor m has at most w bits, for an odd one it may have one more.
   */

  /**
   * The reciprocal of an unsigned divisor for a multiplication whose factors have {@code width}
   * bits: one that needs no shift {@code before} if there is one, else one that does; empty if both
   * would take a bit more.
   *
   * @param divisor not zero and no power of two
   * @param width of the dividend and the divisor, in bits: 32 or 64
   */
  static Optional<Reciprocal> fitting(long divisor, int width) {
    BigInteger whole = new BigInteger(Long.toUnsignedString(divisor));
    for (int after = 0; after < width; after++) {
      BigInteger power = BigInteger.ONE.shiftLeft(width + after);
      BigInteger magic = power.divide(whole).add(BigInteger.ONE);
      BigInteger excess = magic.multiply(whole).subtract(power);
      if (magic.bitLength() <= width
          && excess.compareTo(BigInteger.ONE.shiftLeft(after)) <= 0) { // N is w
        return Optional.of(new Reciprocal(Method.EVEN, 0, magic.longValue(), after));
      }
    }
    return Optional.of(of(divisor, width)).filter(shifted -> shifted.method() != Method.WIDE);
  }

  /**
   * The reciprocal of an unsigned divisor.
   *
   * @param divisor not zero and no power of two
   * @param width of the dividend and the divisor, in bits: 32 or 64
   */
  static Reciprocal of(long divisor, int width) {
    int twos = Long.numberOfTrailingZeros(divisor);
    BigInteger odd = new BigInteger(Long.toUnsignedString(divisor >>> twos));
    for (int after = 0; ; after++) {
      BigInteger power = BigInteger.ONE.shiftLeft(width + after);
      BigInteger magic = power.divide(odd).add(BigInteger.ONE);
      BigInteger excess = magic.multiply(odd).subtract(power);
      if (excess.compareTo(BigInteger.ONE.shiftLeft(twos + after)) <= 0) {
        Method method =
            twos > 0 ? Method.EVEN : magic.bitLength() > width ? Method.WIDE : Method.ODD;
        return new Reciprocal(method, twos, magic.longValue(), after);
      }
    }
  }
}
