package dev.wasmrun.bench;

import dev.wasmrun.programs.Catalogue;
import dev.wasmrun.programs.Program;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Measures programs by all contenders side by side.
 *
 * <p>A contender is warm when it gets no faster: when the fastest of its last three warm-ups is at
 * most 5 % faster than the fastest before them. The warm-up ends for all at once: when every
 * contender is warm, or after the most rounds that the plan allows.
 */
public final class Bench {
  private final Plan plan;
  private final Externals externals;
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
    this.externals = new Externals(plan.rivals(), notices);
    this.contenders = new Contenders(plan.rivals().contains(Rival.JAVA), externals);
  }

  /**
   * Measures a program on every number of threads.
   *
   * @param entry one that has a Java implementation
   * @throws IOException if a contender's process cannot be prepared
   */
  public List<Measurement> measure(Catalogue.Entry entry) throws IOException, InterruptedException {
    long[] args = measuredArgs(entry);
    var results = new ArrayList<Measurement>();
    for (int threads : plan.threads()) {
      results.addAll(measure(entry, threads, args));
    }
    return results;
  }

  /**
   * Whether threads pay for a program.
   *
   * @param results its measurements
   * @return empty if it was not measured on several numbers of threads
   */
  public Optional<Verdict> verdict(Catalogue.Entry entry, List<Measurement> results)
      throws InterruptedException {
    Program program = entry.program().orElseThrow();
    Optional<Scaling> best = Scaling.of(results, program.sharesWork());
    if (best.isEmpty()) {
      return Optional.empty();
    }
    long size = measuredArgs(entry)[0];
    return Optional.of(
        new Verdict(
            best.get(),
            size == 0 ? program.parameters().get(0).defaultValue() : size,
            breakEven(entry)));
  }

  /**
   * From which first argument on two threads get more done than one, for the first contender; empty
   * if from none that was tried.
   */
  private OptionalLong breakEven(Catalogue.Entry entry) throws InterruptedException {
    long[] args = args(entry);
    return args.length == 0 ? OptionalLong.empty() : new BreakEven(contenders).find(entry, args);
  }

  /**
   * Starts every contender that is a process again and again, for its cold start and its memory.
   *
   * @return nothing if the plan has no command for this host
   */
  public List<ProcessCost> upkeep(Catalogue.Entry entry) throws IOException, InterruptedException {
    if (plan.self().isEmpty()) {
      return List.of();
    }
    long[] usual = args(entry);
    long[] small = usual.clone();
    Arrays.fill(small, 0, Math.min(1, small.length), 1);
    int fewest = Collections.min(plan.threads());
    int most = Collections.max(plan.threads());
    List<ProcessRuns> cold = lives(entry, 1, small);
    List<ProcessRuns> onFewest = lives(entry, fewest, usual);
    List<ProcessRuns> onMost = lives(entry, most, usual);
    var upkeep = new ArrayList<ProcessCost>();
    for (int i = 0; i < cold.size(); i++) {
      upkeep.add(
          new ProcessCost(
              entry.name(),
              cold.get(i).label(),
              cold.get(i).time(),
              fewest,
              most,
              onFewest.get(i).peak(),
              onMost.get(i).peak(),
              ProcessRuns.firstFailure(cold.get(i), onFewest.get(i), onMost.get(i))));
    }
    return upkeep;
  }

  /** Runs each process as often as the plan says, in turns. */
  private List<ProcessRuns> lives(Catalogue.Entry entry, int threads, long[] args)
      throws IOException, InterruptedException {
    var all = new ArrayList<>(Externals.ofThisHost(plan.self(), entry, threads, args));
    all.addAll(externals.of(entry, threads, args));
    try {
      List<ProcessRuns> lives = all.stream().map(ProcessRuns::new).toList();
      for (int i = 0; i < plan.runs(); i++) {
        for (ProcessRuns one : lives) {
          one.live();
        }
      }
      return lives;
    } finally {
      all.forEach(External::close);
    }
  }

  private long[] measuredArgs(Catalogue.Entry entry) {
    return plan.args().isEmpty() ? entry.program().orElseThrow().benchmarkArguments() : args(entry);
  }

  private long[] args(Catalogue.Entry entry) {
    int parameters = entry.program().orElseThrow().parameters().size();
    long[] args = new long[Math.max(parameters, plan.args().size())];
    for (int i = 0; i < plan.args().size(); i++) {
      args[i] = plan.args().get(i);
    }
    return args;
  }

  private List<Measurement> measure(Catalogue.Entry entry, int threads, long[] args)
      throws IOException, InterruptedException {
    List<Contender> taking = contenders.of(entry, threads, args);
    try {
      List<ContenderRuns> lanes = taking.stream().map(ContenderRuns::new).toList();
      for (int i = 0;
          i < plan.warmUps() && !lanes.stream().allMatch(ContenderRuns::warmOrOut);
          i++) {
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

  private static void round(List<ContenderRuns> lanes, boolean counts) throws InterruptedException {
    List<String> expected = null;
    for (ContenderRuns lane : lanes) {
      List<String> lines = lane.turn(counts, expected);
      expected = expected == null ? lines : expected;
    }
  }
}
