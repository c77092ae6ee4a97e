package dev.wasmrun.bench;

import java.time.Duration;
import java.util.Collections;
import java.util.List;

/**
 * How long a module is run before its times count: until they stop falling.
 *
 * <p>They have when the fastest run of the second half so far is at most 2 % faster than the
 * fastest of the first half. So a while without progress ends the warm-up only if it was as long as
 * everything before: compilers at work in the background take their time.
 *
 * @param mostRuns after so many it ends, warm or not
 * @param atLeast before that it does not end for being warm
 * @param atMost after that it ends, warm or not
 */
record WarmUp(int mostRuns, Duration atLeast, Duration atMost) {
  private static final int FEWEST_RUNS = 10;
  private static final double TOLERANCE = 0.02;

  /**
   * Whether the warm-up is over.
   *
   * @param nanos the times of its runs so far, in their order
   * @param elapsed wall-clock time since it began
   */
  boolean isOver(List<Long> nanos, Duration elapsed) {
    return isExhausted(nanos, elapsed) || elapsed.compareTo(atLeast) >= 0 && isWarm(nanos);
  }

  /** Whether it may not go on, warm or not. */
  boolean isExhausted(List<Long> nanos, Duration elapsed) {
    return nanos.size() >= mostRuns || elapsed.compareTo(atMost) >= 0;
  }

  /** Whether times have stopped falling. */
  static boolean isWarm(List<Long> nanos) {
    int half = nanos.size() / 2;
    return nanos.size() >= FEWEST_RUNS
        && !isFaster(nanos.subList(half, nanos.size()), nanos.subList(0, half));
  }

  /** Whether the fastest of these runs is clearly faster than that of the runs before. */
  static boolean isFaster(List<Long> nanos, List<Long> before) {
    return Collections.min(nanos) < Collections.min(before) * (1 - TOLERANCE);
  }
}
