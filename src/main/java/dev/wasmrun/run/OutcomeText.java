package dev.wasmrun.run;

import dev.wasmrun.Internal;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.module.ShownNames;
import java.time.Duration;

/** How a run ended, in one line for people. */
@Internal
public final class OutcomeText {
  private OutcomeText() {}

  /**
   * What happened, as a sentence about the module without a full stop.
   *
   * @param module the module's name
   */
  public static String of(String module, Outcome outcome) {
    return module + " " + predicate(outcome);
  }

  private static String predicate(Outcome outcome) {
    if (outcome instanceof Outcome.Trapped trapped) {
      return "trapped: " + ShownNames.inFull(trapped.trap().getMessage()); // it may be the guest's
    }
    if (outcome instanceof Outcome.Failed failed) {
      return "failed: " + ShownNames.inFull(String.valueOf(failed.cause().getMessage()));
    }
    if (outcome instanceof Outcome.Exited exited) {
      return "exited with code " + exited.code();
    }
    if (outcome instanceof Outcome.TimedOut timedOut) {
      return "was still running after " + time(timedOut.limit());
    }
    if (outcome instanceof Outcome.Deadlocked deadlocked) {
      int threads = deadlocked.threads().size();
      return "is deadlocked: %s, and nobody is left to notify"
          .formatted(
              threads == 1 ? "its one thread waits" : "all its " + threads + " threads wait");
    }
    return outcome instanceof Outcome.Cancelled ? "was interrupted" : "finished";
  }

  /** A time as users write it for {@code --timeout}. */
  public static String time(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }
}
