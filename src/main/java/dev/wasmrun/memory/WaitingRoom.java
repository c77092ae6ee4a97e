package dev.wasmrun.memory;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Where the threads that wait on a memory wait until they are notified. The memory has already
 * checked the address and that waiting is allowed. Thread-safe.
 */
public interface WaitingRoom {

  /** The wait of {@link LinearMemory#wait32} and {@link LinearMemory#wait64}. */
  WaitResult await(int address, int width, long expected, long timeoutNanos)
      throws InterruptedException;

  /** The wait of {@link LinearMemory#waitAsync32} and {@link LinearMemory#waitAsync64}. */
  CompletableFuture<WaitResult> awaitAsync(
      int address, int width, long expected, long timeoutNanos, Executor executor);

  /** Wakes at most {@code count} waiters, unsigned; returns how many. */
  int notify(int address, int count);

  /** Everybody who waits at one moment, in no stated order, and how many waits had ended. */
  WaitSnapshot snapshot();

  /** Ends every wait, in progress or to come, with a trap. */
  void close();
}
