package dev.wasmrun.compiler.runtime;

/**
 * Instructions on vectors of 16 integers of 8 bits. A method computes half of a vector, of 64 bits,
 * from halves of its operands; see {@link Lanes}.
 */
public final class I8x16 {
  private static final int BITS = 8;
  private static final long MASK = 0xFFL;
  private static final long SIGNS = 0x8080_8080_8080_8080L;
  private static final long ONES = SIGNS >>> BITS - 1;

  private I8x16() {}

  /** i8x16.splat. */
  public static long splat(int value) {
    return (value & MASK) * ONES;
  }

  /** i8x16.extract_lane_s, of a half. */
  public static int extract_lane_s(long half, int lane) {
    return (byte) (half >>> lane * BITS);
  }

  /** i8x16.extract_lane_u, of a half. */
  public static int extract_lane_u(long half, int lane) {
    return (int) (half >>> lane * BITS & MASK);
  }

  /** i8x16.replace_lane, of a half. */
  public static long replace_lane(long half, int lane, int value) {
    return half & ~(MASK << lane * BITS) | (value & MASK) << lane * BITS;
  }

  /** i8x16.eq. */
  public static long eq(long a, long b) {
    return Lanes.equal(a, b, SIGNS);
  }

  /** i8x16.ne. */
  public static long ne(long a, long b) {
    return ~Lanes.equal(a, b, SIGNS);
  }

  /** i8x16.lt_s. */
  public static long lt_s(long a, long b) {
    return Lanes.less(a ^ SIGNS, b ^ SIGNS, SIGNS);
  }

  /** i8x16.lt_u. */
  public static long lt_u(long a, long b) {
    return Lanes.less(a, b, SIGNS);
  }

  /** i8x16.gt_s. */
  public static long gt_s(long a, long b) {
    return Lanes.less(b ^ SIGNS, a ^ SIGNS, SIGNS);
  }

  /** i8x16.gt_u. */
  public static long gt_u(long a, long b) {
    return Lanes.less(b, a, SIGNS);
  }

  /** i8x16.le_s. */
  public static long le_s(long a, long b) {
    return ~Lanes.less(b ^ SIGNS, a ^ SIGNS, SIGNS);
  }

  /** i8x16.le_u. */
  public static long le_u(long a, long b) {
    return ~Lanes.less(b, a, SIGNS);
  }

  /** i8x16.ge_s. */
  public static long ge_s(long a, long b) {
    return ~Lanes.less(a ^ SIGNS, b ^ SIGNS, SIGNS);
  }

  /** i8x16.ge_u. */
  public static long ge_u(long a, long b) {
    return ~Lanes.less(a, b, SIGNS);
  }

  /** i8x16.abs. */
  public static long abs(long a) {
    long negative = Lanes.spread(a & SIGNS, SIGNS);
    return Lanes.subtract(a ^ negative, negative, SIGNS);
  }

  /** i8x16.neg. */
  public static long neg(long a) {
    return Lanes.subtract(0, a, SIGNS);
  }

  /** i8x16.popcnt. */
  public static long popcnt(long a) {
    long pairs = a - (a >>> 1 & 0x5555_5555_5555_5555L);
    long fours = (pairs & 0x3333_3333_3333_3333L) + (pairs >>> 2 & 0x3333_3333_3333_3333L);
    return fours + (fours >>> 4) & 0x0F0F_0F0F_0F0F_0F0FL;
  }

  /** i8x16.all_true. */
  public static int all_true(long low, long high) {
    return (Lanes.equal(low, 0, SIGNS) | Lanes.equal(high, 0, SIGNS)) == 0 ? 1 : 0;
  }

  /** i8x16.bitmask. */
  public static int bitmask(long low, long high) {
    return signs(low) | signs(high) << Long.BYTES;
  }

  /** i8x16.shl. */
  public static long shl(long a, int count) {
    int places = count & BITS - 1;
    return a << places & (MASK << places & MASK) * ONES;
  }

  /** i8x16.shr_u. */
  public static long shr_u(long a, int count) {
    int places = count & BITS - 1;
    return a >>> places & (MASK >>> places) * ONES;
  }

  /** i8x16.shr_s. */
  public static long shr_s(long a, int count) {
    long sign = SIGNS >>> (count & BITS - 1);
    return Lanes.subtract(shr_u(a, count) ^ sign, sign, SIGNS);
  }

  /** i8x16.add. */
  public static long add(long a, long b) {
    return Lanes.add(a, b, SIGNS);
  }

