package dev.wasmrun.engine;

/**
 * Turns of a counting loop between two looks at the interrupt flag.
 *
 * <p>Public because generated classes call it.
 */
public final class LoopStrip {
  /*
   * A strip is told by its end: as long as the variable has not reached it, by a signed comparison,
   * the loop's own condition is known to hold. The distance to the limit, taken as unsigned, is right
   * for signed, unsigned and equality conditions alike, as the condition holds where the strip
   * begins. Near the largest number, where the turn after a strip could leave the variable at the
   * smallest ones, there are no strips: the loop's own condition is then asked in every turn.
   */

  private LoopStrip() {}

  /**
   * The end of a strip of a loop that counts up.
   *
   * @param goesOn 0 if the loop's condition does not hold for the variable: there is no strip then
   * @param limit with which the condition compares the variable
   * @param span by how much a strip may change the variable, at least a turn's step
   */
  public static int above(int goesOn, int variable, int limit, int span) {
    int distance = limit - variable;
    int end = variable + (Integer.compareUnsigned(distance, span) < 0 ? distance : span);
    return goesOn == 0 || end < variable || end > Integer.MAX_VALUE - span
        ? Integer.MIN_VALUE
        : end;
  }

  /** The end of a strip of a loop that counts down; as {@link #above}. */
  public static int below(int goesOn, int variable, int limit, int span) {
    int distance = variable - limit;
    int end = variable - (Integer.compareUnsigned(distance, span) < 0 ? distance : span);
    return goesOn == 0 || end > variable || end < Integer.MIN_VALUE + span
        ? Integer.MAX_VALUE
        : end;
  }
}
