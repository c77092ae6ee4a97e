package dev.wasmrun.bench;

import dev.wasmrun.bench.Contender.Turn;
import dev.wasmrun.bench.Measurement.Failure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** One contender's way through a benchmark. */
final class ContenderRuns {
  private static final int LAST = 3;
  private static final double TOLERANCE = 0.05;

  private final Contender contender;
  private final List<Long> warmUps = new ArrayList<>();
  private final List<Long> measured = new ArrayList<>();
  private Failure failure;

  ContenderRuns(Contender contender) {
    this.contender = contender;
  }

  /**
   * Runs once, unless it has dropped out; drops out if that fails.
   *
   * @param expected the lines that it should print; null if whatever it prints is right
   * @return what it printed; null if it has dropped out
   */
  List<String> turn(boolean counts, List<String> expected) throws InterruptedException {
    if (failure != null) {
      return null;
    }
    try {
      Turn turn = contender.run();
      (counts ? measured : warmUps).add(turn.took().toNanos());
      if (expected != null && !expected.equals(turn.lines())) {
        failure = new Failure("it does not print what the first contender prints", true);
      }
      return turn.lines();
    } catch (IOException e) {
      failure = new Failure(e.getMessage(), false);
      return null;
    }
  }

  /** Whether its last {@value #LAST} warm-ups were hardly faster than those before. */
  boolean warm() {
    int before = warmUps.size() - LAST;
    return before > 0
        && Collections.min(warmUps.subList(before, warmUps.size()))
            >= Collections.min(warmUps.subList(0, before)) * (1 - TOLERANCE);
  }

  /** Whether there is no point in warming it up. */
  boolean warmOrOut() {
    return failure != null || warm();
  }

  Optional<Spread> time() {
    return failure == null ? Optional.of(Spread.of(measured)) : Optional.empty();
  }

  Measurement measurement(String program, int threads, Optional<Spread> first) {
    return new Measurement(
        program,
        threads,
        contender.label(),
        warmUps.size(),
        warm(),
        time(),
        time().flatMap(mine -> first.map(theirs -> mine.median() / theirs.median())),
        Optional.ofNullable(failure));
  }
}
