package dev.wasmrun.cli;

import dev.wasmrun.check.Check;
import dev.wasmrun.check.CheckOptions;
import dev.wasmrun.check.Detectors;
import dev.wasmrun.check.schedule.Exploration;
import dev.wasmrun.check.schedule.Schedule;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ModuleSources;
import dev.wasmrun.run.RunConfig;
import dev.wasmrun.run.RunConfigBuilder;
import dev.wasmrun.run.RunSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code wasm-run check MODULE [ARGS…]}: what is wrong with the concurrency of a guest. */
final class CheckCommand extends Command {
  private final Console console;
  private final Launch launch;
  private final ScheduleSearch search;
  private final Setting<List<String>> suppressed;
  private final Setting<List<Integer>> locks;
  private final Setting<Boolean> strict;
  private final Setting<Boolean> hints;
  private final Setting<Integer> maxReports;
  private final Setting<Boolean> json;
  private final Setting<Boolean> quiet;
  private final ColorOption color;
  private final ReportOptions reports;

  CheckCommand(Console console, List<String> argsAfterEndOfOptions) {
    super(
        "wasm-run check",
        "Runs a module and tells which accesses to memory nothing orders, and which",
        "locks are taken in a circle; or runs it again and again under chosen schedules.");
    spec().usageMessage().sortOptions(false);
    this.console = console;
    launch = new Launch(spec(), argsAfterEndOfOptions);
    search = new ScheduleSearch(spec());
    suppressed =
        Setting.list(
            spec(),
            String.class,
            Setting.option(
                    "--suppress",
                    "Tell nothing of functions of this name; * stands for any text.",
                    "Repeatable.")
                .paramLabel("PATTERN"));
    locks =
        Setting.list(
            spec(),
            Integer.class,
            Quantities::address,
            Setting.option(
                    "--lock",
                    "The word at this address is a lock, taken when it is not 0, even",
                    "where it is not recognised. Repeatable.")
                .paramLabel("ADDRESS"));
    strict =
        Setting.flag(
            spec(), "--strict", "Tell the races of a C library, too, and of volatile words.");
    hints =
        Setting.flag(
            spec(),
            "--hints",
            "Hint at writes under a lock that may depend on what was read before",
            "the lock was given back.");
    maxReports =
        Setting.option(
            spec(),
            Integer.class,
            Setting.option(
                    "--max-reports",
                    "Tell at most so many of each kind (default: ${DEFAULT-VALUE}).")
                .paramLabel("N")
                .defaultValue("10"));
    json = Setting.flag(spec(), "--json", "Print one JSON object instead of text.");
    quiet = Setting.flag(spec(), "--quiet", "No notices.");
    color = new ColorOption(spec());
    reports = new ReportOptions(spec());
    addHelp();
  }

  @Override
  public Integer call() throws InterruptedException {
    if (maxReports.get() < 1) {
      throw usage("--max-reports %s tells nothing; it is at least 1".formatted(maxReports.get()));
    }
    search.validate();
    reports.prepare();
    if (json.get()) {
      reports.refuseBeside("--json");
    }
    GuestModule guestModule = launch.load(console, json.get());
    var check = new CheckedModule(guestModule.name(), commandLine(), reports, console);
    Console console = reports.console(color.applied(this.console));
    return search.isAskedFor()
        ? explore(guestModule, check, console)
        : runOnce(guestModule, check, console);
  }

  private String commandLine() {
    return "wasm-run check " + ShellWords.of(launch.commandLine());
  }

