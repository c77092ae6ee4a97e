package dev.wasmrun.bench;

import dev.wasmrun.bench.Contender.Turn;
import dev.wasmrun.bench.Measurement.Failure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One contender's way through a benchmark. */
final class Lane {
  private static final int STEADY_RUNS = 3;
  private static final double TOLERANCE = 0.05;

  private final Contender contender;
  private final List<Long> warmUps = new ArrayList<>();
  private final List<Long> measured = new ArrayList<>();
  private Failure failure;

  Lane(Contender contender) {
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

  /** Whether its last {@value #STEADY_RUNS} warm-ups differ by no more than 5 %. */
  boolean steady() {
    int count = warmUps.size();
    return count >= STEADY_RUNS
        && Spread.of(warmUps.subList(count - STEADY_RUNS, count)).within(TOLERANCE);
  }

  /** Whether there is no point in waiting for it to become steady. */
  boolean steadyOrOut() {
    return failure != null || steady();
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
        steady(),
        time(),
        time().flatMap(mine -> first.map(theirs -> mine.median() / theirs.median())),
        Optional.ofNullable(failure));
  }
}
