package dev.wasmrun.check.schedule;

import dev.wasmrun.check.CheckOptions;
import dev.wasmrun.check.Detectors;
import dev.wasmrun.check.Finding;
import dev.wasmrun.module.ConventionName;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.run.RunConfig;
import dev.wasmrun.run.RunSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.Predicate;

/**
 * A module, or another {@link Experiment}, and the schedules under which it is to be run.
 *
 * <pre>{@code
 * Schedules.of(GuestModule.load("counter.wasm"))
 *     .threads(2)
 *     .args("3")
 *     .random(1000)
 *     .seed(1)
 *     .expecting("i32 6", "i64 6")
 *     .assertAllSucceed();
 * }</pre>
 *
 * <p>Without a choice of schedules, 1000 of several strategies from seed 1. Each run may take 30
 * seconds unless {@link #timeout} says otherwise, and has nothing to do with the outside: no files
 * but to read ({@link dev.wasmrun.wasi.DirectoryGrant#forReading()}), no input but {@link #input}.
 * Host functions must depend on nothing but their arguments and the memory. Used by one thread.
 */
public final class Schedules extends RunSettings<Schedules> {
  /** How many random schedules, unless said otherwise. */
  public static final int DEFAULT_RUNS = 1000;

  /** The seed of the first, unless said otherwise. */
  public static final long DEFAULT_SEED = 1;

  /** The most steps of a run, unless said otherwise. */
  public static final int DEFAULT_STEPS = 1_000_000;

  private static final int DEFAULT_WORKERS = 2;

  /** A guest that loops without a step is never seen to by the limit of steps. */
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  private final GuestModule module;
  private final Experiment experiment;
  private final int workers;

  private int runs = DEFAULT_RUNS;
  private long seed = DEFAULT_SEED;
  private int depth;
  private boolean walking;
  private byte[] input = {};
  private Duration budget;
  private boolean all;
  private Schedule one;
  private SwitchPoints points = SwitchPoints.ALL;
  private boolean weak;
  private int maxSteps = DEFAULT_STEPS;
  private List<String> expected;
  private boolean expectSerial;
  private RaceWatch.Factory races = RaceWatch.NOBODY;
  private Predicate<Finding> passedOver = found -> false;
  private IntConsumer progress = count -> {};

  private Schedules(GuestModule module, Experiment experiment, RunConfig config, int workers) {
    super(config);
    this.module = module;
    this.experiment = experiment;
    this.workers = workers;
  }

  /** The schedules of a module, which is run by its convention; with two workers, if by that. */
  public static Schedules of(GuestModule module) {
    return new Schedules(module, null, RunConfig.DEFAULT, DEFAULT_WORKERS);
  }

  /** The schedules of a module that is run as described; a time limit is one for each run. */
  public static Schedules of(GuestModule module, RunConfig config) {
    return new Schedules(module, null, config, 1);
  }

  /** The schedules of anything else that can be run under control. */
  public static Schedules of(Experiment experiment) {
    return new Schedules(null, experiment, RunConfig.DEFAULT, DEFAULT_WORKERS);
  }

  @Override
  protected Schedules self() {
    return this;
  }

  /**
   * Runs this many random schedules: {@code seed}, {@code seed} + 1 and so on.
   *
   * @param count at least 1
   */
  public Schedules random(int count) {
    runs = atLeastOne(count);
    depth = 0;
    walking = true;
    return this;
  }

  /**
   * Runs this many schedules by several strategies in turn: random walks, random priorities of
   * several depths, walks that are fair to the orders at one place, and switches before atomic
   * accesses only. This is the default.
   *
   * @param count at least 1
   */
  public Schedules mixed(int count) {
    runs = atLeastOne(count);
    depth = 0;
    walking = false;
    return this;
  }

  /** What every run reads from standard input; nothing unless said otherwise. */
  public Schedules input(byte[] bytes) {
    input = bytes.clone();
    return this;
  }

