package dev.wasmrun.compiler.runtime;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import dev.wasmrun.memory.Interruptions;

/** Looking whether the current thread has been interrupted. */
public final class Interrupts {
  /** How many back edges a function may take from one look to the next. */
  public static final int INTERVAL = 256;

  private Interrupts() {}

  /**
   * Looks at the flag.
   *
   * @throws ChicoryInterruptedException if it is set to end the thread; it stays set
   */
  public static void poll() {
    if (Thread.currentThread().isInterrupted() && !Interruptions.served()) {
      throw new ChicoryInterruptedException("Thread interrupted");
    }
  }

  /**
   * Counts a call, and looks at the flag when {@value #INTERVAL} have been counted.
   *
   * <p>The count is the instance's. Threads that call one instance at a time may miscount, and look
   * somewhat later or earlier. It is plain, so that what the JIT knows of the memory before a call
   * it knows after it.
   */
  public static void poll(Context context) {
    int left = context.callsLeft;
    if (left > 0) {
      context.callsLeft = left - 1;
    } else {
      context.callsLeft = INTERVAL;
      poll();
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
