package dev.wasmrun.cli;

import dev.wasmrun.check.Check;
import dev.wasmrun.check.CheckOptions;
import dev.wasmrun.check.Findings;
import dev.wasmrun.check.schedule.Exploration;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.MemoryFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code wasm-run check MODULE [ARGS…]}: what is wrong with the concurrency of a guest. */
@Command(
    name = "wasm-run check",
    sortOptions = false,
    description = {
      "Runs a module and tells which accesses to memory nothing orders, and which",
      "locks are taken in a circle; or runs it again and again under chosen schedules."
    })
final class CheckCommand implements Callable<Integer> {
  private final Console console;

  @Spec private CommandSpec spec;

  @Mixin private final Launch launch;

  @Mixin private final ScheduleSearch search = new ScheduleSearch();

  @Option(
      names = "--suppress",
      paramLabel = "PATTERN",
      description = {
        "Tell nothing of functions of this name; * stands for any text.",
        "Repeatable."
      })
  private List<String> suppressed = new ArrayList<>();

  @Option(
      names = "--lock",
      paramLabel = "ADDRESS",
      description = {
        "The word at this address is a lock, taken when it is not 0, even",
        "where it is not recognised. Repeatable."
      },
      converter = Quantities.AddressConverter.class)
  private List<Integer> locks = new ArrayList<>();

  @Option(
      names = "--strict",
      description = "Tell the races of a C library, too, and of volatile words.")
  private boolean strict;

  @Option(
      names = "--max-reports",
      paramLabel = "N",
      description = "Tell at most so many of each kind (default: ${DEFAULT-VALUE}).",
      defaultValue = "10")
  private int maxReports;

  @Option(names = "--json", description = "Print one JSON object instead of text.")
  private boolean json;

  @Option(names = "--quiet", description = "No notices.")
  private boolean quiet;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  private boolean help;

  CheckCommand(Console console, List<String> argsAfterEndOfOptions) {
    this.console = console;
    this.launch = new Launch(argsAfterEndOfOptions);
  }

  @Override
  public Integer call() throws InterruptedException {
    if (maxReports < 1) {
      throw new ParameterException(
          spec.commandLine(),
          "--max-reports %d tells nothing; it is at least 1".formatted(maxReports));
    }
    search.validate();
    GuestModule guestModule = launch.load();
    if (search.isAskedFor()) {
      return explore(guestModule);
    }
    Check check = check(guestModule);
    Crew crew = launch.crew(guestModule, Optional.of(check.observer()), List.of());
    var progress =
        new Progress(console, crew, guestModule.name(), launch.threads(), launch.guestArgs());
    Output output =
        json
            ? new JsonOutput(console, quiet, progress, launch.facts(guestModule))
            : new TextOutput(console, quiet, progress, launch.threads());
    if (guestModule.memory().filter(MemoryFacts::commonToThreads).isEmpty()) {
      output.noticed(
          "there is nothing to check: %s has no memory that threads share"
              .formatted(guestModule.name()));
    }
    RunRequest request = launch.request(guestModule, output, true);
    Crew.Body leader = launch.convention(guestModule, console, output).prepare(request, crew);
    return launch.run(
        guestModule,
        crew,
        leader,
        ended -> {
          Findings findings = check.findings();
          output.found(guestModule.name(), findings, maxReports);
          if (findings.isEmpty() && ended.message().isEmpty()) {
            output.noticed(guestModule.name() + ": nothing found in this run");
          }
          RunReport report = findings.isEmpty() ? ended : ended.withExitCode(exitCode(findings));
          output.ended(report, crew.running(), List.of());
          return report.exitCode();
        });
  }

  private Check check(GuestModule guestModule) {
    boolean cLibrary = CheckOptions.of(guestModule).cLibrary() && !strict;
    return new Check(new CheckOptions(suppressed, cLibrary, Set.copyOf(locks)));
  }

  private int explore(GuestModule guestModule) throws InterruptedException {
    var progress =
        new ScheduleSearch.Progressing() {
          @Override
          public void noticed(String message) {
            if (!quiet) {
              console.say(message);
            }
          }

          @Override
          public void ran(int runs) {
            if (console.errIsTerminal() && !quiet && runs % 100 == 0) {
              console.err().print("\r%d runs".formatted(runs));
              console.err().flush();
            }
          }
        };
    Exploration exploration =
        search.explore(guestModule, launch, () -> check(guestModule), progress);
    if (console.errIsTerminal() && !quiet) {
      console.err().print("\r");
    }
    var report = new ScheduleReport(guestModule.name(), exploration);
    if (json) {
      report.printJson(console, launch.facts(guestModule));
    } else {
      report.print(console);
    }
    if (exploration.failure().isEmpty() && search.takesAnyAnswer() && !quiet) {
      console.say("answers and data races did not count; --expect and --races have them count");
    }
    return report.exitCode();
  }

  /** A race has happened, a deadlock only might: the former is the worse news. */
  private static ExitCode exitCode(Findings findings) {
    return findings.races().isEmpty() ? ExitCode.DEADLOCK : ExitCode.DATA_RACE;
  }
}
