package dev.wasmrun.cli;

import dev.wasmrun.bench.Bench;
import dev.wasmrun.bench.Measurement;
import dev.wasmrun.bench.Plan;
import dev.wasmrun.bench.Rival;
import dev.wasmrun.bench.Scaling;
import dev.wasmrun.programs.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
  private static final String ROW = "%-14s %7s  %-26s %10s  %-23s %6s%n";
  private static final double NANOS_PER_MILLI = 1e6;

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
    var all = new ArrayList<Measurement>();
    try {
      var bench = new Bench(plan(), this::print, console::say);
      console.out().printf(ROW, "program", "threads", "contender", "median", "range", "ratio");
      for (Catalogue.Entry entry : entries) {
        List<Measurement> results = bench.measure(entry);
        all.addAll(results);
        verdict(entry, results).ifPresent(console.out()::println);
        console.out().flush();
      }
      if (json != null) {
        Map<String, Object> report = Map.of("measurements", fields(all));
        Files.writeString(json, Console.toJson(report) + "\n");
      }
    } catch (IOException e) {
      console.say("cannot measure: " + e);
      return ExitCode.CANNOT_RUN.code();
    }
    return exitCode(all).code();
  }

  private Plan plan() {
    try {
      return new Plan(threads, new LinkedHashSet<>(rivals), runs, warmUps, args);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
  }

  private static ExitCode exitCode(List<Measurement> all) {
    List<Measurement.Failure> failures =
        all.stream().flatMap(measurement -> measurement.failure().stream()).toList();
    if (failures.stream().anyMatch(Measurement.Failure::differs)) {
      return ExitCode.PARITY_MISMATCH;
    }
    return failures.isEmpty() ? ExitCode.OK : ExitCode.CANNOT_RUN;
  }

  private void print(Measurement measurement) {
    measurement
        .failure()
        .ifPresent(
            failure ->
                console.say(
                    "%s, %s on %d threads: %s"
                        .formatted(
                            measurement.program(),
                            measurement.contender(),
                            measurement.threads(),
                            failure.message())));
    console
        .out()
        .printf(
            ROW,
            measurement.program(),
            measurement.threads(),
            measurement.contender() + (measurement.steady() ? "" : " ~"),
            measurement.time().map(time -> millis(time.median())).orElse("failed"),
            measurement
                .time()
                .map(time -> millis(time.min()) + " - " + millis(time.max()))
                .orElse(""),
            measurement.ratio().map("%.2f"::formatted).orElse(""));
    console.out().flush();
  }

  private static Optional<String> verdict(Catalogue.Entry entry, List<Measurement> results) {
    return Scaling.of(results, entry.program().orElseThrow().sharesWork())
        .map(
            best ->
                "%s: threads %s: %s does %.2f times as much on %d as on %d, %.0f %% of ideal%s%n"
                    .formatted(
                        entry.name(),
                        best.pays() ? "pay" : "do not pay",
                        best.contender(),
                        best.speedup(),
                        best.threads(),
                        best.from(),
                        100 * best.efficiency(),
                        isSteady(best.contender(), results) ? "" : ", but it was not steady"));
  }

  private static boolean isSteady(String contender, List<Measurement> results) {
    return results.stream()
        .filter(measurement -> measurement.contender().equals(contender))
        .allMatch(Measurement::steady);
  }

  private static String millis(double nanos) {
    return "%.3f".formatted(nanos / NANOS_PER_MILLI);
  }

  private static List<Map<String, Object>> fields(List<Measurement> all) {
    return all.stream().map(BenchCommand::fields).toList();
  }

  private static Map<String, Object> fields(Measurement measurement) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("program", measurement.program());
    fields.put("threads", measurement.threads());
    fields.put("contender", measurement.contender());
    fields.put("warmUps", measurement.warmUps());
    fields.put("steady", measurement.steady());
    measurement
        .time()
        .ifPresent(
            time -> {
              fields.put("medianNanos", time.median());
              fields.put("minNanos", time.min());
              fields.put("maxNanos", time.max());
            });
    measurement.ratio().ifPresent(ratio -> fields.put("ratio", ratio));
    measurement.failure().ifPresent(failure -> fields.put("failure", failure.message()));
    return fields;
  }
}
