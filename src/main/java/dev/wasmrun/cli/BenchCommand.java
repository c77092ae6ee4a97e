package dev.wasmrun.cli;

import dev.wasmrun.bench.Bench;
import dev.wasmrun.bench.Measurement;
import dev.wasmrun.bench.Plan;
import dev.wasmrun.bench.Plot;
import dev.wasmrun.bench.Rival;
import dev.wasmrun.bench.Upkeep;
import dev.wasmrun.programs.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code wasm-run bench [PROGRAM…]}: how fast this host is beside others. */
@Command(
    name = "wasm-run bench",
    description = {
      "Measures programs on this host, in Java, on Node and native, taking turns.",
      "",
      "Times are in milliseconds, from creating the memory to the last result. A",
      "contender is warm when its last three runs differ by at most 5 %%; ~ marks one",
      "that was not when the warm-up ended. The ratio is to the first contender's time.",
      ""
    },
    optionListHeading = "%n")
final class BenchCommand implements Callable<Integer> {
  /** Where the launcher says what it is called. */
  private static final String LAUNCHER = "wasmrun.launcher";

  private final Console console;

  @Spec private CommandSpec spec;

  @Mixin private ComparablePrograms programs = new ComparablePrograms();

  @Option(
      names = "--threads",
      paramLabel = "N",
      split = ",",
      description = "Numbers of threads (default: ${DEFAULT-VALUE}).",
      defaultValue = "1,2,4")
  private List<Integer> threads;

  @Option(
      names = "--against",
      paramLabel = "RIVAL",
      split = ",",
      description = "Whom to measure against (default: ${DEFAULT-VALUE}).",
      defaultValue = "java,node,native")
  private List<Rival> rivals;

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "How many runs of each count (default: ${DEFAULT-VALUE}).",
      defaultValue = "5")
  private int runs;

  @Option(
      names = "--warm-ups",
      paramLabel = "N",
      description = "The most runs of each before (default: ${DEFAULT-VALUE}).",
      defaultValue = "10")
  private int warmUps;

  @Option(
      names = "--args",
      paramLabel = "N",
      split = ",",
      description = "The programs' arguments (default: each program's own).")
  private List<Long> args = new ArrayList<>();

  @Option(names = "--json", paramLabel = "FILE", description = "Write the results there, too.")
  private Path json;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "Draw the speeds, as a .png or .svg.")
  private Path plot;

  @Option(
      names = "--processes",
      description = "Also start contenders as processes: cold start and resident memory.")
  private boolean processes;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  private boolean help;

  BenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    List<Catalogue.Entry> entries = programs.chosen();
    Plan plan = plan();
    Optional<Plot> drawing = drawing();
    var table = new BenchTable(console);
    var all = new ArrayList<Measurement>();
    var upkeep = new ArrayList<Upkeep>();
    try {
      var bench = new Bench(plan, table::print, console::say);
      table.head();
      for (Catalogue.Entry entry : entries) {
        List<Measurement> results = bench.measure(entry);
        all.addAll(results);
        if (threads.stream().distinct().count() > 1) {
          table.verdict(entry, results, bench.breakEven(entry));
        }
      }
      for (Catalogue.Entry entry : processes ? entries : List.<Catalogue.Entry>of()) {
        upkeep.addAll(table.print(bench.upkeep(entry)));
      }
      if (json != null) {
        Files.writeString(json, Console.toJson(BenchTable.report(all, upkeep)) + "\n");
      }
      if (drawing.isPresent()) {
        drawing.get().draw(all);
      }
    } catch (IOException e) {
      console.say("cannot measure: " + e);
      return ExitCode.CANNOT_RUN.code();
    }
    return exitCode(all, upkeep).code();
  }

  private Plan plan() {
    try {
      return new Plan(
          threads,
          new LinkedHashSet<>(rivals),
          runs,
          warmUps,
          args,
          processes ? self() : List.of());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
  }

  /** The command that started this process: the launcher's if it did. */
  private static List<String> self() {
    String launcher = System.getProperty(LAUNCHER);
    return launcher != null
        ? List.of(launcher)
        : List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName());
  }

  private Optional<Plot> drawing() {
    try {
      return Optional.ofNullable(plot).map(Plot::new);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
  }

  private static ExitCode exitCode(List<Measurement> all, List<Upkeep> upkeep) {
    List<Measurement.Failure> failures =
        all.stream().flatMap(measurement -> measurement.failure().stream()).toList();
    if (failures.stream().anyMatch(Measurement.Failure::differs)) {
      return ExitCode.PARITY_MISMATCH;
    }
    return failures.isEmpty() && upkeep.stream().allMatch(one -> one.failure().isEmpty())
        ? ExitCode.OK
        : ExitCode.CANNOT_RUN;
  }
}
