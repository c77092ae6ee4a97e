package dev.wasmrun.memory;

/** How a wait ended; the ordinals are the values that {@code memory.atomic.wait} returns. */
public enum WaitResult {
  /** A notify chose this waiter: 0. */
  WOKEN,
  /** The memory did not hold the expected value, so the caller never waited: 1. */
  NOT_EQUAL,
  /** The timeout passed without a notify: 2. */
  TIMED_OUT;

  /** The value that the WebAssembly instruction returns: 0, 1 or 2. */
  public int code() {
    return ordinal();
  }
}
