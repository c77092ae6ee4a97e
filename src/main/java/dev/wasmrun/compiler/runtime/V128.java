package dev.wasmrun.compiler.runtime;

/**
 * Instructions on vectors as bits. A method computes half of a vector, of 64 bits, from halves of
 * its operands.
 */
public final class V128 {

  private V128() {}

  /** v128.not. */
  public static long not(long a) {
    return ~a;
  }

  /** v128.and. */
  public static long and(long a, long b) {
    return a & b;
  }

  /** v128.andnot. */
  public static long andnot(long a, long b) {
    return a & ~b;
  }

  /** v128.or. */
  public static long or(long a, long b) {
    return a | b;
  }

  /** v128.xor. */
  public static long xor(long a, long b) {
    return a ^ b;
  }

  /** v128.bitselect: of a where mask has ones. */
  public static long bitselect(long a, long b, long mask) {
    return b ^ (a ^ b) & mask;
  }

  /** v128.any_true. */
  public static int any_true(long low, long high) {
    return (low | high) != 0 ? 1 : 0;
  }
}
