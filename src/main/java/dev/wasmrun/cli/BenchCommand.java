package dev.wasmrun.cli;

import dev.wasmrun.bench.Bench;
import dev.wasmrun.bench.InterruptBench;
import dev.wasmrun.bench.InterruptMeasurement;
import dev.wasmrun.bench.Measurement;
import dev.wasmrun.bench.ModuleBench;
import dev.wasmrun.bench.ModuleMeasurement;
import dev.wasmrun.bench.Plan;
import dev.wasmrun.bench.Plot;
import dev.wasmrun.bench.ProcessCost;
import dev.wasmrun.bench.Rival;
import dev.wasmrun.bench.UserModulePlan;
import dev.wasmrun.programs.Catalogue;
import dev.wasmrun.wasi.DirectoryGrant;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** {@code wasm-run bench [PROGRAM|FILE.wasm…]}: how fast this host is beside others. */
final class BenchCommand extends Command {
  /** Where the launcher says what it is called. */
  private static final String LAUNCHER = "wasmrun.launcher";

  private static final int RUNS = 5;
  private static final int WARM_UPS = 10;
  private static final int MODULE_RUNS = 20;
  private static final int MODULE_WARM_UPS = 1000;
  private static final int INTERRUPTS = 60;
  private static final int INTERRUPT_WARM_UPS = 40;

  private final Console console;
  private final ComparablePrograms programs;
  private final Setting<List<Integer>> threads;
  private final Setting<List<Rival>> rivals;
  private final Setting<Integer> runs;
  private final Setting<Integer> warmUps;
  private final Setting<List<Long>> args;
  private final Setting<List<DirectoryGrant>> directories;
  private final Setting<ResultTable.Format> format;
  private final Setting<String> invoke;
  private final Setting<List<String>> commands;
  private final Setting<Path> json;
  private final Setting<Path> plot;
  private final Setting<Boolean> processes;
  private final Setting<Boolean> interrupts;

