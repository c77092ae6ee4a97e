package dev.wasmrun.memory;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A short look at the word that a thread is about to wait on. If another processor is about to
 * change it, looking costs less than to park and to be woken.
 *
 * <p>A look has the effect of reaching the wait that much later, nothing else: the thread is not in
 * a queue yet. Each object keeps a history, by which looks that do not pay become rare.
 *
 * <p>A wait with a timeout that is too short to park for is spent looking, too, but in the queue.
 */
final class LookAhead {
  /*
   * Where two threads share a processor, the change cannot come while one of them looks. What it
   * sees then has happened while it was off the processor, and such a look has not paid although
   * the word has changed: a gap between two readings of the clock tells.
   */

  /** More than a processor takes to wake a thread of another one, or looks would never begin. */
  private static final long MOST_NANOS = 50_000;

  /** Looks between two readings of the clock. */
  private static final int LOOKS = 16;

  /** Longer between two readings than that many looks take: the thread was off the processor. */
  private static final long GAP_NANOS = 5_000;

  /** So many misses in a row make 2 to the power of so many waits that do without a look. */
  private static final int MOST_MISSES = 8;

  private static final AtomicInteger LOOKERS = new AtomicInteger();

  /** Threads of this process that may look at a time. */
  private final int mostLookers;

  // Plain and racy: an update that is lost makes one look more, or one less.
  private int misses;
  private int skip;

  /**
   * A look of which nothing is known.
   *
   * @param mostLookers threads of this process that may look at a time: fewer than processors, for
   *     somebody has to make the change
   */
  LookAhead(int mostLookers) {
    this.mostLookers = mostLookers;
  }

  /**
   * Looks whether a word changes soon. Ends early if the thread is interrupted, whose flag stays.
   *
   * @param width 4 or 8, in bytes
   * @param most how long to look at most, in nanoseconds; negative for as long as it may pay
   */
  boolean seesChange(LinearMemory memory, int address, int width, long expected, long most) {
    if (skip > 0) {
      skip--;
      return false;
    }
    // At first without being counted: who has just been looked for may still be counted itself.
    if (mostLookers > 0 && changes(memory, address, width, expected)) {
      return true;
    }
    if (LOOKERS.get() >= mostLookers) {
      return false;
    }
    try {
      return LOOKERS.incrementAndGet() <= mostLookers
          && look(memory, address, width, expected, most < 0 ? MOST_NANOS : most);
    } finally {
      LOOKERS.decrementAndGet();
    }
  }

  private boolean look(LinearMemory memory, int address, int width, long expected, long most) {
    long limit = Math.min(most, MOST_NANOS);
    long start = System.nanoTime();
    long last = start;
    boolean running = true;
    while (true) {
      boolean changed = changes(memory, address, width, expected);
      long now = System.nanoTime();
      running &= now - last <= GAP_NANOS;
      last = now;
      if (changed) {
        learn(running);
        return true;
      }
      if (now - start >= limit) {
        learn(false);
        return false;
      }
      if (Thread.currentThread().isInterrupted()) {
        return false;
      }
    }
  }

  /**
   * Looks whether a wait with a short timeout, which is in its queue, ends before that. Does not
   * look if that has kept others from the processor lately, and ends early if interrupted.
   *
   * @param start when the wait began
   * @param timeout in nanoseconds
   */
  void awaitEnd(WaitNode node, long start, long timeout) {
    if (skip > 0) {
      skip--;
      return;
    }
    long last = System.nanoTime();
    boolean running = true;
    while (node.state() == WaitNode.State.WAITING
        && last - start < timeout
        && !Thread.currentThread().isInterrupted()) {
      Thread.onSpinWait();
      long now = System.nanoTime();
      running &= now - last <= GAP_NANOS;
      last = now;
    }
    if (!running) {
      learn(false);
    }
  }

  private static boolean changes(LinearMemory memory, int address, int width, long expected) {
    for (int i = 0; i < LOOKS; i++) {
      if (memory.waitedValue(address, width) != expected) {
        return true;
      }
      Thread.onSpinWait();
    }
    return false;
  }

  private void learn(boolean paid) {
    int before = misses;
    if (!paid) {
      int more = Math.min(before + 1, MOST_MISSES);
      misses = more;
      skip = more < 2 ? 0 : 1 << more;
    } else if (before != 0) {
      misses = before >> 1;
    }
  }
}
