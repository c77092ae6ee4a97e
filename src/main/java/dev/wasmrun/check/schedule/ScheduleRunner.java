package dev.wasmrun.check.schedule;

import dev.wasmrun.check.Finding;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.Observers;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.TimeLimit;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.memory.ReservationPool;
import dev.wasmrun.run.RunSession;
import dev.wasmrun.source.SourceFrame;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

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
            : finding(scheduler, outcome, output.lines(), watch, crew.interruptedAt());
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

  /** The first that counts; one of how the run ended only where nothing worse was found. */
  private Optional<Finding> finding(
      Scheduler scheduler,
      Outcome outcome,
      List<String> lines,
      RaceWatch watch,
      Map<String, List<SourceFrame>> interruptedAt) {
    var judge = new RunJudge(settings, interruptedAt);
    Optional<Finding> end =
        scheduler.ended() == Scheduler.Ending.TOO_LONG
            ? Optional.of(judge.tooLong(scheduler.changedLately()))
            : judge.end(outcome, lines);
    return Stream.concat(watch.findings().get().stream(), end.stream())
        .filter(found -> !settings.passedOver().test(found))
        .findFirst();
  }

  @Override
  public void close() {
    reservations.close();
  }
}
