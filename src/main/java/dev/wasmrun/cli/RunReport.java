package dev.wasmrun.cli;

import dev.wasmrun.crew.BlockedThread;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.ThreadRefused;
import dev.wasmrun.guest.GuestFailure;
import dev.wasmrun.guest.HostFault;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.pictures.PictureException;
import dev.wasmrun.run.OutcomeText;
import dev.wasmrun.source.SourceFrame;
import java.util.List;
import java.util.Map;

/**
 * How a run ended, in the words of the command line.
 *
 * @param outcome one word: finished, exited, trapped, failed, timeout, deadlock or interrupted
 * @param exitCode what the process exits with
 * @param message one line that says what failed; empty where nothing did
 * @param threads the threads that the message is about
 * @param fault the Java failure behind a host fault; null otherwise
 */
record RunReport(
    String outcome, int exitCode, String message, List<ThreadReport> threads, Throwable fault) {

  /**
   * Where a thread was.
   *
   * @param name the name of the thread
   * @param waitsFor what it waited for; empty unless it is deadlocked
   * @param frames the guest functions active in it, innermost first
   */
  record ThreadReport(String name, String waitsFor, List<SourceFrame> frames) {}

  /** Whether it names functions of the guest. */
  boolean hasFrames() {
    return threads.stream().anyMatch(thread -> !thread.frames().isEmpty());
  }

  /** The same end with another exit code. */
  RunReport withExitCode(int code) {
    return new RunReport(outcome, code, message, threads, fault);
  }

  /** The same end in other words. */
  RunReport withMessage(String text) {
    return new RunReport(outcome, exitCode, text, threads, fault);
  }

  /**
   * Describes the end of a run.
   *
   * @param interruptedAt the guest functions in which the end of the run met each other thread
   */
  static RunReport of(
      String module, Outcome outcome, Map<String, List<SourceFrame>> interruptedAt) {
    if (outcome instanceof Outcome.Finished) {
      return plain("finished", ExitCode.OK.code(), "");
    }
    if (outcome instanceof Outcome.Exited exited) {
      return plain("exited", exited.code(), "");
    }
    String text = OutcomeText.of(module, outcome);
    if (outcome instanceof Outcome.Trapped trapped) {
      return new RunReport(
          "trapped",
          ExitCode.TRAPPED.code(),
          text,
          List.of(new ThreadReport(trapped.thread(), "", trapped.trap().frames())),
          null);
    }
    if (outcome instanceof Outcome.TimedOut timedOut) {
      return new RunReport(
          "timeout",
          ExitCode.TIMED_OUT.code(),
          text + "; --timeout sets the limit",
          interruptedAt.entrySet().stream()
              .map(entry -> new ThreadReport(entry.getKey(), "", entry.getValue()))
              .toList(),
          null);
    }
    if (outcome instanceof Outcome.Deadlocked deadlocked) {
      return deadlocked(text, deadlocked.threads(), interruptedAt);
    }
    if (outcome instanceof Outcome.Cancelled) {
      return plain("interrupted", ExitCode.INTERRUPTED.code(), text);
    }
    return failed(text, (Outcome.Failed) outcome);
  }

  private static RunReport deadlocked(
      String text, List<BlockedThread> threads, Map<String, List<SourceFrame>> interruptedAt) {
    return new RunReport(
        "deadlock",
        ExitCode.DEADLOCK.code(),
        text + "; --no-deadlock-watch lets it wait",
        threads.stream()
            .map(
                thread ->
                    new ThreadReport(
                        thread.name(),
                        thread.waitsFor(),
                        interruptedAt.getOrDefault(thread.name(), List.of())))
            .toList(),
        null);
  }

  private static RunReport failed(String text, Outcome.Failed failed) {
    Throwable cause = failed.cause();
    if (cause instanceof UsageException) {
      return plain("failed", ExitCode.USAGE.code(), cause.getMessage());
    }
    if (cause instanceof LinkException
        || cause instanceof ThreadRefused
        || cause instanceof PictureException) {
      return plain("failed", ExitCode.CANNOT_RUN.code(), cause.getMessage());
    }
    if (cause instanceof OutOfMemoryError) {
      return plain(
          "failed", ExitCode.CANNOT_RUN.code(), text + "; -Xmx in JAVA_OPTS raises the heap");
    }
    List<SourceFrame> frames = cause instanceof GuestFailure guest ? guest.frames() : List.of();
    return new RunReport(
        "failed",
        ExitCode.CANNOT_RUN.code(),
        text,
        List.of(new ThreadReport(failed.thread(), "", frames)),
        cause instanceof HostFault ? cause.getCause() : cause);
  }

  private static RunReport plain(String outcome, int exitCode, String message) {
    return new RunReport(outcome, exitCode, message, List.of(), null);
  }
}
