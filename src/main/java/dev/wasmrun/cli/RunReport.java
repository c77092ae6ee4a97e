package dev.wasmrun.cli;

import dev.wasmrun.crew.Outcome;
import dev.wasmrun.guest.GuestFailure;
import dev.wasmrun.guest.HostFault;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.UsageException;
import java.time.Duration;
import java.util.List;

/**
 * How a run ended, in the words of the command line.
 *
 * @param outcome one word: finished, exited, trapped, failed, timeout or interrupted
 * @param exitCode what the process exits with
 * @param message one line that says what failed; empty where nothing did
 * @param thread the thread that failed; empty where none did
 * @param backtrace the guest functions active in that thread, innermost first
 * @param fault the Java failure behind a host fault; null otherwise
 */
record RunReport(
    String outcome,
    int exitCode,
    String message,
    String thread,
    List<String> backtrace,
    Throwable fault) {

  static RunReport of(String module, Outcome outcome) {
    if (outcome instanceof Outcome.Finished) {
      return plain("finished", ExitCode.OK.code(), "");
    }
    if (outcome instanceof Outcome.Exited exited) {
      return plain("exited", exited.code(), "");
    }
    if (outcome instanceof Outcome.Trapped trapped) {
      return new RunReport(
          "trapped",
          ExitCode.TRAPPED.code(),
          "%s trapped: %s".formatted(module, trapped.trap().getMessage()),
          trapped.thread(),
          trapped.trap().backtrace(),
          null);
    }
    if (outcome instanceof Outcome.TimedOut timedOut) {
      return plain(
          "timeout",
          ExitCode.TIMED_OUT.code(),
          "%s was still running after %s; --timeout sets the limit"
              .formatted(module, seconds(timedOut.limit())));
    }
    if (outcome instanceof Outcome.Cancelled) {
      return plain("interrupted", ExitCode.INTERRUPTED.code(), module + " was interrupted");
    }
    return failed(module, (Outcome.Failed) outcome);
  }

  private static RunReport failed(String module, Outcome.Failed failed) {
    Throwable cause = failed.cause();
    if (cause instanceof UsageException) {
      return plain("failed", ExitCode.USAGE.code(), cause.getMessage());
    }
    if (cause instanceof LinkException) {
      return plain("failed", ExitCode.CANNOT_RUN.code(), cause.getMessage());
    }
    return new RunReport(
        "failed",
        ExitCode.CANNOT_RUN.code(),
        "%s failed: %s".formatted(module, cause.getMessage()),
        failed.thread(),
        cause instanceof GuestFailure failure ? failure.backtrace() : List.of(),
        cause instanceof HostFault ? cause.getCause() : cause);
  }

  private static RunReport plain(String outcome, int exitCode, String message) {
    return new RunReport(outcome, exitCode, message, "", List.of(), null);
  }

  private static String seconds(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }
}
