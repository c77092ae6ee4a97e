package dev.wasmrun.fuzz;

import java.util.Optional;

/**
 * Two engines on which a case must be the same.
 *
 * @param seconds of processor time, after which a case is one that does not end
 */
record Differential(Side expected, Side actual, int seconds) {
  private static final int SECONDS = 30;

  Differential(Side expected, Side actual) {
    this(expected, actual, SECONDS);
  }

  /** The same with less patience. */
  Differential within(int fewerSeconds) {
    return new Differential(expected, actual, fewerSeconds);
  }

  /**
   * The outcome of a comparison.
   *
   * @param difference what differs, the expected side's first, in one line; empty if nothing does
   * @param interpreted how many functions the actual side has left to an interpreter
   */
  record Outcome(Optional<String> difference, int interpreted) {}

  Outcome compare(FuzzCase fuzzCase) {
    Observation right = Observer.observe(fuzzCase, expected, seconds);
    Observation observed = Observer.observe(fuzzCase, actual, seconds);
    return new Outcome(right.difference(observed), observed.interpreted());
  }

  /** What differs. */
  Optional<String> difference(FuzzCase fuzzCase) {
    return compare(fuzzCase).difference();
  }
}
