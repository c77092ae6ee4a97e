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

  /** What differs, the expected side's first, in one line; empty if nothing does. */
  Optional<String> difference(FuzzCase fuzzCase) {
    Observation right = Observer.observe(fuzzCase, expected, seconds);
    return right.difference(Observer.observe(fuzzCase, actual, seconds));
  }
}