  /** Begins no further run after this time; must be positive. */
  public Schedules within(Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("the time must be positive, got " + time);
    }
    budget = time;
    return this;
  }

  /**
   * Runs this many schedules of random priorities.
   *
   * @param count at least 1
   * @param ordered how many steps must come in one order for the defects looked for; at least 1
   */
  public Schedules priorities(int count, int ordered) {
    if (ordered < 1) {
      throw new IllegalArgumentException("a depth is at least 1: " + ordered);
    }
    runs = atLeastOne(count);
    depth = ordered;
    return this;
  }

  /**
   * Runs all schedules, but those that differ only in what nobody can notice.
   *
   * @param atMost the most schedules that are run; at least 1
   */
  public Schedules exhaustive(int atMost) {
    runs = atLeastOne(atMost);
    all = true;
    return this;
  }

  /** Refuses a search that would run nothing, and so find nothing wrong. */
  private static int atLeastOne(int schedules) {
    if (schedules < 1) {
      throw new IllegalArgumentException("at least 1 schedule must be run, got " + schedules);
    }
    return schedules;
  }

  /** Runs this schedule alone. */
  public Schedules replay(Schedule schedule) {
    one = schedule;
    return this;
  }

  /** The first seed; 1 unless said otherwise. */
  public Schedules seed(long first) {
    seed = first;
    return this;
  }

  /** Where threads may be switched; before every access unless said otherwise. */
  public Schedules switchingAt(SwitchPoints where) {
    points = where;
    return this;
  }

  /**
   * Lets plain stores reach memory late: each thread's in a queue of its own, which the schedule,
   * an atomic access or a fence empties.
   */
  public Schedules withStoreBuffers() {
    weak = true;
    return this;
  }

  /** A run that takes more steps is a livelock; a million unless said otherwise. */
  public Schedules maxSteps(int most) {
    maxSteps = most;
    return this;
  }

  /** What every run must print; anything unless said otherwise. */
  public Schedules expecting(String... lines) {
    return expecting(List.of(lines));
  }

  /** What every run must print; anything unless said otherwise. */
  public Schedules expecting(List<String> lines) {
    expected = List.copyOf(lines);
    return this;
  }

  /** Every run must print what a run prints whose threads go one after another. */
  public Schedules expectingSerialOutput() {
    expectSerial = true;
    return this;
  }

  /**
   * A data race is a failure of a run, too; of a C library only those that are not known.
   *
   * @throws IllegalStateException if it is no module that is run
   */
  public Schedules forbiddingRaces() {
    if (module == null) {
      throw new IllegalStateException(
          "races are looked for in a module; watchingForRaces takes who looks for them elsewhere");
    }
    CheckOptions options = CheckOptions.of(module);
    return watchingForRaces(() -> RaceWatch.of(new Detectors(options)));
  }

  /** Who looks for data races in each run; nobody unless said otherwise. */
  public Schedules watchingForRaces(RaceWatch.Factory watch) {
    races = watch;
    return this;
  }

  /**
   * What is known and does not count: a run with nothing else wrong is a good one. Asked in one
   * thread, and for the same thing again and again.
   */
  public Schedules passingOver(Predicate<Finding> known) {
    passedOver = known;
    return this;
  }

  /** Told the number of runs after each. */
  public Schedules tellingProgressTo(IntConsumer listener) {
    progress = listener;
    return this;
  }

  /**
   * Runs the schedules until something is wrong or all have been run.
   *
   * @throws dev.wasmrun.guest.UsageException if the arguments do not suit the module
   * @throws dev.wasmrun.guest.LinkException if it cannot be linked
   * @throws InterruptedException if the calling thread is interrupted
   */
  public Exploration explore() throws InterruptedException {
    try (var runner = new ScheduleRunner(experiment(), settings(), races)) {
      ScheduleRunner judging =
          expectSerial ? runner.with(settings().expecting(output(runner))) : runner;
      return new Explorer(judging, Optional.ofNullable(budget), progress).explore(search());
    }
  }

  /**
   * What the program prints when its threads go one after another, each as far as it can.
   *
   * @throws InterruptedException if the calling thread is interrupted
   */
  public List<String> serialOutput() throws InterruptedException {
    try (var runner = new ScheduleRunner(experiment(), settings(), races)) {
      return output(runner);
    }
  }

  private static List<String> output(ScheduleRunner runner) throws InterruptedException {
    return runner.run(new Replay(Schedule.NONE), Journal.Scope.CHOICES).output();
  }

  /**
   * Runs the schedules, and fails if something is wrong under one of them.
   *
   * @throws AssertionError with what is wrong, the seed and the schedule that reproduce it, and
   *     what the threads did
   */
  public void assertAllSucceed() throws InterruptedException {
    Exploration exploration = explore();
    exploration
        .failure()
        .ifPresent(
            failure -> {
              throw new AssertionError(FailureText.of(failure));
            });
    Schedule unmade = exploration.unmade();
    if (!unmade.choices().isEmpty()) {
      throw new AssertionError(
          "nothing wrong, but these choices of the schedule could not be made: " + unmade);
    }
    if (all && !exploration.complete()) {
      throw new AssertionError(
          "nothing wrong in %s runs, but there are more schedules; raise the limit of exhaustive()"
              .formatted(exploration.runs()));
    }
  }

  private Search search() {
    if (one != null) {
      return new Search.One(one);
    }
    if (all) {
      return new Search.All(runs, true);
    }
    if (depth > 0) {
      return new Search.Priorities(runs, seed, depth);
    }
    return walking ? new Search.Random(runs, seed) : new Search.Mixed(runs, seed);
  }

  private Settings settings() {
    return new Settings(
        points,
        weak,
        maxSteps,
        config().timeout().orElse(DEFAULT_TIMEOUT),
        config().stackBytes(),
        Optional.ofNullable(expected),
        passedOver);
  }

  private Experiment experiment() {
    if (experiment != null) {
      return experiment;
    }
    RunConfig config = config();
    List<String> connections = config.connections();
    if (!connections.isEmpty()) {
      throw new IllegalArgumentException(
          "a run under a chosen schedule has nothing to do with the outside, so that each begins alike; leave out %s"
              .formatted(String.join(", ", connections)));
    }
    boolean byWorkers = config.convention().orElse(module.convention()) == ConventionName.WORKER;
    boolean open = config.threads().isEmpty() && byWorkers && workers > 1;
    return new ModuleExperiment(module, open ? config.onThreads(workers) : config, input);
  }
}
