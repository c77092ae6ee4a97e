package dev.wasmrun.crew;

import dev.wasmrun.guest.GuestExit;
import dev.wasmrun.guest.GuestInterrupted;
import dev.wasmrun.guest.Trap;
import java.time.Duration;
import java.util.List;

/** How a run ended. */
public sealed interface Outcome {

  /** Every thread returned. */
  record Finished() implements Outcome {}

  /**
   * A thread trapped.
   *
   * @param thread the name of the thread
   */
  record Trapped(String thread, Trap trap) implements Outcome {}

  /**
   * The guest asked to exit.
   *
   * @param code its exit code
   */
  record Exited(int code) implements Outcome {}

  /**
   * The host failed while it ran a thread, or could not run it.
   *
   * @param thread the name of the thread
   */
  record Failed(String thread, Throwable cause) implements Outcome {}

  /**
   * The time for the run was up.
   *
   * @param limit the time it had
   */
  record TimedOut(Duration limit) implements Outcome {}

  /**
   * Every thread waits for another.
   *
   * @param threads all of them, and what each waits for
   */
  record Deadlocked(List<BlockedThread> threads) implements Outcome {
    /** Copies the list. */
    public Deadlocked {
      threads = List.copyOf(threads);
    }
  }

  /** Somebody outside cancelled the run. */
  record Cancelled() implements Outcome {}

  /** What a thread's failure means for the run, were it the first. */
  static Outcome of(String thread, Throwable failure) {
    if (failure instanceof Trap trap) {
      return new Trapped(thread, trap);
    }
    if (failure instanceof GuestExit exit) {
      return new Exited(exit.code());
    }
    if (failure instanceof GuestInterrupted || failure instanceof InterruptedException) {
      return new Cancelled();
    }
    return new Failed(thread, failure);
  }

  /** What a thread's failure means for the thread, in a word. */
  static String word(Throwable failure) {
    Outcome outcome = of("", failure);
    if (outcome instanceof Trapped) {
      return "trapped";
    }
    if (outcome instanceof Exited) {
      return "exited";
    }
    return outcome instanceof Cancelled ? "interrupted" : "failed";
  }
}
