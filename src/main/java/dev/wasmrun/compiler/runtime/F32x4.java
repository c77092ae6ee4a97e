package dev.wasmrun.compiler.runtime;

/**
 * Instructions on vectors of four floating-point numbers of 32 bits. A method computes half of a
 * vector, of 64 bits, from halves of its operands.
 */
public final class F32x4 {
  private static final long SIGNS = 0x8000_0000_8000_0000L;

  private F32x4() {}

  /** f32x4.eq. */
  public static long eq(long a, long b) {
    return I32x4.masks(first(a) == first(b), second(a) == second(b));
  }

  /** f32x4.ne. */
  public static long ne(long a, long b) {
    return I32x4.masks(first(a) != first(b), second(a) != second(b));
  }

  /** f32x4.lt. */
  public static long lt(long a, long b) {
    return I32x4.masks(first(a) < first(b), second(a) < second(b));
  }

  /** f32x4.gt. */
  public static long gt(long a, long b) {
    return I32x4.masks(first(a) > first(b), second(a) > second(b));
  }

  /** f32x4.le. */
  public static long le(long a, long b) {
    return I32x4.masks(first(a) <= first(b), second(a) <= second(b));
  }

  /** f32x4.ge. */
  public static long ge(long a, long b) {
    return I32x4.masks(first(a) >= first(b), second(a) >= second(b));
  }

  /** f32x4.abs. */
  public static long abs(long a) {
    return a & ~SIGNS;
  }

  /** f32x4.neg. */
  public static long neg(long a) {
    return a ^ SIGNS;
  }

  /** f32x4.ceil. */
  public static long ceil(long a) {
    return pack(Numeric.f32_ceil(first(a)), Numeric.f32_ceil(second(a)));
  }

  /** f32x4.floor. */
  public static long floor(long a) {
    return pack(Numeric.f32_floor(first(a)), Numeric.f32_floor(second(a)));
  }

  /** f32x4.trunc. */
  public static long trunc(long a) {
    return pack(Numeric.f32_trunc(first(a)), Numeric.f32_trunc(second(a)));
  }

  /** f32x4.nearest. */
  public static long nearest(long a) {
    return pack(Numeric.f32_nearest(first(a)), Numeric.f32_nearest(second(a)));
  }

  /** f32x4.sqrt. */
  public static long sqrt(long a) {
    return pack(Numeric.f32_sqrt(first(a)), Numeric.f32_sqrt(second(a)));
  }

  /** f32x4.add. */
  public static long add(long a, long b) {
    return pack(first(a) + first(b), second(a) + second(b));
  }

  /** f32x4.sub. */
  public static long sub(long a, long b) {
    return pack(first(a) - first(b), second(a) - second(b));
  }

  /** f32x4.mul. */
  public static long mul(long a, long b) {
    return pack(first(a) * first(b), second(a) * second(b));
  }

  /** f32x4.div. */
  public static long div(long a, long b) {
    return pack(first(a) / first(b), second(a) / second(b));
  }

  /** f32x4.min. */
  public static long min(long a, long b) {
    return pack(Numeric.f32_min(first(a), first(b)), Numeric.f32_min(second(a), second(b)));
  }

  /** f32x4.max. */
  public static long max(long a, long b) {
    return pack(Numeric.f32_max(first(a), first(b)), Numeric.f32_max(second(a), second(b)));
  }

  /** f32x4.pmin. */
  public static long pmin(long a, long b) {
    return V128.bitselect(b, a, lt(b, a));
  }

  /** f32x4.pmax. */
  public static long pmax(long a, long b) {
    return V128.bitselect(b, a, lt(a, b));
  }

  /** f32x4.convert_i32x4_s. */
  public static long convert_i32x4_s(long a) {
    return pack((int) a, I32x4.high(a));
  }

  /** f32x4.convert_i32x4_u. */
  public static long convert_i32x4_u(long a) {
    return pack(Numeric.f32_convert_i32_u((int) a), Numeric.f32_convert_i32_u(I32x4.high(a)));
  }

  /** f32x4.demote_f64x2_zero: the lower half; the upper one is 0. */
  public static long demote_f64x2_zero(long low, long high) {
    return pack((float) Double.longBitsToDouble(low), (float) Double.longBitsToDouble(high));
  }

  /** f32x4.relaxed_madd: the product is rounded, too. */
  public static long relaxed_madd(long a, long b, long addend) {
    return add(mul(a, b), addend);
  }

  /** f32x4.relaxed_nmadd: the product is rounded, too. */
  public static long relaxed_nmadd(long a, long b, long addend) {
    return add(mul(neg(a), b), addend);
  }

  /** The first number of a half. */
  static float first(long half) {
    return Float.intBitsToFloat((int) half);
  }

  /** The second number of a half. */
  static float second(long half) {
    return Float.intBitsToFloat(I32x4.high(half));
  }

  private static long pack(float first, float second) {
    return I32x4.pack(Float.floatToRawIntBits(first), Float.floatToRawIntBits(second));
  }
}
