package dev.wasmrun.compiler.runtime;

/**
 * Instructions on vectors of two floating-point numbers of 64 bits. A method computes half of a
 * vector, of 64 bits, from halves of its operands.
 */
public final class F64x2 {
  private static final long SIGNS = Long.MIN_VALUE;

  private F64x2() {}

  /** f64x2.eq. */
  public static long eq(long a, long b) {
    return value(a) == value(b) ? -1 : 0;
  }

  /** f64x2.ne. */
  public static long ne(long a, long b) {
    return value(a) != value(b) ? -1 : 0;
  }

  /** f64x2.lt. */
  public static long lt(long a, long b) {
    return value(a) < value(b) ? -1 : 0;
  }

  /** f64x2.gt. */
  public static long gt(long a, long b) {
    return value(a) > value(b) ? -1 : 0;
  }

  /** f64x2.le. */
  public static long le(long a, long b) {
    return value(a) <= value(b) ? -1 : 0;
  }

  /** f64x2.ge. */
  public static long ge(long a, long b) {
    return value(a) >= value(b) ? -1 : 0;
  }

  /** f64x2.abs. */
  public static long abs(long a) {
    return a & ~SIGNS;
  }

  /** f64x2.neg. */
  public static long neg(long a) {
    return a ^ SIGNS;
  }

  /** f64x2.ceil. */
  public static long ceil(long a) {
    return bits(Numeric.f64_ceil(value(a)));
  }

  /** f64x2.floor. */
  public static long floor(long a) {
    return bits(Numeric.f64_floor(value(a)));
  }

  /** f64x2.trunc. */
  public static long trunc(long a) {
    return bits(Numeric.f64_trunc(value(a)));
  }

  /** f64x2.nearest. */
  public static long nearest(long a) {
    return bits(Numeric.f64_nearest(value(a)));
  }

  /** f64x2.sqrt. */
  public static long sqrt(long a) {
    return bits(Numeric.f64_sqrt(value(a)));
  }

  /** f64x2.add. */
  public static long add(long a, long b) {
    return bits(value(a) + value(b));
  }

  /** f64x2.sub. */
  public static long sub(long a, long b) {
    return bits(value(a) - value(b));
  }

  /** f64x2.mul. */
  public static long mul(long a, long b) {
    return bits(value(a) * value(b));
  }

  /** f64x2.div. */
  public static long div(long a, long b) {
    return bits(value(a) / value(b));
  }

  /** f64x2.min. */
  public static long min(long a, long b) {
    return bits(Numeric.f64_min(value(a), value(b)));
  }

  /** f64x2.max. */
  public static long max(long a, long b) {
    return bits(Numeric.f64_max(value(a), value(b)));
  }

  /** f64x2.pmin. */
  public static long pmin(long a, long b) {
    return V128.bitselect(b, a, lt(b, a));
  }

  /** f64x2.pmax. */
  public static long pmax(long a, long b) {
    return V128.bitselect(b, a, lt(a, b));
  }

  /** f64x2.convert_low_i32x4_s: one of the lower numbers. */
  public static long convert_i32x4_s(long half, int upper) {
    return bits((int) (half >>> upper * 32));
  }

  /** f64x2.convert_low_i32x4_u: one of the lower numbers. */
  public static long convert_i32x4_u(long half, int upper) {
    return bits(half >>> upper * 32 & 0xFFFF_FFFFL);
  }

  /** f64x2.promote_low_f32x4: one of the lower numbers. */
  public static long promote_f32x4(long half, int upper) {
    return bits(upper == 0 ? F32x4.first(half) : F32x4.second(half));
  }

  /** f64x2.relaxed_madd: the product is rounded, too. */
  public static long relaxed_madd(long a, long b, long addend) {
    return add(mul(a, b), addend);
  }

  /** f64x2.relaxed_nmadd: the product is rounded, too. */
  public static long relaxed_nmadd(long a, long b, long addend) {
    return add(mul(neg(a), b), addend);
  }

  private static double value(long bits) {
    return Double.longBitsToDouble(bits);
  }

  private static long bits(double value) {
    return Double.doubleToRawLongBits(value);
  }
}
