package dev.wasmrun.bench;

import dev.wasmrun.programs.Catalogue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Measures programs by all contenders side by side.
 *
 * <p>A contender is steady when its last three warm-ups differ by at most 5 %. The warm-up ends for
 * all at once: when every contender is steady, or after the most rounds that the plan allows.
 */
public final class Bench {
  private final Plan plan;
  private final Contenders contenders;
  private final Consumer<Measurement> measurements;

  /**
   * Creates a benchmark.
   *
   * @param measurements told of each result as soon as there is one
   * @param notices told of contenders that are missing
   */
  public Bench(Plan plan, Consumer<Measurement> measurements, Consumer<String> notices)
      throws InterruptedException {
    this.plan = plan;
    this.measurements = measurements;
    this.contenders = new Contenders(plan.rivals(), notices);
  }

  /**
   * Measures a program on every number of threads.
   *
   * @param entry one that has a Java implementation
   * @throws IOException if a contender's process cannot be prepared
   */
  public List<Measurement> measure(Catalogue.Entry entry) throws IOException, InterruptedException {
    int parameters = entry.program().orElseThrow().parameters().size();
    long[] args = new long[Math.max(parameters, plan.args().size())];
    for (int i = 0; i < plan.args().size(); i++) {
      args[i] = plan.args().get(i);
    }
    var results = new ArrayList<Measurement>();
    for (int threads : plan.threads()) {
      results.addAll(measure(entry, threads, args));
    }
    return results;
  }

  private List<Measurement> measure(Catalogue.Entry entry, int threads, long[] args)
      throws IOException, InterruptedException {
    List<Contender> taking = contenders.of(entry, threads, args);
    try {
      List<Lane> lanes = taking.stream().map(Lane::new).toList();
      for (int i = 0; i < plan.warmUps() && !lanes.stream().allMatch(Lane::steadyOrOut); i++) {
        round(lanes, false);
      }
      for (int i = 0; i < plan.runs(); i++) {
        round(lanes, true);
      }
      Optional<Spread> first = lanes.get(0).time();
      List<Measurement> results =
          lanes.stream().map(lane -> lane.measurement(entry.name(), threads, first)).toList();
      results.forEach(measurements);
      return results;
    } finally {
      taking.forEach(Contender::close);
    }
  }

  private static void round(List<Lane> lanes, boolean counts) throws InterruptedException {
    List<String> expected = null;
    for (Lane lane : lanes) {
      List<String> lines = lane.turn(counts, expected);
      expected = expected == null ? lines : expected;
    }
  }
}
