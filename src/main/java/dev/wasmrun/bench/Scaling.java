package dev.wasmrun.bench;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How much more a contender does in the same time on more threads.
 *
 * @param contender what a table calls it
 * @param from the fewest threads measured
 * @param threads those with the best speed-up
 * @param speedup how much more work it does per second on these than on the fewest
 */
public record Scaling(String contender, int from, int threads, double speedup) {
  // Below this a speed-up may be the machine's mood.
  static final double PAYS = 1.1;

  /**
   * The best speed-up of the first contender of a program's measurements; empty if it was not
   * measured on several numbers of threads.
   *
   * @param sharesWork whether more threads have less to do each, rather than as much each
   */
  public static Optional<Scaling> of(List<Measurement> results, boolean sharesWork) {
    List<Measurement> mine =
        results.stream()
            .filter(m -> m.contender().equals(results.get(0).contender()) && m.time().isPresent())
            .sorted(Comparator.comparingInt(Measurement::threads))
            .toList();
    if (mine.size() < 2) {
      return Optional.empty();
    }
    Measurement fewest = mine.get(0);
    return mine.stream()
        .skip(1)
        .map(
            more ->
                new Scaling(
                    more.contender(),
                    fewest.threads(),
                    more.threads(),
                    speedup(fewest, more, sharesWork)))
        .max(Comparator.comparingDouble(Scaling::speedup));
  }

  /** How much more work per second {@code more} does than {@code fewer}. */
  public static double speedup(Measurement fewer, Measurement more, boolean sharesWork) {
    double work = sharesWork ? 1 : (double) more.threads() / fewer.threads();
    return work * fewer.time().orElseThrow().median() / more.time().orElseThrow().median();
  }

  /** The share of the added threads' power that arrives: 1 is all of it. */
  public double efficiency() {
    return speedup * from / threads;
  }

  /** Whether more threads get more done. */
  public boolean pays() {
    return speedup >= PAYS;
  }
}
