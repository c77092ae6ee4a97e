package dev.wasmrun.guest;

import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * What guests learn from their host that differs from run to run: time and chance. Thread-safe.
 *
 * <p>Every convention asks the crew's, so that a run whose circumstances are a function of a seed
 * is one, too.
 */
public interface ClockAndRandomness {

  /** Nanoseconds since some moment in the past, by a clock that is never set. */
  long nanoTime();

  /** Nanoseconds since 1970, by a clock that may be set. */
  long epochNanos();

  /**
   * Nanoseconds for which processors have worked for the process, or for the current thread alone;
   * negative if nobody knows.
   */
  long processorNanos(boolean threadOnly);

  /** Waits at least this long; not at all if it is not positive. */
  void sleep(long nanos) throws InterruptedException;

  /**
   * The current thread is about to wait, in host code, until something that only other guest
   * threads bring about. Whoever decides which of them goes on returns when it holds; the system's
   * returns at once, and the thread then waits by its own means.
   *
   * @param condition may be asked on any thread of the run, at any time until this returns
   */
  void beforeWaiting(BooleanSupplier condition) throws InterruptedException;

  /**
   * The current thread waits, in host code, for something that threads outside of the run may bring
   * about as well as its own.
   *
   * @param event completes when it has come about; it never fails
   * @param nanos the longest time to wait; negative for ever
   * @return whether it came about in time
   */
  boolean await(CompletableFuture<?> event, long nanos) throws InterruptedException;

  /** Lets other threads go first, if the host wants to. */
  void yield();

  /** Fills an array with random bytes, fit for keys if the circumstances are the system's. */
  void fillRandomly(byte[] bytes);
}
