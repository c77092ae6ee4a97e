package dev.wasmrun.cli;

import dev.wasmrun.bench.Measurement;
import dev.wasmrun.bench.ProcessCost;
import dev.wasmrun.bench.Scaling;
import dev.wasmrun.bench.Spread;
import dev.wasmrun.bench.Verdict;
import dev.wasmrun.cli.ResultTable.Column;
import dev.wasmrun.programs.Catalogue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** The results of {@code wasm-run bench} as text, printed as they come, and as JSON. */
final class BenchTable {
  /** As long as the names of contenders get. */
  private static final int CONTENDER = "AssemblyScript, wasm-run ~".length();

  private static final int TIME = "10000.000".length();
  private static final int RANGE = "10000.000 - 10000.000".length();

  private static final double NANOS_PER_MILLI = 1e6;
  private static final double BYTES_PER_MIB = 1 << 20;

  private final Console console;
  private final Map<String, Measurement> fewest = new LinkedHashMap<>();
  private final Map<String, Boolean> shares = new LinkedHashMap<>();
  private final ResultTable.Format format;
  private final int longestName;
  private final ResultTable table;
  private ResultTable upkeepTable;

  /**
   * Creates a table.
   *
   * @param entries the programs that it is to hold, for the width of their names
   */
  BenchTable(Console console, ResultTable.Format format, List<Catalogue.Entry> entries) {
    this.console = console;
    this.format = format;
    entries.forEach(entry -> shares.put(entry.name(), entry.program().orElseThrow().sharesWork()));
    longestName = entries.stream().mapToInt(entry -> entry.name().length()).max().orElse(0);
    table =
        new ResultTable(
            console.out(),
            format,
            List.of(
                Column.words("program", longestName),
                Column.numbers("threads", 0),
                Column.words("contender", CONTENDER),
                Column.numbers("median", TIME),
                Column.words("range", RANGE),
                Column.numbers("ratio", "100.00".length()),
                Column.numbers("speedup", 0),
                Column.ofPrograms("warm")));
  }

  /** Prints the head of the measurements. */
  void head() {
    table.head();
  }

  /** Prints a measurement; a contender's speed-up is that over its first one of the program. */
  void print(Measurement measurement) {
    measurement
        .failure()
        .ifPresent(
            failure ->
                console.say(
                    String.format(
                        Locale.ROOT,
                        "%s, %s on %s threads: %s",
                        measurement.program(),
                        measurement.contender(),
                        measurement.threads(),
                        failure.message())));
    table.row(
        measurement.program(),
        measurement.threads(),
        table.marked(measurement.contender(), !measurement.warm()),
        measurement.time().map(time -> millis(time.median())).orElse("failed"),
        measurement.time().map(BenchTable::range).orElse(""),
        measurement.ratio().map(BenchTable::ratio).orElse(""),
        speedup(measurement).map(BenchTable::ratio).orElse(""),
        measurement.warm());
  }

  private Optional<Double> speedup(Measurement measurement) {
    String who = measurement.program() + "/" + measurement.contender();
    Measurement first = fewest.putIfAbsent(who, measurement);
    return first == null || first.time().isEmpty() || measurement.time().isEmpty()
        ? Optional.empty()
        : Optional.of(Scaling.speedup(first, measurement, shares.get(measurement.program())));
  }

  /** Prints whether threads pay, where people read it. */
  void print(Catalogue.Entry entry, Verdict verdict, List<Measurement> results) {
    if (format != ResultTable.Format.TEXT) {
      return;
    }
    Scaling best = verdict.best();
    String size = entry.program().orElseThrow().parameters().get(0).name();
    console
        .out()
        .printf(
            Locale.ROOT,
            "%s: threads %s%s: %s does %.2f times as much on %s as on %s, %.0f %% of ideal%s%n%n",
            entry.name(),
            verdict.pays() ? "pay" : "do not pay",
            verdict.from().isPresent()
                ? String.format(
                    Locale.ROOT,
                    "%s, two from about %s %s on",
                    verdict.pays() ? "" : " at " + verdict.size(),
                    verdict.from().getAsLong(),
                    size)
                : verdict.atNone() ? ", two at no size tried" : "",
            best.contender(),
            best.speedup(),
            best.threads(),
            best.from(),
            100 * best.efficiency(),
            isWarm(best.contender(), results) ? "" : ", but it was still getting faster");
    console.out().flush();
  }

