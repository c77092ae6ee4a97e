package dev.wasmrun.programs;

import dev.wasmrun.memory.LinearMemory;

/**
 * A read-write lock in sixteen bytes of linear memory, which guests and Java threads share: many
 * readers or one writer, and nobody starves.
 *
 * <p>It is phase-fair: reading and writing take turns as long as both are wanted. A waiting writer
 * goes before all readers that come later; when it has finished, the readers that have come
 * meanwhile go before the next writer. Writers go in the order in which they came.
 *
 * <pre>
 * address  +0         +4          +8         +12         +16
 *         ┌──────────┬───────────┬──────────┬───────────┐
 *         │ rin: i32 │ rout: i32 │ win: i32 │ wout: i32 │  atomic
 *         └──────────┴───────────┴──────────┴───────────┘
 *
 * rin    256 x readers that have come, + 2 while a writer waits or writes, + 1 in every other such
 *        phase
 * rout   256 x readers that have gone
 * win    writers that have come
 * wout   writers that have gone
 * </pre>
 *
 * <p>The counters wrap around; they are only ever compared for being equal.
 *
 * <p>A thread that is interrupted while it waits leaves the lock as if it were still waiting, so
 * that others may wait for it in vain: an interrupt is how a whole run ends.
 */
final class SharedReadWriteLock {
  /** How many bytes it takes. */
  static final int SIZE = 16;

  private static final long FOR_EVER = -1;
  private static final int ALL = -1;

  private static final int ODD = 1;
  private static final int WRITER = 2;
  private static final int PHASE = 3;
  private static final int READER = 256;

  private final LinearMemory memory;
  private final int rin;
  private final int rout;
  private final int win;
  private final int wout;

  /** The lock at this address, a multiple of 4. */
  SharedReadWriteLock(LinearMemory memory, int address) {
    this.memory = memory;
    this.rin = address;
    this.rout = address + 4;
    this.win = address + 8;
    this.wout = address + 12;
  }

  /** Begins unlocked; to be called before any thread locks. */
  void setup() {
    memory.setIntVolatile(rin, 0);
    memory.setIntVolatile(rout, 0);
    memory.setIntVolatile(win, 0);
    memory.setIntVolatile(wout, 0);
  }

  /** Locks for reading, with other readers. */
  void lockRead() throws InterruptedException {
    int phase = memory.getAndAddInt(rin, READER) & PHASE;
    if ((phase & WRITER) == 0) {
      return;
    }
    // Until this writer has gone. The next one has another phase, and waits for this reader.
    int seen = memory.getIntVolatile(rin);
    while ((seen & PHASE) == phase) {
      memory.wait32(rin, seen, FOR_EVER);
      seen = memory.getIntVolatile(rin);
    }
  }

  /** Ends one thread's reading. */
  void unlockRead() {
    memory.getAndAddInt(rout, READER);
    // A writer announces itself in rin before it looks at rout: if it is not seen here, it has not
    // looked yet, and will see that this reader has gone.
    if ((memory.getIntVolatile(rin) & WRITER) != 0) {
      memory.notify(rout, ALL);
    }
  }

  /** Locks for writing, alone. */
  void lockWrite() throws InterruptedException {
    int ticket = memory.getAndAddInt(win, 1);
    awaitValue(wout, ticket);
    int readers = memory.getAndAddInt(rin, WRITER | (ticket & ODD));
    awaitValue(rout, readers);
  }

  /** Ends the writing. */
  void unlockWrite() {
    // This phase ends before the next writer may begin another: their bits would add up.
    memory.getAndBitwiseAndInt(rin, ~PHASE);
    memory.notify(rin, ALL);
    memory.getAndAddInt(wout, 1);
    memory.notify(wout, ALL);
  }

  private void awaitValue(int word, int awaited) throws InterruptedException {
    int seen = memory.getIntVolatile(word);
    while (seen != awaited) {
      memory.wait32(word, seen, FOR_EVER);
      seen = memory.getIntVolatile(word);
    }
  }
}
