package dev.wasmrun.programs;

import dev.wasmrun.memory.LinearMemory;

/**
 * A condition variable in four bytes of linear memory, which guests and Java threads share: threads
 * that hold a mutex wait there for a change of what it guards.
 *
 * <pre>
 * address  +0
 *         ┌───────────────┐
 *         │ sequence: i32 │  atomic
 *         └───────────────┘
 *
 * mutex.lock(); while (!ready) { condition.await(mutex); } …  mutex.unlock();
 * mutex.lock(); ready = true; condition.broadcast();          mutex.unlock();
 * </pre>
 *
 * <p>Every signal changes the sequence. A waiter reads it while it still holds the mutex, so a
 * signal that comes after the unlock and before the sleep makes the sleep end at once.
 */
final class SharedCondition {
  /** How many bytes it takes. */
  static final int SIZE = 4;

  private static final long FOR_EVER = -1;
  private static final int ALL = -1;

  private final LinearMemory memory;
  private final int address;

  /** The condition at this address, a multiple of 4. */
  SharedCondition(LinearMemory memory, int address) {
    this.memory = memory;
    this.address = address;
  }

  /** Begins without a signal; to be called before any thread waits. */
  void setup() {
    memory.setIntVolatile(address, 0);
  }

  /**
   * Unlocks, sleeps and locks again. May return without a signal: to be called in a loop.
   *
   * @throws InterruptedException if the thread is interrupted; it does not hold the mutex then,
   *     because that might take for ever: an interrupt is how a run ends, and whoever has it locked
   *     may have been ended too
   */
  void await(SharedMutex mutex) throws InterruptedException {
    int sequence = memory.getIntVolatile(address);
    mutex.unlock();
    memory.wait32(address, sequence, FOR_EVER);
    mutex.lock();
  }

  /** Wakes one waiter, if there is one. */
  void signal() {
    memory.getAndAddInt(address, 1);
    memory.notify(address, 1);
  }

  /** Wakes all waiters. */
  void broadcast() {
    memory.getAndAddInt(address, 1);
    memory.notify(address, ALL);
  }
}
