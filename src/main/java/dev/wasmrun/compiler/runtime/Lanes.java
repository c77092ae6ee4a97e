package dev.wasmrun.compiler.runtime;

/**
 * Arithmetic on all lanes of a half at once, whatever their width.
 *
 * <p>A lane's width is said by a mask of the lanes' highest bits, {@code signs}. In generated code
 * it is a constant.
 */
final class Lanes {
  private Lanes() {}

  /** Sums: those of the lower bits carry no further than into the highest bits. */
  static long add(long a, long b, long signs) {
    return (a & ~signs) + (b & ~signs) ^ (a ^ b) & signs;
  }

  /** Differences: the highest bits are there for the lower ones to borrow from. */
  static long subtract(long a, long b, long signs) {
    return (a | signs) - (b & ~signs) ^ (a ^ ~b) & signs;
  }

  /** All ones where a lane's highest bit is set, in what has no other bits. */
  static long spread(long highest, long signs) {
    // The highest bit minus the lowest is all ones but the highest.
    return highest - (highest >>> Long.numberOfTrailingZeros(signs)) | highest;
  }

  /** All ones where two lanes are equal. */
  static long equal(long a, long b, long signs) {
    long difference = a ^ b;
    long unequal = (difference & ~signs) + ~signs | difference;
    return spread(~unequal & signs, signs);
  }

  /** All ones where an unsigned number is less than another. */
  static long less(long a, long b, long signs) {
    long difference = subtract(a, b, signs);
    return spread((~a & b | (~a | b) & difference) & signs, signs);
  }
}
