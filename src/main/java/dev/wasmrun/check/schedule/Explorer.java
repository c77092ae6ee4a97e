package dev.wasmrun.check.schedule;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntConsumer;

/** Runs an experiment under one schedule after another until something is wrong. */
final class Explorer {
  private final ScheduleRunner runner;
  private final IntConsumer progress;

  private int runs;
  private long steps;
  private long switches;

  /**
   * Creates an explorer for one exploration.
   *
   * @param progress told the number of runs now and then
   */
  Explorer(ScheduleRunner runner, IntConsumer progress) {
    this.runner = runner;
    this.progress = progress;
  }

  Exploration explore(Search search) throws InterruptedException {
    long start = System.nanoTime();
    Found found;
    if (search instanceof Search.Random random) {
      found = seeded(random.runs(), random.seed(), RandomWalk::new);
    } else if (search instanceof Search.Priorities priorities) {
      // How long runs are, which decides where priorities change, must not depend on other seeds.
      int length = run(new Replay(Schedule.NONE), Journal.Scope.CHOICES).journal().steps();
      runs = 0;
      found =
          seeded(
              priorities.runs(),
              priorities.seed(),
              seed -> new PriorityWalk(seed, priorities.depth(), length));
    } else if (search instanceof Search.All all) {
      found = all(all);
    } else {
      found = one((Search.One) search);
    }
    long took = System.nanoTime() - start;
    Optional<Exploration.Failure> failure =
        found.run() == null || found.run().finding().isEmpty()
            ? Optional.empty()
            : Optional.of(failure(found, search instanceof Search.One));
    return new Exploration(runs, steps, switches, took, found.complete(), found.unmade(), failure);
  }

  /** Where a search has stopped; {@code run} is null if nothing was wrong. */
  private record Found(Run run, OptionalLong seed, boolean complete, Schedule unmade) {
    Found(Run run, OptionalLong seed, boolean complete) {
      this(run, seed, complete, Schedule.NONE);
    }
  }

  @FunctionalInterface
  private interface Seeded {
    StepStrategy strategy(long seed);
  }

  private Found seeded(int most, long firstSeed, Seeded seeded) throws InterruptedException {
    for (long seed = firstSeed; runs < most; seed++) {
      Run run = run(seeded.strategy(seed), Journal.Scope.CHOICES);
      if (run.finding().isPresent()) {
        return new Found(run, OptionalLong.of(seed), false);
      }
    }
    return new Found(null, OptionalLong.empty(), false);
  }

  private Found all(Search.All search) throws InterruptedException {
    var exhaustive = new Exhaustive(search.reduced());
    boolean open = true;
    while (open && runs < search.runs()) {
      Run run = run(exhaustive, Journal.Scope.EVENTS);
      if (run.finding().isPresent()) {
        return new Found(run, OptionalLong.empty(), false);
      }
      open = exhaustive.advance(run.journal(), run.cutOff());
    }
    return new Found(null, OptionalLong.empty(), !open);
  }

  private Found one(Search.One search) throws InterruptedException {
    var replay = new Replay(search.schedule());
    Run run = run(replay, Journal.Scope.CHOICES);
    return new Found(run, OptionalLong.empty(), false, replay.unmade());
  }

  private Run run(StepStrategy strategy, Journal.Scope scope) throws InterruptedException {
    Run run = runner.run(strategy, scope);
    if (run.ending() != Scheduler.Ending.CUT) {
      runs++;
      progress.accept(runs);
    }
    steps += run.journal().steps();
    switches += run.switches();
    return run;
  }

  /** {@code asked} is whether the user has asked for exactly this schedule. */
  private Exploration.Failure failure(Found found, boolean asked) throws InterruptedException {
    Finding finding = found.run().finding().orElseThrow();
    Schedule whole = found.run().journal().schedule();
    Schedule shrunk = asked ? whole : new Shrinker(runner, finding).shrink(whole);
    Run shown = runner.run(new Replay(shrunk), Journal.Scope.DETAILS);
    return new Exploration.Failure(
        shown.finding().orElse(finding),
        runs,
        found.seed(),
        shown.journal().schedule(),
        whole.choices().size(),
        Interleaving.of(shown));
  }
}
