package dev.wasmrun.cli;

import dev.wasmrun.bench.InterruptBench;
import dev.wasmrun.bench.InterruptMeasurement;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** How soon interrupts end guest code, as text, as it is measured, and as JSON. */
final class InterruptTable {
  private final Console console;
  private final String row =
      String.format(Locale.ROOT, "%%-%ss %%9s %%5s %%9s %%9s", InterruptBench.longestName());

  InterruptTable(Console console) {
    this.console = console;
  }

  /** Prints the head. */
  void head() {
    line("guest code", "warm-ups", "runs", "median", "longest");
  }

  /** Prints a measurement. */
  void print(InterruptMeasurement measured) {
    measured.failure().ifPresent(why -> console.say(measured.code() + ": " + why));
    line(
        measured.code(),
        measured.warmUps(),
        measured.runs(),
        measured.time().map(time -> BenchTable.millis(time.median())).orElse("failed"),
        measured.time().map(time -> BenchTable.millis(time.max())).orElse(""));
  }

  private void line(Object... cells) {
    console.out().println(String.format(Locale.ROOT, row, cells).stripTrailing());
    console.out().flush();
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
