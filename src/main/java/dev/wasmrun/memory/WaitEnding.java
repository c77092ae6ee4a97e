package dev.wasmrun.memory;

/** Why a thread waits no more; an instruction returns the first three as a {@link WaitResult}. */
public enum WaitEnding {
  /** A notify chose this waiter. */
  WOKEN,
  /** The memory did not hold the expected value, so the thread never waited. */
  NOT_EQUAL,
  /** The timeout passed without a notify. */
  TIMED_OUT,
  /** The thread was interrupted, as all are when their run ends. */
  INTERRUPTED,
  /** The memory was closed. */
  CLOSED;

  static WaitEnding of(WaitResult result) {
    return switch (result) {
      case WOKEN -> WOKEN;
      case NOT_EQUAL -> NOT_EQUAL;
      case TIMED_OUT -> TIMED_OUT;
    };
  }
}