  BenchCommand(Console console) {
    super(
        "wasm-run bench",
        "Measures programs on this host, in Java, on Node and native, taking turns.",
        "",
        "Times are in milliseconds, from creating the memory to the last result. A",
        "contender is warm when the last three runs are at most 5 %% faster than those",
        "before; ~ marks one that was not. The ratio is to the first contender's time.",
        "",
        "A FILE.wasm is a module of yours, on this host and on Node. Of a WASI command counts",
        "processor time between its calls of bench.start and bench.end, or of all of it;",
        "of a module by another convention, and of a --command, time by the clock.",
        "");
    spec().usageMessage().optionListHeading("%n");
    this.console = console;
    programs =
        new ComparablePrograms(
            spec(),
            "PROGRAM|FILE.wasm",
            "What to measure (default: all programs whose result is determined).",
            BenchCommand::isFile);
    threads = threads(spec(), "1,2,4");
    rivals =
        Setting.choices(
            spec(),
            Rival.values(),
            Setting.option("--against", "Whom to measure against (default: ${DEFAULT-VALUE}).")
                .paramLabel("RIVAL")
                .splitRegex(",")
                .defaultValue("java,node,native"));
    runs = number("--runs", "How many runs of each count (default: 5; of a FILE.wasm 20).");
    warmUps =
        number(
            "--warm-ups",
            "The most runs of each before (default: 10; of a FILE.wasm 1000,",
            "and at most a minute).");
    args =
        Setting.list(
            spec(),
            Long.class,
            Setting.option(
                    "--args",
                    "Arguments of programs (default: half a second's work) or of a FILE.wasm.")
                .paramLabel("N")
                .splitRegex(","));
    directories =
        AccessOptions.directories(
            spec(),
            "Let a FILE.wasm use this directory, by the name GUEST. Repeatable",
            "(default: the one that it is in, by the name .).");
    format =
        Setting.choice(
            spec(),
            ResultTable.Format.values(),
            Setting.option("--format", "text, csv or markdown (default: ${DEFAULT-VALUE}).")
                .paramLabel("NAME")
                .defaultValue("text"));
    invoke =
        Setting.option(
            spec(),
            String.class,
            Setting.option("--invoke", "Of a FILE.wasm, measure calls of this export.")
                .paramLabel("NAME"));
    commands =
        Setting.list(
            spec(),
            String.class,
            Setting.option(
                    "--command", "Measure this shell command beside a FILE.wasm. Repeatable.")
                .paramLabel("CMD"));
    json = file("--json", "Write the results there, too.");
    plot = file("--plot", "Draw the speed-up over threads, as a .png or .svg.");
    processes =
        Setting.flag(
            spec(),
            "--processes",
            "Also start contenders as processes: cold start and resident memory.");
    interrupts =
        Setting.flag(
            spec(),
            "--interrupts",
            "Instead measure how soon an interrupt ends guest code of four kinds that runs",
            "for ever (60 --runs, 40 --warm-ups).");
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

  private Setting<Integer> number(String name, String... description) {
    return Setting.option(spec(), Integer.class, Setting.option(name, description).paramLabel("N"));
  }

  private static int or(int otherwise, Setting<Integer> number) {
    return number.present() ? number.get() : otherwise;
  }

  private static boolean isFile(String name) {
    return name.endsWith(".wasm") || new File(name).isFile();
  }

  private Setting<Path> file(String name, String description) {
    return Setting.option(
        spec(), Path.class, Path::of, Setting.option(name, description).paramLabel("FILE"));
  }

  @Override
  public Integer call() throws InterruptedException {
    return interrupts.get() ? measureInterrupts() : measureContenders();
  }

  private int measureContenders() throws InterruptedException {
    List<Catalogue.Entry> entries = programs.chosen();
    List<String> files = programs.others();
    var usage = new BenchUsage(spec());
    if (files.isEmpty()) {
      usage.requireOfPrograms();
    }
    if (entries.isEmpty()) {
      usage.requireOfFiles(files);
    }
    Plan plan = plan();
    UserModulePlan modulePlan = modulePlan();
    Optional<Plot> drawing = drawing();
    var report = new LinkedHashMap<String, Object>();
    var all = new ArrayList<Measurement>();
    try {
      ExitCode ofPrograms = entries.isEmpty() ? ExitCode.OK : measure(entries, plan, all, report);
      ExitCode ofFiles = files.isEmpty() ? ExitCode.OK : measure(files, modulePlan, report);
      writeJson(report);
      if (drawing.isPresent()) {
        drawing.get().draw(all);
      }
      return (ofPrograms == ExitCode.OK ? ofFiles : ofPrograms).code();
    } catch (IOException e) {
      console.say("cannot measure: " + e);
      return ExitCode.CANNOT_RUN.code();
    }
  }

  private ExitCode measure(
      List<Catalogue.Entry> entries, Plan plan, List<Measurement> all, Map<String, Object> report)
      throws IOException, InterruptedException {
    var table = new BenchTable(console, format.get(), entries);
    var upkeep = new ArrayList<ProcessCost>();
    var bench = new Bench(plan, table::print, console::say);
    table.head();
    for (Catalogue.Entry entry : entries) {
      List<Measurement> results = bench.measure(entry);
      all.addAll(results);
      if (threads.get().stream().distinct().count() > 1) {
        bench.verdict(entry, results).ifPresent(verdict -> table.print(entry, verdict, results));
      }
    }
    for (Catalogue.Entry entry : processes.get() ? entries : List.<Catalogue.Entry>of()) {
      upkeep.addAll(table.print(bench.upkeep(entry)));
    }
    report.putAll(BenchTable.report(all, upkeep));
    return exitCode(all, upkeep);
  }

  private ExitCode measure(List<String> files, UserModulePlan plan, Map<String, Object> report)
      throws InterruptedException {
    var table = new ModuleTable(console, format.get(), files, plan);
    var bench = new ModuleBench(plan, table::print, console::say);
    var all = new ArrayList<ModuleMeasurement>();
    table.head();
    for (String file : files) {
      all.addAll(bench.measure(file));
    }
    report.put("modules", all.stream().map(ModuleTable::fields).toList());
    return all.stream().allMatch(measured -> measured.failure().isEmpty())
        ? ExitCode.OK
        : ExitCode.CANNOT_RUN;
  }

  private int measureInterrupts() throws InterruptedException {
    new BenchUsage(spec()).requireOfInterrupts(programs.areNamed());
    var table = new InterruptTable(console, format.get());
    InterruptBench bench;
    try {
      bench =
          new InterruptBench(or(INTERRUPTS, runs), or(INTERRUPT_WARM_UPS, warmUps), table::print);
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
    table.head();
    List<InterruptMeasurement> all = bench.measure();
    try {
      writeJson(Map.of("interrupts", all.stream().map(InterruptTable::fields).toList()));
    } catch (IOException e) {
      console.say("cannot measure: " + e);
      return ExitCode.CANNOT_RUN.code();
    }
    boolean failed = all.stream().anyMatch(measured -> measured.failure().isPresent());
    return (failed ? ExitCode.CANNOT_RUN : ExitCode.OK).code();
  }

  private void writeJson(Map<String, Object> report) throws IOException {
    if (json.present()) {
      Files.writeString(json.get(), Console.toJson(report) + "\n");
    }
  }

  private Plan plan() {
    try {
      return new Plan(
          threads.get(),
          new LinkedHashSet<>(rivals.get()),
          or(RUNS, runs),
          or(WARM_UPS, warmUps),
          args.get(),
          processes.get() ? self() : List.of());
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
  }

  private UserModulePlan modulePlan() {
    boolean counted = spec().commandLine().getParseResult().hasMatchedOption("--threads");
    try {
      return new UserModulePlan(
          or(MODULE_RUNS, runs),
          or(MODULE_WARM_UPS, warmUps),
          rivals.get().contains(Rival.NODE),
          directories.get(),
          Optional.ofNullable(invoke.get()),
          counted ? threads.get() : List.of(1),
          args.get(),
          commands.get());
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

  private static ExitCode exitCode(List<Measurement> all, List<ProcessCost> upkeep) {
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
