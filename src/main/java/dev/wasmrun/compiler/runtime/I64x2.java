package dev.wasmrun.compiler.runtime;

/**
 * Instructions on vectors of two integers of 64 bits. A method computes half of a vector, of 64
 * bits, from halves of its operands.
 */
public final class I64x2 {

  private I64x2() {}

  /** i64x2.splat. */
  public static long splat(long value) {
    return value;
  }

  /** i64x2.extract_lane, of the half that it is. */
  public static long extract_lane(long half, int lane) {
    return half;
  }

  /** i64x2.replace_lane, of the half that it is. */
  public static long replace_lane(long half, int lane, long value) {
    return value;
  }

  /** i64x2.eq. */
  public static long eq(long a, long b) {
    return a == b ? -1 : 0;
  }

  /** i64x2.ne. */
  public static long ne(long a, long b) {
    return a != b ? -1 : 0;
  }

  /** i64x2.lt_s. */
  public static long lt_s(long a, long b) {
    return a < b ? -1 : 0;
  }

  /** i64x2.gt_s. */
  public static long gt_s(long a, long b) {
    return a > b ? -1 : 0;
  }

  /** i64x2.le_s. */
  public static long le_s(long a, long b) {
    return a <= b ? -1 : 0;
  }

  /** i64x2.ge_s. */
  public static long ge_s(long a, long b) {
    return a >= b ? -1 : 0;
  }

  /** i64x2.abs. */
  public static long abs(long a) {
    return Math.abs(a);
  }

  /** i64x2.neg. */
  public static long neg(long a) {
    return -a;
  }

  /** i64x2.all_true. */
  public static int all_true(long low, long high) {
    return low != 0 && high != 0 ? 1 : 0;
  }

  /** i64x2.bitmask. */
  public static int bitmask(long low, long high) {
    return (int) (low >>> 63 | high >>> 62 & 2);
  }

  /** i64x2.shl. */
  public static long shl(long a, int count) {
    return a << count;
  }

  /** i64x2.shr_s. */
  public static long shr_s(long a, int count) {
    return a >> count;
  }

  /** i64x2.shr_u. */
  public static long shr_u(long a, int count) {
    return a >>> count;
  }

  /** i64x2.add. */
  public static long add(long a, long b) {
    return a + b;
  }

  /** i64x2.sub. */
  public static long sub(long a, long b) {
    return a - b;
  }

  /** i64x2.mul. */
  public static long mul(long a, long b) {
    return a * b;
  }

  /** i64x2.extend_…_i32x4_s: a quarter of the vector, the lower or upper of a half. */
  public static long extend_i32x4_s(long half, int upper) {
    return (int) (half >>> upper * 32);
  }

  /** i64x2.extend_…_i32x4_u: a quarter of the vector. */
  public static long extend_i32x4_u(long half, int upper) {
    return half >>> upper * 32 & 0xFFFF_FFFFL;
  }

  /** i64x2.extmul_…_i32x4_s: of a quarter of the vectors. */
  public static long extmul_i32x4_s(long a, long b, int upper) {
    return extend_i32x4_s(a, upper) * extend_i32x4_s(b, upper);
  }

  /** i64x2.extmul_…_i32x4_u: of a quarter of the vectors. */
  public static long extmul_i32x4_u(long a, long b, int upper) {
    return extend_i32x4_u(a, upper) * extend_i32x4_u(b, upper);
  }
}
