package dev.wasmrun.cli;

import dev.wasmrun.bench.InterruptBench;
import dev.wasmrun.bench.InterruptMeasurement;
import dev.wasmrun.cli.ResultTable.Column;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How soon interrupts end guest code, as text, as it is measured, and as JSON. */
final class InterruptTable {
  private static final int TIME = "1000.000".length();

  private final Console console;
  private final ResultTable table;

  InterruptTable(Console console, ResultTable.Format format) {
    this.console = console;
    table =
        new ResultTable(
            console.out(),
            format,
            List.of(
                Column.words("guest code", InterruptBench.longestName()),
                Column.numbers("warm-ups", 0),
                Column.numbers("runs", 0),
                Column.numbers("median", TIME),
                Column.numbers("longest", TIME)));
  }

  /** Prints the head. */
  void head() {
    table.head();
  }

  /** Prints a measurement. */
  void print(InterruptMeasurement measured) {
    measured.failure().ifPresent(why -> console.say(measured.code() + ": " + why));
    table.row(
        measured.code(),
        measured.warmUps(),
        measured.runs(),
        measured.time().map(time -> BenchTable.millis(time.median())).orElse("failed"),
        measured.time().map(time -> BenchTable.millis(time.max())).orElse(""));
  }

  /** A measurement, for a file. */
  static Map<String, Object> fields(InterruptMeasurement measured) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("code", measured.code());
    fields.put("warmUps", measured.warmUps());
    fields.put("runs", measured.runs());
    measured.time().ifPresent(time -> BenchTable.put(fields, time));
    measured.failure().ifPresent(why -> fields.put("failure", why));
    return fields;
  }
}
