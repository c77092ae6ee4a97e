package dev.wasmrun.cli;

import dev.wasmrun.bench.ModuleMeasurement;
import dev.wasmrun.bench.Spread;
import dev.wasmrun.bench.UserModulePlan;
import dev.wasmrun.cli.ResultTable.Column;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What {@code wasm-run bench} measures of the user's modules, as text, as it comes, and as JSON.
 */
final class ModuleTable {
  private static final int TIME = "1000.000".length();

  private final Console console;
  private final ResultTable table;

  /**
   * Creates a table.
   *
   * @param files the modules that it is to hold, for the width of their names
   * @param plan who measures them, for the same reason
   */
  ModuleTable(Console console, ResultTable.Format format, List<String> files, UserModulePlan plan) {
    this.console = console;
    int longest = files.stream().mapToInt(ResultTable::width).max().orElse(0);
    table =
        new ResultTable(
            console.out(),
            format,
            List.of(
                Column.words("module", longest),
                Column.words("host", longestHost(plan)),
                Column.numbers("warm-ups", 0),
                Column.numbers("runs", 0),
                Column.numbers("first", TIME),
                Column.numbers("least", TIME),
                Column.numbers("median", TIME),
                Column.numbers("ratio", "100.00".length()),
                Column.ofPrograms("warm")));
  }

  private static int longestHost(UserModulePlan plan) {
    int most = plan.threads().stream().mapToInt(Integer::intValue).max().orElse(1);
    String own = most == 1 ? "wasm-run" : "wasm-run, " + most + " threads";
    return plan.commands().stream().mapToInt(ResultTable::width).reduce(own.length(), Math::max);
  }

  /** Prints the head. */
  void head() {
    table.head();
  }

  /** Prints a measurement. */
  void print(ModuleMeasurement measured) {
    if (measured.failure().isPresent()) {
      console.say(
          String.join(", ", measured.module(), measured.host()) + ": " + measured.failure().get());
      table.row(measured.module(), measured.host(), "", "", "", "", "failed", "", "");
      return;
    }
    table.row(
        measured.module(),
        measured.host(),
        table.marked(Integer.toString(measured.warmUps()), !measured.warm()),
        Integer.toString(measured.runs()),
        measured.first().isPresent() ? BenchTable.millis(measured.first().getAsLong()) : "",
        millis(measured, Spread::min),
        millis(measured, Spread::median),
        measured.ratio().map(ratio -> String.format(Locale.ROOT, "%.2f", ratio)).orElse(""),
        measured.warm());
  }

  private static String millis(ModuleMeasurement measured, Function<Spread, Double> of) {
    return measured.time().map(of).map(BenchTable::millis).orElse("");
  }

  /** A measurement, for a file. */
  static Map<String, Object> fields(ModuleMeasurement measured) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("module", measured.module());
    fields.put("host", measured.host());
    Optional<Spread> time = measured.time();
    if (time.isPresent()) {
      fields.put("warmUps", measured.warmUps());
      fields.put("warm", measured.warm());
      fields.put("runs", measured.runs());
      measured.first().ifPresent(nanos -> fields.put("firstNanos", nanos));
      BenchTable.put(fields, time.get());
    }
    measured.ratio().ifPresent(ratio -> fields.put("ratio", ratio));
    measured.failure().ifPresent(why -> fields.put("failure", why));
    return fields;
  }
}
