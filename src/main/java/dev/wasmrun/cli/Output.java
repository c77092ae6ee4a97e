package dev.wasmrun.cli;

import dev.wasmrun.check.Finding;
import dev.wasmrun.check.Findings;
import dev.wasmrun.check.LockReport;
import dev.wasmrun.check.MemoryReport;
import dev.wasmrun.check.MisuseReport;
import dev.wasmrun.check.RaceReport;
import dev.wasmrun.check.report.CheckReport.Judged;
import dev.wasmrun.cli.RunReport.ThreadReport;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.source.Backtrace;
import dev.wasmrun.trace.ThreadStatistics;
import java.io.OutputStream;
import java.util.List;

/** Where the results of a run go; what is no result goes to standard error, in the same form. */
abstract sealed class Output implements RunListener permits TextOutput, JsonOutput {
  private static final int MOST_THREADS = 16;

  private final Console console;
  private final boolean quiet;
  private final Progress progress;

  /**
   * Creates an output.
   *
   * @param quiet whether notices and progress are left out
   */
  Output(Console console, boolean quiet, Progress progress) {
    this.console = console;
    this.quiet = quiet;
    this.progress = progress;
  }

  @Override
  public final void noticed(String message) {
    if (!quiet) {
      progress.aside(() -> console.say(message));
    }
  }

  @Override
  public final void memoryCreated(LinearMemory memory) {
    if (!quiet) {
      progress.show(memory);
    }
  }

  /**
   * Tells how the run ended; called once, after everything else.
   *
   * @param stillRunning threads that did not stop in time
   * @param statistics what each thread did, if the user wants to know
   */
  void ended(RunReport report, List<String> stillRunning, List<ThreadStatistics> statistics) {
    if (!report.message().isEmpty()) {
      console.say(console.painted(Paint.FAILURE, report.message()));
    }
    report.threads().stream().limit(MOST_THREADS).forEach(this::say);
    if (report.threads().size() > MOST_THREADS) {
      console
          .err()
          .println("  … %s more threads".formatted(report.threads().size() - MOST_THREADS));
    }
    if (report.fault() != null) {
      report.fault().printStackTrace(console.err());
    }
    if (!stillRunning.isEmpty()) {
      console.say("did not stop: " + String.join(", ", stillRunning));
    }
    console.err().flush(); // after Ctrl-C the process ends as soon as this returns
  }

  /**
   * Tells what a check has found; called once, before the end of the run is told.
   *
   * @param most how many reports of each kind at most
   */
  void found(String module, Findings findings, int most) {
    tell(module, findings.races().stream().map(RaceReport::finding).toList(), most);
    tell(module, findings.memoryErrors().stream().map(MemoryReport::finding).toList(), most);
    tell(module, findings.lockMisuses().stream().map(MisuseReport::finding).toList(), most);
    tell(module, findings.lockOrders().stream().map(LockReport::finding).toList(), most);
  }

  /** Takes in everything that a check has found, whether it counts or not; called after that. */
  void judged(List<Judged> findings) {}

  private void tell(String module, List<Finding> reports, int most) {
    for (Finding finding : reports.subList(0, Math.min(most, reports.size()))) {
      List<String> lines = finding.lines();
      console.say(console.painted(Paint.FAILURE, module + ": " + lines.get(0)));
      lines.stream().skip(1).forEach(console.err()::println);
    }
    if (reports.size() > most) {
      console.say(
          "%s more not shown; --max-reports raises the limit".formatted(reports.size() - most));
    }
  }

  private void say(ThreadReport thread) {
    String waits = thread.waitsFor().isEmpty() ? "" : " waits for " + thread.waitsFor();
    console.err().println("  thread " + console.painted(Paint.THREAD, thread.name()) + waits);
    Backtrace.lines(thread.frames(), frame -> console.painted(Paint.FUNCTION, frame.toString()))
        .forEach(console.err()::println);
  }

  /** Where the bytes go that a guest writes to its standard output. Thread-safe. */
  abstract OutputStream standardOutput();

  final Progress progress() {
    return progress;
  }

  final Console console() {
    return console;
  }
}