  /** Prints what the processes of a program cost, and returns it. */
  List<ProcessCost> print(List<ProcessCost> upkeep) {
    if (upkeepTable == null && !upkeep.isEmpty()) {
      upkeepTable = upkeepTable(upkeep.get(0));
      upkeepTable.head();
    }
    for (ProcessCost one : upkeep) {
      one.failure()
          .ifPresent(
              failure ->
                  console.say(
                      String.format(
                          Locale.ROOT,
                          "%s, %s as a process: %s",
                          one.program(),
                          one.contender(),
                          failure)));
      upkeepTable.row(
          one.program(),
          one.contender(),
          one.coldStart().map(time -> millis(time.median())).orElse("failed"),
          one.coldStart().map(BenchTable::range).orElse(""),
          mib(one.peakOnFewest()),
          mib(one.peakOnMost()),
          mib(one.bytesPerThread()));
    }
    return upkeep;
  }

  private ResultTable upkeepTable(ProcessCost any) {
    return new ResultTable(
        console.out(),
        format,
        List.of(
            Column.words("program", longestName),
            Column.words("process", CONTENDER),
            Column.numbers("cold start", TIME),
            Column.words("range", RANGE),
            Column.numbers("MiB on " + any.fewest(), 0),
            Column.numbers("MiB on " + any.most(), 0),
            Column.numbers("per thread", 0)));
  }

  private static boolean isWarm(String contender, List<Measurement> results) {
    return results.stream()
        .filter(measurement -> measurement.contender().equals(contender))
        .allMatch(Measurement::warm);
  }

  private static String range(Spread time) {
    return millis(time.min()) + " - " + millis(time.max());
  }

  private static String ratio(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** A time in milliseconds, as all tables of measurements have it. */
  static String millis(double nanos) {
    return String.format(Locale.ROOT, "%.3f", nanos / NANOS_PER_MILLI);
  }

  private static String mib(OptionalDouble bytes) {
    return bytes.isPresent()
        ? String.format(Locale.ROOT, "%.1f", bytes.getAsDouble() / BYTES_PER_MIB)
        : "";
  }

  /** Everything, for a file. */
  static Map<String, Object> report(List<Measurement> measurements, List<ProcessCost> upkeep) {
    var report = new LinkedHashMap<String, Object>();
    report.put("measurements", measurements.stream().map(BenchTable::fields).toList());
    if (!upkeep.isEmpty()) {
      report.put("processes", upkeep.stream().map(BenchTable::fields).toList());
    }
    return report;
  }

  private static Map<String, Object> fields(Measurement measurement) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("program", measurement.program());
    fields.put("threads", measurement.threads());
    fields.put("contender", measurement.contender());
    fields.put("warmUps", measurement.warmUps());
    fields.put("warm", measurement.warm());
    measurement.time().ifPresent(time -> put(fields, time));
    measurement.ratio().ifPresent(ratio -> fields.put("ratio", ratio));
    measurement.failure().ifPresent(failure -> fields.put("failure", failure.message()));
    return fields;
  }

  private static Map<String, Object> fields(ProcessCost upkeep) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("program", upkeep.program());
    fields.put("contender", upkeep.contender());
    upkeep.coldStart().ifPresent(time -> put(fields, time));
    fields.put("fewestThreads", upkeep.fewest());
    fields.put("mostThreads", upkeep.most());
    upkeep.peakOnFewest().ifPresent(bytes -> fields.put("peakBytesOnFewest", bytes));
    upkeep.peakOnMost().ifPresent(bytes -> fields.put("peakBytesOnMost", bytes));
    upkeep.failure().ifPresent(failure -> fields.put("failure", failure));
    return fields;
  }

  /** Adds a spread to the fields of an object. */
  static void put(Map<String, Object> fields, Spread time) {
    fields.put("medianNanos", time.median());
    fields.put("minNanos", time.min());
    fields.put("maxNanos", time.max());
  }
}
