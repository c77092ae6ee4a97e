package dev.wasmrun.cli;

import dev.wasmrun.check.Detectors;
import dev.wasmrun.check.report.Triage;
import dev.wasmrun.check.schedule.Exploration;
import dev.wasmrun.check.schedule.RaceWatch;
import dev.wasmrun.check.schedule.Schedule;
import dev.wasmrun.check.schedule.Schedules;
import dev.wasmrun.check.schedule.SwitchPoints;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.programs.Catalogue;
import dev.wasmrun.programs.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The options by which a check runs a module under chosen schedules. */
final class ScheduleSearch {
  private static final Pattern NUMBER = Pattern.compile("-?\\d+");
  private static final List<String> OF_SCHEDULES =
      List.of("--seed", "--depth", "--expect", "--races", "--switch-at", "--weak", "--max-steps");
  private static final List<String> OF_ONE_RUN = List.of("--lock", "--max-reports", "--hints");
  private static final List<String> OF_RACES = List.of("--suppress", "--strict");
  private static final Path STANDARD_INPUT = Path.of("/dev/stdin");
  private static final int DEFAULT_EXHAUSTIVE_RUNS = 100_000;

  private final CommandSpec spec;
  private final Setting<Integer> runs;
  private final Setting<Duration> time;
  private final Setting<Long> seed;
  private final Setting<Integer> depth;
  private final Setting<Boolean> exhaustive;
  private final Setting<String> replay;
  private final Setting<String> expect;
  private final Setting<Boolean> races;
  private final Setting<SwitchPoints> points;
  private final Setting<Boolean> weak;
  private final Setting<Integer> maxSteps;

  /** Adds the options to a command. */
  ScheduleSearch(CommandSpec spec) {
    this.spec = spec;
    runs =
        Setting.option(
            spec,
            Integer.class,
            Setting.option("--schedules", "Run under so many schedules, one thread at a time.")
                .paramLabel("N"));
    time =
        Quantities.time(
            spec,
            Setting.option("--for", "Run under one schedule after another for so long, as 60s."));
    seed =
        Setting.option(
            spec,
            Long.class,
            Setting.option("--seed", "The seed of the first schedule (default: ${DEFAULT-VALUE}).")
                .paramLabel("S")
                .defaultValue(Long.toString(Schedules.DEFAULT_SEED)));
    depth =
        Setting.option(
            spec,
            Integer.class,
            Setting.option(
                    "--depth", "Schedules by priorities, for defects that need D ordered steps.")
                .paramLabel("D"));
    exhaustive =
        Setting.flag(
            spec,
            "--exhaustive",
            "All schedules, at most --schedules (default: " + DEFAULT_EXHAUSTIVE_RUNS + ").");
    replay =
        Setting.option(
            spec,
            String.class,
            Setting.option("--replay", "One schedule: its seed, its words, or a file with them.")
                .paramLabel("SCHEDULE"));
    expect =
        Setting.option(
            spec,
            String.class,
            Setting.option(
                    "--expect",
                    "What every run must print: serial (as one thread after another),",
                    "parity (as the implementation in Java) or a file.")
                .paramLabel("WHAT"));
    races = Setting.flag(spec, "--races", "A data race is a failure of the run, too.");
    points =
        Setting.choice(
            spec,
            SwitchPoints.values(),
            Setting.option(
                    "--switch-at", "all accesses or atomics only (default: ${DEFAULT-VALUE}).")
                .paramLabel("WHERE")
                .defaultValue("all"));
    weak = Setting.flag(spec, "--weak", "Let plain stores reach memory late.");
    maxSteps =
        Setting.option(
            spec,
            Integer.class,
            Setting.option(
                    "--max-steps", "A run of more steps is a livelock (default: ${DEFAULT-VALUE}).")
                .paramLabel("N")
                .defaultValue(Integer.toString(Schedules.DEFAULT_STEPS)));
  }

  /** Whether the user asks for schedules at all. */
  boolean isAskedFor() {
    return runs.present() || time.present() || exhaustive.get() || replay.present();
  }

  /**
   * Refuses what does not fit together.
   *
   * @throws ParameterException if an option makes no sense here
   */
  void validate() {
    if (!isAskedFor()) {
      refuse(
          OF_SCHEDULES,
          "is for chosen schedules; add --schedules N, --for TIME, --exhaustive or --replay");
      return;
    }
    refuse(OF_ONE_RUN, "is for one ordinary run; leave it out, or the schedules");
    if (!races.get()) {
      refuse(OF_RACES, "is about data races, which count under chosen schedules with --races");
    }
    requirePositive("--schedules", runs.get());
    requirePositive("--depth", depth.get());
    requirePositive("--max-steps", maxSteps.get());
    if (exhaustive.get() && depth.present()) {
      throw usage(
          "--exhaustive runs all schedules, of every depth; leave out --depth " + depth.get());
    }
    if (exhaustive.get() && replay.present()) {
      throw usage("--replay runs one schedule, --exhaustive all; leave out one of the two");
    }
    if (exhaustive.get()) {
      refuse(List.of("--seed"), "is where chance begins; --exhaustive leaves nothing to chance");
    }
    if (replay.present()) {
      refuse(
          List.of("--schedules", "--for", "--seed"),
          "has no meaning for the one schedule of --replay");
    }
    if (replay.present() && depth.present() && !isSeed()) {
      throw usage(
          "--depth is about seeds; --replay %s says itself who goes on".formatted(replay.get()));
    }
    if (weak.get() && points.get() == SwitchPoints.ATOMICS) {
      throw usage("--weak is about plain stores; it needs --switch-at all");
    }
  }

