package dev.wasmrun.compiler.runtime;

/** Iterations of a counting loop between two looks at the interrupt flag. */
public final class Strips {
  private Strips() {}

  /**
   * By how much the variable may change before the loop's own condition has to be asked again.
   * While it has changed by less, the condition holds: the distance to the limit, taken as
   * unsigned, is right for signed, unsigned and equality conditions alike, as the condition holds
   * to begin with.
   *
   * @param goesOn 0 if the loop's condition does not hold for the variable: there is one iteration
   *     then
   * @param low the variable, or the limit if the loop counts down
   * @param high the other one
   * @param most the most that a strip may change the variable by, which is returned for longer
   *     loops
   */
  public static int length(int goesOn, int low, int high, int most) {
    int distance = high - low;
    if (goesOn == 0) {
      return 0;
    }
    // As unsigned, in a form from which HotSpot knows that it is at most `most`.
    return distance < 0 ? most : Math.min(distance, most);
  }

  /**
   * Whether the accesses of a strip are within the memory: all those whose addresses have constant
   * distances from one that grows by the same in every iteration.
   *
   * @param base that address in the strip's first iteration, unsigned
   * @param end where the memory ends
   * @param least the least distance
   * @param beyond the largest distance of an access's end
   * @param each by how much the address grows
   * @param last how many iterations there are after the first
   */
  public static boolean within(int base, long end, long least, long beyond, int each, int last) {
    long first = Integer.toUnsignedLong(base);
    long travel = (long) each * last;
    return first + least + Math.min(travel, 0) >= 0 && first + beyond + Math.max(travel, 0) <= end;
  }

  /** How many iterations a strip has after the first. */
  public static int last(int length, int step) {
    return Math.max(length - 1, 0) / step;
  }
}
