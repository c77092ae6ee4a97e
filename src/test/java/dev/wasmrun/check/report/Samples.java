package dev.wasmrun.check.report;

import dev.wasmrun.check.Finding;
import dev.wasmrun.check.Finding.Stack;
import dev.wasmrun.check.report.CheckReport.Judged;
import dev.wasmrun.check.report.CheckReport.Standing;
import dev.wasmrun.check.schedule.Exploration;
import dev.wasmrun.check.schedule.Interleaving;
import dev.wasmrun.check.schedule.Interleaving.Step;
import dev.wasmrun.check.schedule.Interleaving.Word;
import dev.wasmrun.check.schedule.Schedule;
import dev.wasmrun.source.SourceFrame;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Findings as a guest might have them that means ill. */
final class Samples {
  /** A name that every form of report has to escape in its own way. */
  static final String HOSTILE =
      "</script><img src=x onerror=alert(1)>\"'&%]]>\u0001\u007F\uD800\uFFFE::error,a=b\u2028";

  private Samples() {}

  /** A place of which the source is known. */
  static SourceFrame line(String function, String file, int line, String text) {
    return new SourceFrame(function, 0x1A3, file, line, 7, false, text);
  }

  static Stack stack(String thread, SourceFrame... frames) {
    return new Stack(thread, "thread " + thread + " writes 4 bytes at 0x400", List.of(frames));
  }

  static Finding race(String function) {
    return Finding.of(
        Finding.Kind.RACE,
        function + " writes, " + function + " reads",
        List.of(
            stack(
                "a#1",
                line(function, "src/a b.c", 12, "  x = " + function + ";"),
                new SourceFrame("main", SourceFrame.NO_OFFSET)),
            stack("a#2", new SourceFrame(function, 0x1B0)),
            new Stack("", function + " came before", List.of())));
  }

  /** A wrong answer after a thread of two has been in the library for two steps in a row. */
  static Judged scheduled(String function) {
    List<String> own = List.of(function, "main");
    List<String> library = List.of("__lock", function);
    var steps =
        List.of(
            step(0, 0, "begins", own),
            step(1, 0, "load 0x400 = 0", own, 0),
            step(2, 1, "load 0x400 = 0", own, 0),
            step(3, 1, "update 0x404 = 0 := 1", library),
            step(4, 1, "fence", library),
            step(5, 1, "store 0x400 := 1", own, 1),
            step(6, 0, "store 0x400 := 2 " + function, own, 2));
    var interleaving = new Interleaving(List.of(function + "#0", "a#worker"), 3, steps);
    Finding finding = Finding.of(Finding.Kind.WRONG_ANSWER, "got " + function, List.of());
    return new Judged(
        finding,
        Standing.NEW,
        Optional.of(
            new Exploration.Failure(
                finding,
                4,
                OptionalLong.of(Long.MIN_VALUE),
                Schedule.parse("1.2>2 0.5+1>1b"),
                9,
                interleaving)));
  }

  private static Step step(int number, int thread, String what, List<String> functions) {
    return new Step(number, thread, what, frames(functions), Optional.empty());
  }

  private static Step step(
      int number, int thread, String what, List<String> functions, long value) {
    return new Step(number, thread, what, frames(functions), Optional.of(new Word(0x400, value)));
  }

  private static List<SourceFrame> frames(List<String> functions) {
    return functions.stream().map(name -> new SourceFrame(name, SourceFrame.NO_OFFSET)).toList();
  }

  static Judged judged(Finding finding, Standing standing) {
    return new Judged(finding, standing, Optional.empty());
  }

  static CheckReport report(Judged... findings) {
    return new CheckReport(
        "a.wasm",
        "wasm-run check a.wasm",
        "1.0",
        List.of(findings),
        List.of("1 run", "next: another"),
        true,
        Duration.ofMillis(1234),
        66);
  }

  /** With findings of every standing, a schedule among them, named by ill will. */
  static CheckReport hostile() {
    return report(
        judged(race(HOSTILE), Standing.NEW),
        scheduled(HOSTILE),
        judged(race("known"), Standing.KNOWN),
        judged(race("unwanted"), Standing.SUPPRESSED));
  }
}
