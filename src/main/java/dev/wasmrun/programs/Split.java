package dev.wasmrun.programs;

/**
 * The two arguments by which a program's work is divided among runs: its results are those of all
 * the runs, one after the other.
 *
 * @param amount index of the argument that says how much there is to do, from 0
 * @param first index of the argument that says where in the whole to begin, from 0
 * @param defaultAmount the amount that 0, or no argument, stands for; 0 if there is none
 * @param most the largest amount whose results surely have room in the memory of one run
 */
public record Split(int amount, int first, long defaultAmount, long most) {
  /**
   * Checks the indexes.
   *
   * @throws IllegalArgumentException if they are negative or the same
   */
  public Split {
    if (amount < 0 || first < 0 || amount == first) {
      throw new IllegalArgumentException(
          "amount and first are two different arguments, got %s and %s".formatted(amount, first));
    }
  }

  /** A division of which no more is known. */
  public static Split of(int amount, int first) {
    return new Split(amount, first, 0, Long.MAX_VALUE);
  }
}
