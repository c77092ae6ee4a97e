package dev.wasmrun.engine;

import java.math.BigInteger;
import java.util.Optional;

/**
 * The numbers by which an unsigned 64-bit division by a constant becomes a multiplication.
 *
 * <p>With d' the divisor without its factors of two and n' the dividend shifted right {@code
 * before} times, the quotient is n'·m / 2^(64 + {@code after}), rounded down, where m is just above
 * 2^(64 + {@code after}) / d'.
 *
 * @param method which of {@link UnsignedDivision}'s methods does it: {@code Even}, {@code Odd} or
 *     {@code Wide}
 * @param before how many factors of two the divisor has
 * @param magic the low 64 bits of m
 * @param after by how much the high half of the product is shifted
 */
record Reciprocal(String method, int before, long magic, int after) {
  /*
   * m = (2^(64+s) + e) / d' with 0 < e <= d' gives the right quotient for all n' of N bits if
   * e <= 2^(64+s-N): Granlund and Montgomery, "Division by invariant integers using
   * multiplication", theorem 4.2. N is 64 less the factors of two. The smallest such s makes the
   * smallest m. For an even divisor m has at most 64 bits, for an odd one it may have 65.
   */

  /**
   * The reciprocal of an unsigned divisor for an unsigned multiplication: one that needs no shift
   * {@code before} if there is one, else one that does; empty if both would take 65 bits.
   *
   * @param divisor not zero and no power of two
   */
  static Optional<Reciprocal> ofAtMost64Bits(long divisor) {
    BigInteger whole = new BigInteger(Long.toUnsignedString(divisor));
    for (int after = 0; after < Long.SIZE; after++) {
      BigInteger power = BigInteger.ONE.shiftLeft(64 + after);
      BigInteger magic = power.divide(whole).add(BigInteger.ONE);
      BigInteger excess = magic.multiply(whole).subtract(power);
      if (magic.bitLength() <= Long.SIZE
          && excess.compareTo(BigInteger.ONE.shiftLeft(after)) <= 0) { // N is 64
        return Optional.of(new Reciprocal("Even", 0, magic.longValue(), after));
      }
    }
    return Optional.of(of(divisor)).filter(shifted -> !shifted.method().equals("Wide"));
  }

  /**
   * The reciprocal of an unsigned divisor.
   *
   * @param divisor not zero and no power of two
   */
  static Reciprocal of(long divisor) {
    int twos = Long.numberOfTrailingZeros(divisor);
    BigInteger odd = new BigInteger(Long.toUnsignedString(divisor >>> twos));
    for (int after = 0; ; after++) {
      BigInteger power = BigInteger.ONE.shiftLeft(64 + after);
      BigInteger magic = power.divide(odd).add(BigInteger.ONE);
      BigInteger excess = magic.multiply(odd).subtract(power);
      if (excess.compareTo(BigInteger.ONE.shiftLeft(twos + after)) <= 0) {
        String method = twos > 0 ? "Even" : magic.bitLength() > 64 ? "Wide" : "Odd";
        return new Reciprocal(method, twos, magic.longValue(), after);
      }
    }
  }
}
