package dev.wasmrun.engine;

/**
 * Unsigned division and remainder for divisors that are known where the code is compiled.
 *
 * <p>Public because generated classes call it; a divisor is greater than zero as a signed number.
 */
public final class UnsignedDivision {
  /*
   * HotSpot turns a signed division by a constant into a multiplication and a shift, but an unsigned
   * one, an intrinsic of its own since JDK 19, always into the processor's division. So unsigned
   * ones are made of signed ones: half the dividend divided is half the quotient, and the remainder
   * tells whether the quotient is one more.
   */

  private UnsignedDivision() {}

  /** i64.div_u for a divisor in [1, 2^63). */
  public static long divide(long dividend, long divisor) {
    long quotient = (dividend >>> 1) / divisor << 1;
    long remainder = dividend - quotient * divisor;
    return quotient + ((remainder | ~(remainder - divisor)) >>> 63);
  }

  /** i64.rem_u for a divisor in [1, 2^63). */
  public static long remainder(long dividend, long divisor) {
    return dividend - divide(dividend, divisor) * divisor;
  }

  /** i32.div_u for a divisor in [1, 2^31). */
  public static int divide(int dividend, int divisor) {
    return (int) (Integer.toUnsignedLong(dividend) / divisor);
  }

  /** i32.rem_u for a divisor in [1, 2^31). */
  public static int remainder(int dividend, int divisor) {
    return (int) (Integer.toUnsignedLong(dividend) % divisor);
  }
}
