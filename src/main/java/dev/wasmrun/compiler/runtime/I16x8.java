package dev.wasmrun.compiler.runtime;

/**
 * Instructions on vectors of 8 integers of 16 bits. A method computes half of a vector, of 64 bits,
 * from halves of its operands; see {@link Lanes}.
 */
public final class I16x8 {
  private static final int BITS = 16;
  private static final long MASK = 0xFFFFL;
  private static final long SIGNS = 0x8000_8000_8000_8000L;
  private static final long ONES = SIGNS >>> BITS - 1;
  private static final long EVEN = 0x00FF_00FF_00FF_00FFL; // bytes
  private static final long BYTE_SIGNS = 0x0080_0080_0080_0080L;

  private I16x8() {}

  /** i16x8.splat. */
  public static long splat(int value) {
    return (value & MASK) * ONES;
  }

  /** i16x8.extract_lane_s, of a half. */
  public static int extract_lane_s(long half, int lane) {
    return (short) (half >>> lane * BITS);
  }

  /** i16x8.extract_lane_u, of a half. */
  public static int extract_lane_u(long half, int lane) {
    return (int) (half >>> lane * BITS & MASK);
  }

  /** i16x8.replace_lane, of a half. */
  public static long replace_lane(long half, int lane, int value) {
    return half & ~(MASK << lane * BITS) | (value & MASK) << lane * BITS;
  }

  /** i16x8.eq. */
  public static long eq(long a, long b) {
    return Lanes.equal(a, b, SIGNS);
  }

  /** i16x8.ne. */
  public static long ne(long a, long b) {
    return ~Lanes.equal(a, b, SIGNS);
  }

  /** i16x8.lt_s. */
  public static long lt_s(long a, long b) {
    return Lanes.less(a ^ SIGNS, b ^ SIGNS, SIGNS);
  }

  /** i16x8.lt_u. */
  public static long lt_u(long a, long b) {
    return Lanes.less(a, b, SIGNS);
  }

  /** i16x8.gt_s. */
  public static long gt_s(long a, long b) {
    return Lanes.less(b ^ SIGNS, a ^ SIGNS, SIGNS);
  }

  /** i16x8.gt_u. */
  public static long gt_u(long a, long b) {
    return Lanes.less(b, a, SIGNS);
  }

  /** i16x8.le_s. */
  public static long le_s(long a, long b) {
    return ~Lanes.less(b ^ SIGNS, a ^ SIGNS, SIGNS);
  }

  /** i16x8.le_u. */
  public static long le_u(long a, long b) {
    return ~Lanes.less(b, a, SIGNS);
  }

  /** i16x8.ge_s. */
  public static long ge_s(long a, long b) {
    return ~Lanes.less(a ^ SIGNS, b ^ SIGNS, SIGNS);
  }

  /** i16x8.ge_u. */
  public static long ge_u(long a, long b) {
    return ~Lanes.less(a, b, SIGNS);
  }

  /** i16x8.abs. */
  public static long abs(long a) {
    long negative = Lanes.spread(a & SIGNS, SIGNS);
    return Lanes.subtract(a ^ negative, negative, SIGNS);
  }

  /** i16x8.neg. */
  public static long neg(long a) {
    return Lanes.subtract(0, a, SIGNS);
  }

  /** i16x8.all_true. */
  public static int all_true(long low, long high) {
    return (Lanes.equal(low, 0, SIGNS) | Lanes.equal(high, 0, SIGNS)) == 0 ? 1 : 0;
  }

  /** i16x8.bitmask. */
  public static int bitmask(long low, long high) {
    return signs(low) | signs(high) << Long.SIZE / BITS;
  }

  /** i16x8.shl. */
  public static long shl(long a, int count) {
    int places = count & BITS - 1;
    return a << places & (MASK << places & MASK) * ONES;
  }

  /** i16x8.shr_u. */
  public static long shr_u(long a, int count) {
    int places = count & BITS - 1;
    return a >>> places & (MASK >>> places) * ONES;
  }

  /** i16x8.shr_s. */
  public static long shr_s(long a, int count) {
    long sign = SIGNS >>> (count & BITS - 1);
    return Lanes.subtract(shr_u(a, count) ^ sign, sign, SIGNS);
  }

  /** i16x8.add. */
  public static long add(long a, long b) {
    return Lanes.add(a, b, SIGNS);
  }

  /** i16x8.add_sat_s. */
  public static long add_sat_s(long a, long b) {
    long sum = Lanes.add(a, b, SIGNS);
    return saturated(sum, a, ~(a ^ b) & (a ^ sum) & SIGNS);
  }

  /** i16x8.add_sat_u. */
  public static long add_sat_u(long a, long b) {
    long sum = Lanes.add(a, b, SIGNS);
    return sum | Lanes.spread((a & b | (a | b) & ~sum) & SIGNS, SIGNS);
  }

  /** i16x8.sub. */
  public static long sub(long a, long b) {
    return Lanes.subtract(a, b, SIGNS);
  }

  /** i16x8.sub_sat_s. */
  public static long sub_sat_s(long a, long b) {
    long difference = Lanes.subtract(a, b, SIGNS);
    return saturated(difference, a, (a ^ b) & (a ^ difference) & SIGNS);
  }

