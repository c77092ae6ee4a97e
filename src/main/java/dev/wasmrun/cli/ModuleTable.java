package dev.wasmrun.cli;

import dev.wasmrun.bench.ModuleMeasurement;
import dev.wasmrun.bench.Spread;
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
  private static final String ROW = "%%-%ss  %%-8s %%9s %%5s %%11s %%11s %%11s %%6s";

  private final Console console;
  private final String row;

  /**
   * Creates a table.
   *
   * @param files the modules that it is to hold, for the width of their names
   */
  ModuleTable(Console console, List<String> files) {
    this.console = console;
    int width = files.stream().mapToInt(String::length).max().orElse(0);
    row = String.format(Locale.ROOT, ROW, Math.max(width, "module".length()));
  }

  /** Prints the head. */
  void head() {
    line("module", "host", "warm-ups", "runs", "first", "least", "median", "ratio");
  }

  /** Prints a measurement. */
  void print(ModuleMeasurement measured) {
    if (measured.failure().isPresent()) {
      console.say(
          String.join(", ", measured.module(), measured.host()) + ": " + measured.failure().get());
      line(measured.module(), measured.host(), "", "", "", "", "failed", "");
      return;
    }
    line(
        measured.module(),
        measured.host(),
        measured.warmUps() + (measured.warm() ? "" : " ~"),
        Integer.toString(measured.runs()),
        measured.first().isPresent() ? BenchTable.millis(measured.first().getAsLong()) : "",
        millis(measured, Spread::min),
        millis(measured, Spread::median),
        measured.ratio().map(ratio -> String.format(Locale.ROOT, "%.2f", ratio)).orElse(""));
  }

  private void line(Object... cells) {
    console.out().println(String.format(Locale.ROOT, row, cells).stripTrailing());
    console.out().flush();
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
