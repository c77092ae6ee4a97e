package dev.wasmrun.programs;

import dev.wasmrun.memory.LinearMemory;

/**
 * A mutual exclusion lock in four bytes of linear memory, which guests and Java threads share: a
 * futex of three states. Not recursive, and not fair: a thread that comes along just when the mutex
 * is free may take it before one that has slept.
 *
 * <pre>
 * address  +0
 *         ┌────────────┐
 *         │ state: i32 │  atomic
 *         └────────────┘
 *
 *            lock                     lock by another, before it sleeps
 * 0 free  ──────────▶  1 locked  ──────────▶  2 locked, and someone may sleep
 *    ▲                    │                      │
 *    └──── unlock ────────┴──── unlock + notify ─┘
 * </pre>
 *
 * <p>The third state is what makes the common case cheap: who unlocks from 1 knows that nobody
 * sleeps and need not notify.
 *
 * <p>A method that throws {@link InterruptedException} has not locked.
 */
final class SharedMutex {
  /** How many bytes it takes. */
  static final int SIZE = 4;

  private static final long FOR_EVER = -1;

  private static final int FREE = 0;
  private static final int LOCKED = 1;
  private static final int CONTENDED = 2;

  private final LinearMemory memory;
  private final int address;

  /** The mutex at this address, a multiple of 4. */
  SharedMutex(LinearMemory memory, int address) {
    this.memory = memory;
    this.address = address;
  }

  /** Begins free; to be called before any thread locks. */
  void setup() {
    memory.setIntVolatile(address, FREE);
  }

  /** Locks if the mutex is free, and says whether it was; never waits. */
  boolean tryLock() {
    return memory.compareAndSetInt(address, FREE, LOCKED);
  }

  /** Locks, as soon as the mutex is free. */
  void lock() throws InterruptedException {
    if (tryLock()) {
      return;
    }
    // Who has waited locks with "someone may sleep", because it cannot know that it was the only
    // one: plain "locked" would leave the others asleep at the next unlock.
    while (memory.getAndSetInt(address, CONTENDED) != FREE) {
      memory.wait32(address, CONTENDED, FOR_EVER);
    }
  }

  /** Locks unless that takes longer than so many nanoseconds; says whether it did. */
  boolean lockWithin(long nanos) throws InterruptedException {
    if (tryLock()) {
      return true;
    }
    long start = System.nanoTime();
    // In this order: who was woken must try before it gives up, since the notify that it has used
    // up is missing to another sleeper.
    while (memory.getAndSetInt(address, CONTENDED) != FREE) {
      long left = nanos - (System.nanoTime() - start);
      if (left <= 0) {
        return false;
      }
      memory.wait32(address, CONTENDED, left);
    }
    return true;
  }

  /** Unlocks, and wakes one of those that may sleep; for the thread that has locked. */
  void unlock() {
    if (memory.getAndSetInt(address, FREE) == CONTENDED) {
      memory.notify(address, 1);
    }
  }
}