  /** i8x16.add_sat_s. */
  public static long add_sat_s(long a, long b) {
    long sum = Lanes.add(a, b, SIGNS);
    return saturated(sum, a, ~(a ^ b) & (a ^ sum) & SIGNS);
  }

  /** i8x16.add_sat_u. */
  public static long add_sat_u(long a, long b) {
    long sum = Lanes.add(a, b, SIGNS);
    return sum | Lanes.spread((a & b | (a | b) & ~sum) & SIGNS, SIGNS);
  }

  /** i8x16.sub. */
  public static long sub(long a, long b) {
    return Lanes.subtract(a, b, SIGNS);
  }

  /** i8x16.sub_sat_s. */
  public static long sub_sat_s(long a, long b) {
    long difference = Lanes.subtract(a, b, SIGNS);
    return saturated(difference, a, (a ^ b) & (a ^ difference) & SIGNS);
  }

  /** i8x16.sub_sat_u. */
  public static long sub_sat_u(long a, long b) {
    return Lanes.subtract(a, b, SIGNS) & ~Lanes.less(a, b, SIGNS);
  }

  /** i8x16.min_s. */
  public static long min_s(long a, long b) {
    return V128.bitselect(a, b, lt_s(a, b));
  }

  /** i8x16.min_u. */
  public static long min_u(long a, long b) {
    return V128.bitselect(a, b, lt_u(a, b));
  }

  /** i8x16.max_s. */
  public static long max_s(long a, long b) {
    return V128.bitselect(b, a, lt_s(a, b));
  }

  /** i8x16.max_u. */
  public static long max_u(long a, long b) {
    return V128.bitselect(b, a, lt_u(a, b));
  }

  /** i8x16.avgr_u. */
  public static long avgr_u(long a, long b) {
    return (a | b) - ((a ^ b) >>> 1 & ~SIGNS);
  }

  /** i8x16.narrow_i16x8_s. */
  public static long narrow_i16x8_s(long low, long high) {
    return narrow_s(low) | narrow_s(high) << Integer.SIZE;
  }

  /** i8x16.narrow_i16x8_u. */
  public static long narrow_i16x8_u(long low, long high) {
    return narrow_u(low) | narrow_u(high) << Integer.SIZE;
  }

  /** i8x16.swizzle, by a half of the indices. */
  public static long swizzle(long low, long high, long indices) {
    long chosen = 0;
    for (int at = 0; at < Long.SIZE; at += BITS) {
      long index = indices >>> at & MASK;
      long half = (index & Long.BYTES) == 0 ? low : high;
      long value = index < 2 * Long.BYTES ? half >>> index * BITS & MASK : 0;
      chosen |= value << at;
    }
    return chosen;
  }

  /** i8x16.shuffle, by a half of the indices. */
  public static long shuffle(long aLow, long aHigh, long bLow, long bHigh, long indices) {
    long chosen = 0;
    for (int at = 0; at < Long.SIZE; at += BITS) {
      int index = (int) (indices >>> at);
      long vector = (index & Long.BYTES) == 0 ? aLow : aHigh;
      long other = (index & Long.BYTES) == 0 ? bLow : bHigh;
      long half = (index & 2 * Long.BYTES) == 0 ? vector : other;
      chosen |= (half >>> index * BITS & MASK) << at;
    }
    return chosen;
  }

  private static int signs(long half) {
    return (int) ((half >>> BITS - 1 & ONES) * 0x0102_0408_1020_4080L >>> Long.SIZE - Long.BYTES);
  }

  private static long saturated(long result, long a, long overflow) {
    long most = (a >>> BITS - 1 & ONES) + ~SIGNS; // the least number where a is negative
    return V128.bitselect(most, result, Lanes.spread(overflow, SIGNS));
  }

  private static long narrow_s(long wide) {
    long narrow = 0;
    for (int i = 0; i < 4; i++) {
      int value = (short) (wide >>> 16 * i);
      narrow |= (Math.max(Byte.MIN_VALUE, Math.min(Byte.MAX_VALUE, value)) & MASK) << BITS * i;
    }
    return narrow;
  }

  private static long narrow_u(long wide) {
    long narrow = 0;
    for (int i = 0; i < 4; i++) {
      int value = (short) (wide >>> 16 * i);
      narrow |= (long) Math.max(0, Math.min(0xFF, value)) << BITS * i;
    }
    return narrow;
  }
}
