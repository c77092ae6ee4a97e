package dev.wasmrun.check.schedule;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.Observers;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.TimeLimit;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.memory.ReservationPool;
import dev.wasmrun.run.RunSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs one experiment under chosen schedules, as often as asked, and judges each run. */
final class ScheduleRunner implements AutoCloseable {
  private final Experiment experiment;
  private final Settings settings;
  private final RaceWatch.Factory races;
  private final ReservationPool reservations;
  private final boolean hidesLibrary;
  private final Optional<Profile> profile;

  /**
   * Creates a runner.
   *
   * @param races who looks for data races in each run
   */
  ScheduleRunner(Experiment experiment, Settings settings, RaceWatch.Factory races) {
    this(experiment, settings, races, new ReservationPool(), false, Optional.empty());
  }

  private ScheduleRunner(
      Experiment experiment,
      Settings settings,
      RaceWatch.Factory races,
      ReservationPool reservations,
      boolean hidesLibrary,
      Optional<Profile> profile) {
    this.experiment = experiment;
    this.settings = settings;
    this.races = races;
    this.reservations = reservations;
    this.hidesLibrary = hidesLibrary;
    this.profile = profile;
  }

  Experiment experiment() {
    return experiment;
  }

  /** The same, with other settings; only one of the two has to be closed. */
  ScheduleRunner with(Settings others) {
    return new ScheduleRunner(experiment, others, races, reservations, hidesLibrary, profile);
  }

  /** The same, without steps of a C library's own; only one of the two has to be closed. */
  ScheduleRunner hidingLibrary() {
    return new ScheduleRunner(experiment, settings, races, reservations, true, Optional.empty());
  }

  /** The same, with steps only where threads may meet; only one of the two has to be closed. */
  ScheduleRunner with(Profile known) {
    return new ScheduleRunner(
        experiment, settings, races, reservations, hidesLibrary, Optional.of(known));
  }

  Settings settings() {
    return settings;
  }

  /**
   * Runs the experiment once.
   *
   * @throws UsageException if it does not suit its arguments
   * @throws LinkException if it cannot be linked
   */
  Run run(StepStrategy strategy, Journal.Scope scope) throws InterruptedException {
    var journal = new Journal(scope, !hidesLibrary);
    var scheduler =
        new Scheduler(
            strategy, new Scheduler.Limits(settings.maxSteps(), settings.weak()), journal);
    var time = new VirtualClockAndRandomness(scheduler);
    RaceWatch watch = races.create();
    var control =
        new Control(
            scheduler,
            time,
            journal,
            settings.points(),
            watch.observer(),
            experiment::frames,
            reservations,
            hidesLibrary,
            profile.map(SharedSteps::new));
    var crew =
        new Crew(
            experiment.name(),
            settings.stackBytes(),
            new Observers(Optional.of(control), List.of()),
            time);
    scheduler.onEnding(crew::end);
    scheduler.judgeWaitsBy(crew::isEndless);
    scheduler.nameAddressesBy(crew::nameOf);
    var output = new RunOutput(control::outputs);
    Outcome outcome = outcome(crew, output);
    if (!crew.running().isEmpty()) {
      throw new IllegalStateException("threads would not end: " + crew.running());
    }
    if (scheduler.failure() != null) {
      throw scheduler.failure();
    }
    Scheduler.Ending ending = scheduler.ended();
    Optional<Finding> finding =
        ending == Scheduler.Ending.CUT
            ? Optional.empty()
            : finding(scheduler, outcome, output.lines(), watch);
    boolean endedByOne = ending == Scheduler.Ending.BY_ITSELF && journal.failedIn() >= 0;
    return new Run(
        journal,
        ending,
        finding,
        output.lines(),
        endedByOne ? scheduler.situation().enabled() : new int[0],
        scheduler.situation().switches());
  }

  private Outcome outcome(Crew crew, RunOutput output) throws InterruptedException {
    try (var session =
        RunSession.atOnce(
            crew,
            TimeLimit.fromNow(Optional.of(settings.limit())),
            ready -> experiment.prepare(ready, output))) {
      return session.run();
    }
  }

  private Optional<Finding> finding(
      Scheduler scheduler, Outcome outcome, List<String> lines, RaceWatch watch) {
    Optional<String> race = watch.found();
    if (race.isPresent()) {
      return Optional.of(Finding.of(Finding.Kind.RACE, race.get()));
    }
    if (scheduler.ended() == Scheduler.Ending.TOO_LONG) {
      return Optional.of(tooLong(scheduler.changedLately()));
    }
    if (outcome instanceof Outcome.Finished) {
      return wrongAnswer(lines);
    }
    if (outcome instanceof Outcome.Exited exited) {
      return exited.code() == 0
          ? wrongAnswer(lines)
          : Optional.of(
              new Finding(Finding.Kind.EXIT, exited.code(), "exit code " + exited.code()));
    }
    return Optional.of(failure(outcome));
  }

  private Finding tooLong(boolean changedLately) {
    return changedLately
        ? Finding.of(
            Finding.Kind.TOO_LONG,
            "still running after %s steps; --max-steps raises the limit"
                .formatted(settings.maxSteps()))
        : Finding.of(
            Finding.Kind.LIVELOCK,
            "still running after %s steps, the last quarter of which has changed nothing"
                .formatted(settings.maxSteps()));
  }

  private static Finding failure(Outcome outcome) {
    if (outcome instanceof Outcome.Trapped trapped) {
      return Finding.of(
          Finding.Kind.TRAP,
          "%s trapped: %s".formatted(trapped.thread(), trapped.trap().getMessage()));
    }
    if (outcome instanceof Outcome.Deadlocked deadlocked) {
      var waits = new ArrayList<String>();
      deadlocked
          .threads()
          .forEach(thread -> waits.add(thread.name() + " waits for " + thread.waitsFor()));
      return Finding.of(Finding.Kind.DEADLOCK, String.join("; ", waits));
    }
    if (outcome instanceof Outcome.Failed failed) {
      if (failed.cause() instanceof UsageException usage) {
        throw usage;
      }
      if (failed.cause() instanceof LinkException link) {
        throw link;
      }
      return Finding.of(
          Finding.Kind.FAILURE, "%s failed: %s".formatted(failed.thread(), failed.cause()));
    }
    if (outcome instanceof Outcome.TimedOut timedOut) {
      return Finding.of(
          Finding.Kind.TOO_LONG,
          "still running after %s ms of its time, in a loop without a step that others could notice"
              .formatted(timedOut.limit().toMillis()));
    }
    return Finding.of(Finding.Kind.FAILURE, "the run was " + outcome);
  }

  private Optional<Finding> wrongAnswer(List<String> lines) {
    if (settings.expected().isEmpty() || settings.expected().get().equals(lines)) {
      return Optional.empty();
    }
    List<String> expected = settings.expected().get();
    int line = 0;
    while (line < expected.size()
        && line < lines.size()
        && expected.get(line).equals(lines.get(line))) {
      line++;
    }
    return Optional.of(
        Finding.of(
            Finding.Kind.WRONG_ANSWER,
            "line %s: expected %s, got %s"
                .formatted(line + 1, lineOf(expected, line), lineOf(lines, line))));
  }

  private static String lineOf(List<String> lines, int line) {
    return line < lines.size() ? lines.get(line) : "nothing";
  }

  @Override
  public void close() {
    reservations.close();
  }
}
