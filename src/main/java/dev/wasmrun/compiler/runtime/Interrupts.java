package dev.wasmrun.compiler.runtime;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;

/** Looking whether the current thread has been interrupted. */
public final class Interrupts {
  /** How many back edges a function may take from one look to the next. */
  public static final int INTERVAL = 256;

  private Interrupts() {}

  /**
   * Looks at the flag.
   *
   * @throws ChicoryInterruptedException if it is set; it stays set
   */
  public static void poll() {
    if (Thread.currentThread().isInterrupted()) {
      throw new ChicoryInterruptedException("Thread interrupted");
    }
  }

  /**
   * Counts a back edge, and looks at the flag when {@value #INTERVAL} have been counted.
   *
   * @param left how many may be taken before that
   * @return how many may be taken afterwards
   */
  public static int poll(int left) {
    if (left > 0) {
      return left - 1;
    }
    poll();
    return INTERVAL;
  }
}
