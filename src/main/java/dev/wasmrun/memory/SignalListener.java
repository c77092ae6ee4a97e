package dev.wasmrun.memory;

/**
 * A listener to what the users of a memory do to one another there: waits and notifies, and growth.
 * Unlike a {@link MemoryObserver} it is told of no access, so that those go at full speed.
 *
 * <p>Every method is called on the thread that does the thing, on any number of threads at once,
 * with no lock held. Addresses are unsigned.
 */
public interface SignalListener {

  /** Whether it wants to be told at present; asked often, so the answer must be cheap. */
  boolean listening();

  /**
   * The current thread begins to wait, by an instruction or its like for Java threads. Asynchronous
   * waits are not told.
   *
   * @param width 4 or 8, in bytes
   * @param timeoutNanos longest time to wait; negative for ever
   */
  void onWait(int address, int width, long expected, long timeoutNanos);

  /**
   * The current thread, whose last {@link #onWait} was this wait's, waits no more.
   *
   * @param ending what made it stop
   * @param waker who notified it; null unless it was woken
   * @param wokenNanos when, as by {@link System#nanoTime}: the same number as the notify's own
   */
  void onWaitEnded(WaitEnding ending, Thread waker, long wokenNanos);

  /**
   * The current thread has notified.
   *
   * @param count how many it would have woken, unsigned
   * @param woken how many it did wake, asynchronous waiters included
   * @param wokenNanos when, as by {@link System#nanoTime}; 0 if it woke nobody
   */
  void onNotify(int address, int count, int woken, long wokenNanos);

  /** The current thread has grown the memory from one size in pages to another. */
  void onGrow(int before, int after);
}
