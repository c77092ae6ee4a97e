package dev.wasmrun.cli;

import dev.wasmrun.check.RaceReport;
import dev.wasmrun.cli.RunReport.ThreadReport;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.trace.ThreadStatistics;
import java.io.OutputStream;
import java.util.List;

/** Where the results of a run go; what is no result goes to standard error, in the same form. */
abstract sealed class Output implements RunListener permits TextOutput, JsonOutput {
  /** A recursion that overflowed is as long as the JVM remembers it, and says no more. */
  private static final int LONGEST_BACKTRACE = 32;

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
      console.say(message);
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
      console.say(report.message());
    }
    report.threads().stream().limit(MOST_THREADS).forEach(this::say);
    if (report.threads().size() > MOST_THREADS) {
      console
          .err()
          .println("  … %d more threads".formatted(report.threads().size() - MOST_THREADS));
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
   * @param shown how many at most
   */
  void found(String module, List<RaceReport> races, int shown) {
    races.stream().limit(shown).forEach(race -> say(module, race));
    if (races.size() > shown) {
      console.say(
          "%d more data races are not shown; --max-reports raises the limit"
              .formatted(races.size() - shown));
    }
  }

  private void say(String module, RaceReport race) {
    console.say("%s has a data race at 0x%x".formatted(module, race.address()));
    say(race.current());
    say(race.earlier());
    console.err().println("  " + race.ordering());
    if (race.count() > 1) {
      console.err().println("  seen %d times between these two places".formatted(race.count()));
    }
  }

  private void say(RaceReport.Side side) {
    console.err().println("  thread %s %s".formatted(side.thread(), side.action()));
    console.err().println("    at " + side.site());
    side.callers().stream()
        .skip(1)
        .limit(LONGEST_BACKTRACE)
        .forEach(name -> console.err().println("    at " + name));
  }

  private void say(ThreadReport thread) {
    String waits = thread.waitsFor().isEmpty() ? "" : " waits for " + thread.waitsFor();
    console.err().println("  thread " + thread.name() + waits);
    List<String> frames = thread.backtrace();
    frames.stream()
        .limit(LONGEST_BACKTRACE)
        .forEach(name -> console.err().println("    at " + name));
    if (frames.size() > LONGEST_BACKTRACE) {
      console.err().println("    … %d more".formatted(frames.size() - LONGEST_BACKTRACE));
    }
  }

  /** Where the bytes go that a guest writes to its standard output. Thread-safe. */
  abstract OutputStream standardOutput();

  final Console console() {
    return console;
  }
}
