package dev.wasmrun.shard;

import dev.wasmrun.crew.Outcome;
import dev.wasmrun.guest.GuestFailure;
import dev.wasmrun.guest.HostFault;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.UsageException;
import java.io.Serializable;

/**
 * How a shard failed.
 *
 * @param kind what happened
 * @param exitCode the guest's, if it exited; else 0
 * @param text what happened, in a line; then, for a trap, a line for the thread and one for each of
 *     the guest's functions, innermost first
 */
public record ShardFailure(Kind kind, int exitCode, String text) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What happened to a shard. */
  public enum Kind {
    EXITED,
    TRAPPED,
    TIMED_OUT,
    DEADLOCKED,
    INTERRUPTED,
    /** The arguments do not suit the module. */
    REFUSED,
    /** The module or the host cannot do it. */
    FAILED
  }

  /** The failure that an exception tells, which ended a run before it began. */
  static ShardFailure of(RuntimeException e) {
    return new ShardFailure(
        e instanceof UsageException ? Kind.REFUSED : Kind.FAILED,
        0,
        e instanceof UsageException || e instanceof LinkException || e instanceof GuestFailure
            ? e.getMessage()
            : e.toString());
  }

  /** The failure of a shard whose results this process has no room for. */
  static ShardFailure of(String module, OutOfMemoryError e) {
    return new ShardFailure(
        Kind.FAILED,
        0,
        "%s failed: the virtual machine is out of memory: %s".formatted(module, e.getMessage()));
  }

  /**
   * The failure that is the end of a run.
   *
   * @param text the end in words
   */
  static ShardFailure of(Outcome outcome, String text) {
    if (outcome instanceof Outcome.Exited exited) {
      return new ShardFailure(Kind.EXITED, exited.code(), text);
    }
    if (outcome instanceof Outcome.Failed failed) {
      return failed(failed.cause(), text);
    }
    Kind kind =
        outcome instanceof Outcome.Trapped
            ? Kind.TRAPPED
            : outcome instanceof Outcome.TimedOut
                ? Kind.TIMED_OUT
                : outcome instanceof Outcome.Deadlocked ? Kind.DEADLOCKED : Kind.INTERRUPTED;
    return new ShardFailure(kind, 0, text);
  }

  private static ShardFailure failed(Throwable cause, String text) {
    if (cause instanceof UsageException refused) {
      return of(refused);
    }
    // Of a fault in a host function the guest's part tells too little, unless it is all there is.
    boolean more = cause instanceof HostFault && cause.getCause() != null;
    return new ShardFailure(Kind.FAILED, 0, more ? text + "\n  " + cause.getCause() : text);
  }
}