  /** i16x8.sub_sat_u. */
  public static long sub_sat_u(long a, long b) {
    return Lanes.subtract(a, b, SIGNS) & ~Lanes.less(a, b, SIGNS);
  }

  /** i16x8.mul. */
  public static long mul(long a, long b) {
    long product = 0;
    for (int at = 0; at < Long.SIZE; at += BITS) {
      product |= ((a >>> at) * (b >>> at) & MASK) << at;
    }
    return product;
  }

  /** i16x8.min_s. */
  public static long min_s(long a, long b) {
    return V128.bitselect(a, b, lt_s(a, b));
  }

  /** i16x8.min_u. */
  public static long min_u(long a, long b) {
    return V128.bitselect(a, b, lt_u(a, b));
  }

  /** i16x8.max_s. */
  public static long max_s(long a, long b) {
    return V128.bitselect(b, a, lt_s(a, b));
  }

  /** i16x8.max_u. */
  public static long max_u(long a, long b) {
    return V128.bitselect(b, a, lt_u(a, b));
  }

  /** i16x8.avgr_u. */
  public static long avgr_u(long a, long b) {
    return (a | b) - ((a ^ b) >>> 1 & ~SIGNS);
  }

  /** i16x8.q15mulr_sat_s. */
  public static long q15mulr_sat_s(long a, long b) {
    long product = 0;
    for (int at = 0; at < Long.SIZE; at += BITS) {
      int rounded = (short) (a >>> at) * (short) (b >>> at) + 0x4000 >> 15;
      product |= (Math.min(Short.MAX_VALUE, rounded) & MASK) << at;
    }
    return product;
  }

  /** i16x8.extadd_pairwise_i8x16_s. */
  public static long extadd_pairwise_i8x16_s(long a) {
    return Lanes.add(shr_s(a, 8), shr_s(shl(a, 8), 8), SIGNS);
  }

  /** i16x8.extadd_pairwise_i8x16_u. */
  public static long extadd_pairwise_i8x16_u(long a) {
    return (a & EVEN) + (a >>> 8 & EVEN);
  }

  /** i16x8.narrow_i32x4_s. */
  public static long narrow_i32x4_s(long low, long high) {
    return narrow_s(low) | narrow_s(high) << Integer.SIZE;
  }

  /** i16x8.narrow_i32x4_u. */
  public static long narrow_i32x4_u(long low, long high) {
    return narrow_u(low) | narrow_u(high) << Integer.SIZE;
  }

  /** i16x8.extend_…_i8x16_s: a quarter of the vector, the lower or upper of a half. */
  public static long extend_i8x16_s(long half, int upper) {
    return Lanes.subtract(extend_i8x16_u(half, upper) ^ BYTE_SIGNS, BYTE_SIGNS, SIGNS);
  }

  /** i16x8.extend_…_i8x16_u: a quarter of the vector. */
  public static long extend_i8x16_u(long half, int upper) {
    long bytes = half >>> upper * Integer.SIZE & 0xFFFF_FFFFL;
    long pairs = (bytes | bytes << 16) & 0x0000_FFFF_0000_FFFFL;
    return (pairs | pairs << 8) & EVEN;
  }

  /** i16x8.extmul_…_i8x16_s: of a quarter of the vectors. */
  public static long extmul_i8x16_s(long a, long b, int upper) {
    return mul(extend_i8x16_s(a, upper), extend_i8x16_s(b, upper));
  }

  /** i16x8.extmul_…_i8x16_u: of a quarter of the vectors. */
  public static long extmul_i8x16_u(long a, long b, int upper) {
    return mul(extend_i8x16_u(a, upper), extend_i8x16_u(b, upper));
  }

  /** i16x8.relaxed_dot_i8x16_i7x16_s: both factors are signed, and sums wrap around. */
  public static long relaxed_dot_i8x16_i7x16_s(long a, long b) {
    long even = mul(shr_s(shl(a, 8), 8), shr_s(shl(b, 8), 8));
    return Lanes.add(even, mul(shr_s(a, 8), shr_s(b, 8)), SIGNS);
  }

  private static int signs(long half) {
    long bits = half >>> BITS - 1 & ONES;
    return (int) (bits | bits >>> BITS - 1 | bits >>> 2 * BITS - 2 | bits >>> 3 * BITS - 3) & 0xF;
  }

  private static long saturated(long result, long a, long overflow) {
    long most = (a >>> BITS - 1 & ONES) + ~SIGNS; // the least number where a is negative
    return V128.bitselect(most, result, Lanes.spread(overflow, SIGNS));
  }

  private static long narrow_s(long wide) {
    return narrow_s((int) wide) | narrow_s((int) (wide >>> Integer.SIZE)) << BITS;
  }

  private static long narrow_s(int value) {
    return Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, value)) & MASK;
  }

  private static long narrow_u(long wide) {
    return narrow_u((int) wide) | narrow_u((int) (wide >>> Integer.SIZE)) << BITS;
  }

  private static long narrow_u(int value) {
    return Math.max(0, Math.min(0xFFFF, value));
  }
}
