package dev.wasmrun.compiler.runtime;

/** Looking up in text what a long table of branches leads to. */
public final class Choice {
  private Choice() {}

  /** The lesser of two unsigned numbers. */
  public static int atMost(int number, int most) {
    return Integer.compareUnsigned(number, most) < 0 ? number : most;
  }

  /**
   * Adds what a part of a table says.
   *
   * @param sum what the other parts have said
   * @param number where to look in the whole table
   * @param first where this part begins
   * @param part a character for each entry
   */
  public static int plus(int sum, int number, int first, String part) {
    int index = number - first;
    return index >= 0 && index < part.length() ? sum + part.charAt(index) : sum;
  }
}
