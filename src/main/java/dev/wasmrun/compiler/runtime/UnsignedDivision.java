package dev.wasmrun.compiler.runtime;

/**
 * Unsigned division and remainder for divisors that are known where the code is compiled.
 *
 * <p>Public because generated classes call it, always with a reciprocal of the divisor (see {@code
 * compiler.emit}), whose parts {@code before}, {@code magic} and {@code after} are.
 */
public final class UnsignedDivision {
  /*
   * HotSpot turns a signed division by a constant into a multiplication, but an unsigned one of 64
   * bits into the processor's division or a longer chain around a signed one. All parameters but
   * the dividend are constants in generated code: once inlined, the terms that only depend on them
   * fold, and what remains is a multiplication and a few shifts and additions.
   *
   * JDK 17 has only the signed multiplyHigh. The high half of an unsigned product is that of the
   * signed one, plus each factor whose sign bit is set in the other.
   */

  private UnsignedDivision() {}

  /** i64.div_u by an even number: the dividend is halved first and so is not negative. */
  public static long divideEven(long dividend, int before, long magic, int after) {
    long half = dividend >>> before;
    return Math.multiplyHigh(half, magic) + (magic >> 63 & half) >>> after;
  }

  /** i64.div_u by an odd number whose reciprocal has 64 bits. */
  public static long divideOdd(long dividend, int before, long magic, int after) {
    return highOfProduct(dividend, magic) >>> after;
  }

  /** i64.div_u by an odd number whose reciprocal has 65 bits, the highest not in {@code magic}. */
  public static long divideWide(long dividend, int before, long magic, int after) {
    long high = highOfProduct(dividend, magic);
    return (dividend - high >>> 1) + high >>> after - 1;
  }

  /** i64.rem_u by an even number. */
  public static long remainderEven(long dividend, long divisor, int before, long magic, int after) {
    return dividend - divideEven(dividend, before, magic, after) * divisor;
  }

  /** i64.rem_u by an odd number whose reciprocal has 64 bits. */
  public static long remainderOdd(long dividend, long divisor, int before, long magic, int after) {
    return dividend - divideOdd(dividend, before, magic, after) * divisor;
  }

  /** i64.rem_u by an odd number whose reciprocal has 65 bits, the highest not in {@code magic}. */
  public static long remainderWide(long dividend, long divisor, int before, long magic, int after) {
    return dividend - divideWide(dividend, before, magic, after) * divisor;
  }

  /** i32.div_u by any number but 0: a signed division of 64 bits, which HotSpot does well. */
  public static int divide(int dividend, int divisor) {
    return (int) (Integer.toUnsignedLong(dividend) / Integer.toUnsignedLong(divisor));
  }

  /** i32.rem_u by any number but 0. */
  public static int remainder(int dividend, int divisor) {
    return (int) (Integer.toUnsignedLong(dividend) % Integer.toUnsignedLong(divisor));
  }

  private static long highOfProduct(long a, long b) {
    return Math.multiplyHigh(a, b) + (a >> 63 & b) + (b >> 63 & a);
  }
}
