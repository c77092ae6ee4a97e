package dev.wasmrun.memory;

import java.util.List;

/**
 * All waits on one memory at one moment.
 *
 * @param waiters who waits, in no stated order; the same wait is the same object in every snapshot
 * @param ended how many waits have ended otherwise than by their timeout, or not begun because the
 *     value was another, since the memory was created: between two snapshots with the same number
 *     nobody was woken
 */
public record WaitSnapshot(List<Waiter> waiters, long ended) {
  /** Copies the waiters. */
  public WaitSnapshot {
    waiters = List.copyOf(waiters);
  }
}
