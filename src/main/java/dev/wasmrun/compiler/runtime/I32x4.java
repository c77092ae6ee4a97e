package dev.wasmrun.compiler.runtime;

/**
 * Instructions on vectors of four integers of 32 bits. A method computes half of a vector, of 64
 * bits, from halves of its operands.
 */
public final class I32x4 {
  private static final int BITS = 32;
  private static final long MASK = 0xFFFF_FFFFL;
  private static final long SIGNS = 0x8000_0000_8000_0000L;
  private static final long ONES = SIGNS >>> BITS - 1;
  private static final long EVEN = 0x0000_FFFF_0000_FFFFL; // halves of the numbers

  private I32x4() {}

  /** i32x4.splat. */
  public static long splat(int value) {
    return pack(value, value);
  }

  /** i32x4.extract_lane, of a half. */
  public static int extract_lane(long half, int lane) {
    return (int) (half >>> lane * BITS);
  }

  /** i32x4.replace_lane, of a half. */
  public static long replace_lane(long half, int lane, int value) {
    return half & ~(MASK << lane * BITS) | (value & MASK) << lane * BITS;
  }

  /** i32x4.eq. */
  public static long eq(long a, long b) {
    return masks((int) a == (int) b, high(a) == high(b));
  }

  /** i32x4.ne. */
  public static long ne(long a, long b) {
    return masks((int) a != (int) b, high(a) != high(b));
  }

  /** i32x4.lt_s. */
  public static long lt_s(long a, long b) {
    return masks((int) a < (int) b, high(a) < high(b));
  }

  /** i32x4.lt_u. */
  public static long lt_u(long a, long b) {
    return lt_s(a ^ SIGNS, b ^ SIGNS);
  }

  /** i32x4.gt_s. */
  public static long gt_s(long a, long b) {
    return masks((int) a > (int) b, high(a) > high(b));
  }

  /** i32x4.gt_u. */
  public static long gt_u(long a, long b) {
    return gt_s(a ^ SIGNS, b ^ SIGNS);
  }

  /** i32x4.le_s. */
  public static long le_s(long a, long b) {
    return masks((int) a <= (int) b, high(a) <= high(b));
  }

  /** i32x4.le_u. */
  public static long le_u(long a, long b) {
    return le_s(a ^ SIGNS, b ^ SIGNS);
  }

  /** i32x4.ge_s. */
  public static long ge_s(long a, long b) {
    return masks((int) a >= (int) b, high(a) >= high(b));
  }

  /** i32x4.ge_u. */
  public static long ge_u(long a, long b) {
    return ge_s(a ^ SIGNS, b ^ SIGNS);
  }

  /** i32x4.abs. */
  public static long abs(long a) {
    return pack(Math.abs((int) a), Math.abs(high(a)));
  }

  /** i32x4.neg. */
  public static long neg(long a) {
    return Lanes.subtract(0, a, SIGNS);
  }

  /** i32x4.all_true. */
  public static int all_true(long low, long high) {
    return (int) low != 0 && high(low) != 0 && (int) high != 0 && high(high) != 0 ? 1 : 0;
  }

  /** i32x4.bitmask. */
  public static int bitmask(long low, long high) {
    return signs(low) | signs(high) << 2;
  }

  /** i32x4.shl. */
  public static long shl(long a, int count) {
    int places = count & BITS - 1;
    return a << places & (MASK << places & MASK) * ONES;
  }

  /** i32x4.shr_s. */
  public static long shr_s(long a, int count) {
    return pack((int) a >> count, high(a) >> count);
  }

  /** i32x4.shr_u. */
  public static long shr_u(long a, int count) {
    int places = count & BITS - 1;
    return a >>> places & (MASK >>> places) * ONES;
  }

  /** i32x4.add. */
  public static long add(long a, long b) {
    return Lanes.add(a, b, SIGNS);
  }

  /** i32x4.sub. */
  public static long sub(long a, long b) {
    return Lanes.subtract(a, b, SIGNS);
  }

  /** i32x4.mul. */
  public static long mul(long a, long b) {
    return pack((int) a * (int) b, high(a) * high(b));
  }

  /** i32x4.min_s. */
  public static long min_s(long a, long b) {
    return pack(Math.min((int) a, (int) b), Math.min(high(a), high(b)));
  }

  /** i32x4.min_u. */
  public static long min_u(long a, long b) {
    return min_s(a ^ SIGNS, b ^ SIGNS) ^ SIGNS;
  }

