package dev.wasmrun.programs;

import dev.wasmrun.memory.LinearMemory;

/**
 * A counting semaphore in eight bytes of linear memory, which guests and Java threads share: so
 * many may hold a permit at once.
 *
 * <pre>
 * address  +0             +4             +8
 *         ┌──────────────┬──────────────┐
 *         │ permits: i32 │ waiters: i32 │  atomic, unsigned
 *         └──────────────┴──────────────┘
 * </pre>
 *
 * <p>A waiter counts itself before it looks at the permits for the last time, in wait; who releases
 * adds permits before it looks at the count. So at least one of the two sees the other, and a
 * release that sees no waiter need not notify.
 */
final class SharedSemaphore {
  /** How many bytes it takes. */
  static final int SIZE = 8;

  private static final long FOR_EVER = -1;

  private final LinearMemory memory;
  private final int permits;
  private final int waiters;

  /** The semaphore at this address, a multiple of 4. */
  SharedSemaphore(LinearMemory memory, int address) {
    this.memory = memory;
    this.permits = address;
    this.waiters = address + 4;
  }

  /** Begins with so many permits; to be called before any thread acquires one. */
  void setup(int available) {
    memory.setIntVolatile(permits, available);
    memory.setIntVolatile(waiters, 0);
  }

  /** Takes a permit if there is one, and says whether there was; never waits. */
  boolean tryAcquire() {
    int available = available();
    while (available != 0) {
      int seen = memory.compareAndExchangeInt(permits, available, available - 1);
      if (seen == available) {
        return true;
      }
      available = seen;
    }
    return false;
  }

  /** Takes a permit, as soon as there is one. */
  void acquire() throws InterruptedException {
    while (!tryAcquire()) {
      memory.getAndAddInt(waiters, 1);
      try {
        memory.wait32(permits, 0, FOR_EVER);
      } finally {
        memory.getAndAddInt(waiters, -1);
      }
    }
  }

  /** Gives back so many permits. */
  void release(int returned) {
    memory.getAndAddInt(permits, returned);
    if (memory.getIntVolatile(waiters) != 0) {
      memory.notify(permits, returned);
    }
  }

  /** How many permits nobody holds at the moment. */
  int available() {
    return memory.getIntVolatile(permits);
  }
}
