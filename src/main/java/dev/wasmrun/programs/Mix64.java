package dev.wasmrun.programs;

/**
 * Numbers that look random and are the same in every language: those of {@link
 * java.util.SplittableRandom}, but each can be asked for by its index, in any order and by any
 * thread.
 */
final class Mix64 {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private Mix64() {}

  /**
   * Stirs the bits of {@code z}: one to one, and every bit of the result depends on all of them.
   */
  static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** The number with this index in the sequence that {@code seed} begins. */
  static long randomAt(long seed, long index) {
    return mix(seed + (index + 1) * GOLDEN);
  }

  /**
   * The digest of all that {@code digest} stands for, followed by {@code value}. The digest of
   * nothing is 0.
   */
  static long digestOf(long digest, long value) {
    return mix((digest ^ value) + GOLDEN);
  }
}