  /** i32x4.max_s. */
  public static long max_s(long a, long b) {
    return pack(Math.max((int) a, (int) b), Math.max(high(a), high(b)));
  }

  /** i32x4.max_u. */
  public static long max_u(long a, long b) {
    return max_s(a ^ SIGNS, b ^ SIGNS) ^ SIGNS;
  }

  /** i32x4.dot_i16x8_s. */
  public static long dot_i16x8_s(long a, long b) {
    return pack(dot((int) a, (int) b), dot(high(a), high(b)));
  }

  /** i32x4.extadd_pairwise_i16x8_s. */
  public static long extadd_pairwise_i16x8_s(long a) {
    return pack((short) a + ((int) a >> 16), (short) high(a) + (high(a) >> 16));
  }

  /** i32x4.extadd_pairwise_i16x8_u. */
  public static long extadd_pairwise_i16x8_u(long a) {
    return (a & EVEN) + (a >>> 16 & EVEN);
  }

  /** i32x4.extend_…_i16x8_s: a quarter of the vector, the lower or upper of a half. */
  public static long extend_i16x8_s(long half, int upper) {
    int pair = (int) (half >>> upper * BITS);
    return pack((short) pair, pair >> 16);
  }

  /** i32x4.extend_…_i16x8_u: a quarter of the vector. */
  public static long extend_i16x8_u(long half, int upper) {
    int pair = (int) (half >>> upper * BITS);
    return pack(pair & 0xFFFF, pair >>> 16);
  }

  /** i32x4.extmul_…_i16x8_s: of a quarter of the vectors. */
  public static long extmul_i16x8_s(long a, long b, int upper) {
    return mul(extend_i16x8_s(a, upper), extend_i16x8_s(b, upper));
  }

  /** i32x4.extmul_…_i16x8_u: of a quarter of the vectors. */
  public static long extmul_i16x8_u(long a, long b, int upper) {
    return mul(extend_i16x8_u(a, upper), extend_i16x8_u(b, upper));
  }

  /** i32x4.trunc_sat_f32x4_s. */
  public static long trunc_sat_f32x4_s(long a) {
    return pack(
        Numeric.i32_trunc_sat_f32_s(F32x4.first(a)), Numeric.i32_trunc_sat_f32_s(F32x4.second(a)));
  }

  /** i32x4.trunc_sat_f32x4_u. */
  public static long trunc_sat_f32x4_u(long a) {
    return pack(
        Numeric.i32_trunc_sat_f32_u(F32x4.first(a)), Numeric.i32_trunc_sat_f32_u(F32x4.second(a)));
  }

  /** i32x4.trunc_sat_f64x2_s_zero: the lower half; the upper one is 0. */
  public static long trunc_sat_f64x2_s_zero(long low, long high) {
    return pack(
        Numeric.i32_trunc_sat_f64_s(Double.longBitsToDouble(low)),
        Numeric.i32_trunc_sat_f64_s(Double.longBitsToDouble(high)));
  }

  /** i32x4.trunc_sat_f64x2_u_zero: the lower half; the upper one is 0. */
  public static long trunc_sat_f64x2_u_zero(long low, long high) {
    return pack(
        Numeric.i32_trunc_sat_f64_u(Double.longBitsToDouble(low)),
        Numeric.i32_trunc_sat_f64_u(Double.longBitsToDouble(high)));
  }

  /** i32x4.relaxed_dot_i8x16_i7x16_add_s: both factors are signed. */
  public static long relaxed_dot_i8x16_i7x16_add_s(long a, long b, long addend) {
    return add(extadd_pairwise_i16x8_s(I16x8.relaxed_dot_i8x16_i7x16_s(a, b)), addend);
  }

  /** A half of two numbers. */
  static long pack(int first, int second) {
    return first & MASK | (long) second << BITS;
  }

  /** Two results of comparisons. */
  static long masks(boolean first, boolean second) {
    return pack(first ? -1 : 0, second ? -1 : 0);
  }

  /** The second number of a half. */
  static int high(long half) {
    return (int) (half >>> BITS);
  }

  private static int signs(long half) {
    return (int) (half >>> BITS - 1 & 1 | half >>> 2 * BITS - 2 & 2);
  }

  private static int dot(int a, int b) {
    return (short) a * (short) b + (a >> 16) * (b >> 16);
  }
}
