package dev.wasmrun.check.schedule;

import dev.wasmrun.check.Finding;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntConsumer;

/** Runs an experiment under one schedule after another until something is wrong. */
final class Explorer {
  private static final Found NOTHING = new Found(null, OptionalLong.empty(), false);

  private final Optional<Duration> limit;
  private final IntConsumer progress;

  /** The schedules seen, as hashes. */
  private final Set<Integer> distinct = new HashSet<>();

  private ScheduleRunner runner;
  private long deadline;
  private boolean interrupted;

  private int runs;
  private long steps;
  private long switches;

  /**
   * Creates an explorer for one exploration.
   *
   * @param limit after this time no further run begins
   * @param progress told the number of runs now and then
   */
  Explorer(ScheduleRunner runner, Optional<Duration> limit, IntConsumer progress) {
    this.runner = runner;
    this.limit = limit;
    this.progress = progress;
  }

  Exploration explore(Search search) throws InterruptedException {
    long start = System.nanoTime();
    deadline = limit.map(time -> start + time.toNanos()).orElse(Long.MAX_VALUE);
    Found found;
    try {
      found = find(search);
    } catch (InterruptedException e) {
      if (runs == 0) {
        throw e;
      }
      interrupted = true;
      found = NOTHING;
    }
    long took = System.nanoTime() - start;
    Optional<Exploration.Failure> failure =
        found.run() == null || found.run().finding().isEmpty()
            ? Optional.empty()
            : Optional.of(failure(found, search instanceof Search.One));
    return new Exploration(
        runs,
        distinct.size(),
        strategies(search),
        steps,
        switches,
        took,
        found.complete(),
        interrupted,
        found.unmade(),
        failure);
  }

  private Found find(Search search) throws InterruptedException {
    if (search instanceof Search.All all) {
      return all(all);
    }
    if (search instanceof Search.One one && one.schedule().every()) {
      return one(one);
    }
    // Where threads meet, and how long runs are, must not depend on other seeds.
    boolean weak = runner.settings().weak();
    runner = weak ? runner : runner.hidingLibrary();
    Run first =
        runner
            .with(runner.settings().withRoomForEveryStep())
            .run(new Replay(Schedule.NONE), Journal.Scope.EVENTS);
    Profile profile = Profile.of(first.journal());
    runner = weak ? runner : runner.with(profile);
    if (search instanceof Search.One one) {
      return one(one);
    }
    if (search instanceof Search.Random random) {
      return seeded(random.runs(), random.seed(), RandomWalk::new);
    }
    if (search instanceof Search.Priorities priorities) {
      return seeded(
          priorities.runs(),
          priorities.seed(),
          seed -> new PriorityWalk(seed, priorities.depth(), profile.first(), profile.steps()));
    }
    var mixed = (Search.Mixed) search;
    return seeded(mixed.runs(), mixed.seed(), new StrategyMix(profile)::of);
  }

  private List<String> strategies(Search search) {
    return search instanceof Search.Mixed mixed
        ? StrategyMix.counts(mixed.seed(), runs)
        : List.of();
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
    for (long seed = firstSeed; runs < most && !isLate(); seed++) {
      Run run = run(seeded.strategy(seed), Journal.Scope.CHOICES);
      if (run.finding().isPresent()) {
        return new Found(run, OptionalLong.of(seed), false);
      }
    }
    return NOTHING;
  }

  private boolean isLate() {
    return System.nanoTime() - deadline >= 0 && limit.isPresent();
  }

  private Found all(Search.All search) throws InterruptedException {
    var exhaustive = new Exhaustive(search.reduced());
    boolean open = true;
    while (open && runs < search.runs() && !isLate()) {
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
      distinct.add(run.journal().order());
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
