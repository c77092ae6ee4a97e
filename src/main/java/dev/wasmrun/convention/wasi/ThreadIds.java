package dev.wasmrun.convention.wasi;

import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The numbers of a guest's live threads, besides its first. A number is given again only after it
 * was given up, and after all others had their turn. Thread-safe.
 */
final class ThreadIds {
  /** Numbers are in [1, 2^29): the guest's library uses the bits above for itself. */
  static final int HIGHEST = (1 << 29) - 1;

  // Guarded by this object's monitor.
  private final Set<Integer> live = new HashSet<>();
  private int last;

  private final int most;
  private final int highest;
  private final long patienceNanos;

  /**
   * Creates numbers from 1.
   *
   * @param most how many threads may live at a time
   * @param highest the highest number, at least {@code most}
   * @param patienceMillis how long to wait for a thread to end when there are that many. To the
   *     guest a thread has ended when it says so in memory, a moment before its host sees it end; a
   *     guest that has joined a thread may count on starting another.
   */
  ThreadIds(int most, int highest, long patienceMillis) {
    this.most = most;
    this.highest = highest;
    this.patienceNanos = TimeUnit.MILLISECONDS.toNanos(patienceMillis);
  }

  /** A number that no live thread has; empty if there are as many as there may be. */
  synchronized OptionalInt take() throws InterruptedException {
    long start = System.nanoTime();
    while (live.size() >= most) {
      long left = patienceNanos - (System.nanoTime() - start);
      if (left <= 0) {
        return OptionalInt.empty();
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    do {
      last = last == highest ? 1 : last + 1;
    } while (!live.add(last));
    return OptionalInt.of(last);
  }

  /** Gives a number up: its thread runs no guest code any more. */
  synchronized void giveUp(int id) {
    live.remove(id);
    notifyAll();
  }
}