  private int runOnce(GuestModule guestModule, CheckedModule check, Console console)
      throws InterruptedException {
    Detectors detectors = detectors(guestModule);
    RunConfigBuilder config = launch.config();
    Crew crew =
        RunSession.crew(guestModule.name(), config.build().observedBy(detectors.observer()));
    var progress =
        new Progress(console, crew, guestModule.name(), launch.threads(), launch.guestArgs());
    Output output =
        json.get()
            ? new JsonOutput(console, quiet.get(), progress, launch.facts(guestModule))
            : new TextOutput(console, quiet.get(), progress, launch.threads());
    Optional<String> obstacle = Check.obstacle(guestModule, config.build());
    obstacle.ifPresent(output::noticed);
    launch.keepCode(output::noticed);
    RunConfig connected =
        Launch.connected(config, console, output).observedBy(detectors.observer());
    return launch.run(
        guestModule,
        crew,
        ready -> RunSession.prepare(guestModule, connected, ready),
        () -> {},
        ended -> {
          CheckedRun run = check.run(ended, detectors.findings());
          output.found(guestModule.name(), run.news(), maxReports.get());
          output.judged(run.judged());
          detectors.hints().forEach(hint -> output.noticed(guestModule.name() + ": " + hint));
          remarks(guestModule, run).forEach(output::noticed);
          output.ended(run.report(), crew.running(), List.of());
          if (obstacle.isEmpty() && run.hasRun()) {
            output.noticed(run.summary());
          }
          return check.write(run);
        });
  }

  /** What keeps a check from finding or telling more. */
  private static List<String> remarks(GuestModule guestModule, CheckedRun run) {
    var remarks = new ArrayList<String>();
    boolean mayBeTheLibrarys = !run.news().races().isEmpty();
    if ((run.judged().isEmpty() || mayBeTheLibrarys) && run.hasRun()) {
      Check.shortcoming(guestModule)
          .ifPresent(why -> remarks.add("%s: %s".formatted(guestModule.name(), why)));
    }
    if (!run.news().isEmpty() || run.report().hasFrames()) {
      hint(guestModule).ifPresent(remarks::add);
    }
    return remarks;
  }

  private Detectors detectors(GuestModule guestModule) {
    return new Detectors(
        CheckOptions.of(guestModule)
            .with(suppressed.get(), Set.copyOf(locks.get()), strict.get())
            .hinting(hints.get()));
  }

  private int explore(GuestModule guestModule, CheckedModule check, Console console)
      throws InterruptedException {
    var progress =
        new ScheduleSearch.Progressing() {
          @Override
          public void noticed(String message) {
            if (!quiet.get()) {
              console.say(message);
            }
          }

          @Override
          public void ran(int runs) {
            if (console.errIsTerminal() && !quiet.get() && runs % 100 == 0) {
              console.err().print("\r%s runs".formatted(runs));
              console.err().flush();
            }
          }
        };
    return search.explore(
        guestModule,
        launch,
        () -> detectors(guestModule),
        reports.triage(),
        progress,
        exploration -> tell(guestModule, exploration, check, console));
  }

  private int tell(
      GuestModule guestModule, Exploration exploration, CheckedModule check, Console console) {
    if (console.errIsTerminal() && !quiet.get()) {
      console.err().print("\r");
    }
    var report = new ScheduleReport(guestModule.name(), exploration, reports.triage().passedOver());
    Schedule unmade = exploration.unmade();
    if (!unmade.choices().isEmpty() && !quiet.get()) {
      console.say(
          "choices that could not be made, as if the schedule were of another module or other"
              + " arguments: "
              + unmade);
    }
    if (exploration.failure().isEmpty() && search.takesAnyAnswer() && !quiet.get()) {
      console.say("answers and data races did not count; --expect and --races have them count");
    }
    if (json.get()) {
      report.printJson(console, launch.facts(guestModule));
    } else {
      report.print(console);
    }
    if (exploration.failure().isPresent() && !quiet.get()) {
      hint(guestModule).ifPresent(console::say);
    }
    return check.write(report);
  }

  /** What would have given reports files and lines. */
  private static Optional<String> hint(GuestModule guestModule) {
    return ModuleSources.of(guestModule).hint().map(hint -> guestModule.name() + ": " + hint);
  }
}
