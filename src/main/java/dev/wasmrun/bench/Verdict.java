package dev.wasmrun.bench;

import java.util.OptionalLong;

/**
 * Whether threads pay for a program.
 *
 * @param best the best speed-up measured
 * @param size the first argument that was measured with, which says how much there is to do
 * @param breakEven the first argument from which two threads pay; empty if they do at none tried
 */
public record Verdict(Scaling best, long size, OptionalLong breakEven) {
  /** Whether threads pay at the size that was measured. */
  public boolean pays() {
    return best.pays();
  }

  /**
   * From which size on two threads pay, where that agrees with what was measured. Sizes are tried
   * by short runs: where these say that two pay already, and the measurement that they do not, the
   * measurement is right.
   */
  public OptionalLong from() {
    boolean atThisSize = breakEven.isPresent() && breakEven.getAsLong() <= size;
    return pays() == atThisSize ? breakEven : OptionalLong.empty();
  }

  /** Whether two threads pay at no size tried, and nothing measured contradicts that. */
  public boolean atNone() {
    return breakEven.isEmpty() && !pays();
  }
}