  private void refuse(List<String> options, String why) {
    for (String option : options) {
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw usage(option + " " + why);
      }
    }
  }

  private void requirePositive(String option, Integer value) {
    if (value != null && value < 1) {
      throw usage("%s %s is not at least 1".formatted(option, value));
    }
  }

  /**
   * Runs the schedules.
   *
   * @param detectors makes who looks for data races in one run
   * @param triage says what does not count
   * @param telling reports what has been found and gives the exit code; after Ctrl-C the process
   *     lives until it has
   */
  @SuppressWarnings("try") // the signal is only to be there
  int explore(
      GuestModule module,
      Launch launch,
      Supplier<Detectors> detectors,
      Triage triage,
      Progressing progress,
      ToIntFunction<Exploration> telling)
      throws InterruptedException {
    Schedules schedules = launch.schedules(module, progress::noticed);
    schedules.switchingAt(points.get()).maxSteps(maxSteps.get()).seed(seed.get());
    schedules.passingOver(found -> !triage.isNew(found)).tellingProgressTo(progress::ran);
    if (weak.get()) {
      schedules.withStoreBuffers();
    }
    if (races.get()) {
      schedules.watchingForRaces(() -> RaceWatch.of(detectors.get()));
    }
    schedules.input(input());
    if (time.present()) {
      schedules.within(time.get());
    }
    choose(schedules);
    expect(schedules, module, launch);
    try (var interrupt = new InterruptSignal(Thread.currentThread()::interrupt)) {
      return telling.applyAsInt(schedules.explore());
    }
  }

  /** What there is to read, if that is a file: every run reads it from its beginning. */
  private byte[] input() {
    try {
      return Files.isRegularFile(STANDARD_INPUT) ? Files.readAllBytes(STANDARD_INPUT) : new byte[0];
    } catch (IOException e) {
      throw usage("cannot read standard input: " + e.getMessage());
    }
  }

  /** Who is told of notices and of how far the search is. */
  interface Progressing {
    void noticed(String message);

    void ran(int runs);
  }

  private void choose(Schedules schedules) {
    if (exhaustive.get()) {
      schedules.exhaustive(runsOr(DEFAULT_EXHAUSTIVE_RUNS));
    } else if (replay.present() && !isSeed()) {
      schedules.replay(schedule());
    } else {
      int usual = time.present() ? Integer.MAX_VALUE : Schedules.DEFAULT_RUNS;
      int count = replay.present() ? 1 : runsOr(usual);
      if (depth.present()) {
        schedules.priorities(count, depth.get());
      } else {
        schedules.mixed(count);
      }
      if (replay.present()) {
        schedules.seed(Long.parseLong(replay.get()));
      }
    }
  }

  private int runsOr(int otherwise) {
    return runs.present() ? runs.get() : otherwise;
  }

  /** Whether what is to be replayed is a number. */
  private boolean isSeed() {
    if (!NUMBER.matcher(replay.get()).matches()) {
      return false;
    }
    try {
      Long.parseLong(replay.get());
      return true;
    } catch (NumberFormatException e) {
      throw usage("--replay %s: a seed has 64 bits, with a sign".formatted(replay.get()));
    }
  }

  private Schedule schedule() {
    try {
      Path file = Path.of(replay.get());
      return Schedule.parse(Files.isRegularFile(file) ? Files.readString(file) : replay.get());
    } catch (IOException | IllegalArgumentException e) {
      throw usage(
          "--replay %s: neither a seed nor a schedule nor a file with one: %s"
              .formatted(replay.get(), e.getMessage()));
    }
  }

  /** Whether only an end that no run should have is a failure. */
  boolean takesAnyAnswer() {
    return !expect.present() && !races.get();
  }

  private void expect(Schedules schedules, GuestModule module, Launch launch)
      throws InterruptedException {
    if (!expect.present()) {
      return;
    }
    switch (expect.get()) {
      case "serial" -> schedules.expectingSerialOutput();
      case "parity" -> schedules.expecting(javaOutput(module, launch));
      default -> schedules.expecting(linesOf(Path.of(expect.get())));
    }
  }

  private List<String> linesOf(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw usage(
          "--expect %s: neither serial nor parity nor a file of UTF-8 text".formatted(file));
    }
  }

  private List<String> javaOutput(GuestModule module, Launch launch) throws InterruptedException {
    Program program =
        Catalogue.findByModule(module.name())
            .flatMap(Catalogue.Entry::program)
            .orElseThrow(
                () ->
                    usage(
                        "--expect parity: %s has no implementation in Java; try --expect serial"
                            .formatted(module.name())));
    var args = new long[program.parameters().size()];
    List<String> given = launch.guestArgs();
    for (int i = 0; i < Math.min(args.length, given.size()); i++) {
      try {
        args[i] = Long.decode(given.get(i));
      } catch (NumberFormatException e) {
        throw new UsageException(
            "argument %s of %s is no integer: %s".formatted(i + 1, module.name(), given.get(i)));
      }
    }
    return Schedules.of(new JavaExperiment(program, launch.threads(), args)).serialOutput();
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
