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
import picocli.CommandLine.Model.CommandSpec;

/** {@code wasm-run bench [PROGRAM…]}: how fast this host is beside others. */
final class BenchCommand extends Command {
  /** Where the launcher says what it is called. */
  private static final String LAUNCHER = "wasmrun.launcher";

  private final Console console;
  private final ComparablePrograms programs;
  private final Setting<List<Integer>> threads;
  private final Setting<List<Rival>> rivals;
  private final Setting<Integer> runs;
  private final Setting<Integer> warmUps;
  private final Setting<List<Long>> args;
  private final Setting<Path> json;
  private final Setting<Path> plot;
  private final Setting<Boolean> processes;

  BenchCommand(Console console) {
    super(
        "wasm-run bench",
        "Measures programs on this host, in Java, on Node and native, taking turns.",
        "",
        "Times are in milliseconds, from creating the memory to the last result. A",
        "contender is warm when the last three runs are at most 5 %% faster than those",
        "before; ~ marks one that was not. The ratio is to the first contender's time.",
        "");
    spec().usageMessage().optionListHeading("%n");
    this.console = console;
    programs = new ComparablePrograms(spec());
    threads = threads(spec(), "1,2,4");
    rivals =
        Setting.choices(
            spec(),
            Rival.values(),
            Setting.option("--against", "Whom to measure against (default: ${DEFAULT-VALUE}).")
                .paramLabel("RIVAL")
                .splitRegex(",")
                .defaultValue("java,node,native"));
    runs = number("--runs", "How many runs of each count (default: ${DEFAULT-VALUE}).", "5");
    warmUps =
        number("--warm-ups", "The most runs of each before (default: ${DEFAULT-VALUE}).", "10");
    args =
        Setting.list(
            spec(),
            Long.class,
            Setting.option("--args", "The programs' arguments (default: half a second's work).")
                .paramLabel("N")
                .splitRegex(","));
    json = file("--json", "Write the results there, too.");
    plot = file("--plot", "Draw the speeds, as a .png or .svg.");
    processes =
        Setting.flag(
            spec(),
            "--processes",
            "Also start contenders as processes: cold start and resident memory.");
    addHelp();
  }

  /** Adds the option of numbers of threads. */
  static Setting<List<Integer>> threads(CommandSpec spec, String otherwise) {
    return Setting.list(
        spec,
        Integer.class,
        Setting.option("--threads", "Numbers of threads (default: ${DEFAULT-VALUE}).")
            .paramLabel("N")
            .splitRegex(",")
            .defaultValue(otherwise));
  }

  private Setting<Integer> number(String name, String description, String otherwise) {
    return Setting.option(
        spec(),
        Integer.class,
        Setting.option(name, description).paramLabel("N").defaultValue(otherwise));
  }

  private Setting<Path> file(String name, String description) {
    return Setting.option(
        spec(), Path.class, Path::of, Setting.option(name, description).paramLabel("FILE"));
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
        if (threads.get().stream().distinct().count() > 1) {
          table.verdict(entry, results, bench.breakEven(entry));
        }
      }
      for (Catalogue.Entry entry : processes.get() ? entries : List.<Catalogue.Entry>of()) {
        upkeep.addAll(table.print(bench.upkeep(entry)));
      }
      if (json.present()) {
        Files.writeString(json.get(), Console.toJson(BenchTable.report(all, upkeep)) + "\n");
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
          threads.get(),
          new LinkedHashSet<>(rivals.get()),
          runs.get(),
          warmUps.get(),
          args.get(),
          processes.get() ? self() : List.of());
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
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
      return Optional.ofNullable(plot.get()).map(Plot::new);
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
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
