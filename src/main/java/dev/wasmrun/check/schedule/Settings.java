package dev.wasmrun.check.schedule;

import dev.wasmrun.check.Finding;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * How runs are controlled, and what they must print.
 *
 * @param points where threads are switched
 * @param weak whether plain stores may reach memory late, as on real processors
 * @param maxSteps a run with more steps is a livelock
 * @param limit the time for one run, for a guest that loops without a step
 * @param stackBytes the size of each thread's stack; 0 for the default
 * @param expected the lines that are right; empty if whatever is printed is right
 * @param passedOver what does not count though it is wrong
 */
record Settings(
    SwitchPoints points,
    boolean weak,
    int maxSteps,
    Duration limit,
    long stackBytes,
    Optional<List<String>> expected,
    Predicate<Finding> passedOver) {

  Settings {
    expected = expected.map(List::copyOf);
  }

  /** With nothing passed over. */
  Settings(
      SwitchPoints points,
      boolean weak,
      int maxSteps,
      Duration limit,
      long stackBytes,
      Optional<List<String>> expected) {
    this(points, weak, maxSteps, limit, stackBytes, expected, found -> false);
  }

  /** The same for a run of which every access may be a step, where only some are to be. */
  Settings withRoomForEveryStep() {
    int most = Math.max(maxSteps, Schedules.DEFAULT_STEPS);
    return new Settings(points, weak, most, limit, stackBytes, expected, passedOver);
  }

  Settings expecting(List<String> lines) {
    return new Settings(points, weak, maxSteps, limit, stackBytes, Optional.of(lines), passedOver);
  }
}
