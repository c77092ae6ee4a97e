package dev.wasmrun.check.schedule;

import dev.wasmrun.memory.MemoryContents;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;

/**
 * The plain stores of one thread that other threads cannot see yet, the oldest first, as processors
 * keep them. The thread itself sees them.
 *
 * <p>Guarded by the turn.
 */
final class StoreBuffer {
  /*
   * While the thread runs, its stores are in the memory, so that it simply reads them there; when it
   * gives the turn away they are taken back, last one first, and put in again when it returns. What
   * each store has covered is kept for that. So a load costs nothing extra, whatever its width.
   */

  /** How many stores are on the way at most. */
  static final int CAPACITY = 8;

  private static final class Pending {
    private final int address;
    private final byte[] value;
    private final byte[] covered;
    private final int event;

    Pending(int address, byte[] covered, int event) {
      this.address = address;
      this.value = new byte[covered.length];
      this.covered = covered;
      this.event = event;
    }
  }

  private final Deque<Pending> stores = new ArrayDeque<>();

  boolean isEmpty() {
    return stores.isEmpty();
  }

  boolean isFull() {
    return stores.size() >= CAPACITY;
  }

  /** A store by the running thread is about to happen. */
  void expect(MemoryContents memory, int address, int length, int event) {
    var covered = new byte[length];
    memory.read(address, covered);
    stores.addLast(new Pending(address, covered, event));
  }

  /** What the next flush does. */
  StepOperation flush() {
    Pending oldest = stores.getFirst();
    return new StepOperation(StepOperation.Kind.FLUSH, oldest.address, oldest.value.length);
  }

  /** The event of the oldest store. */
  int oldestEvent() {
    return stores.getFirst().event;
  }

  /** The oldest store reaches the memory, while the thread runs. */
  void settleOldest() {
    stores.removeFirst();
  }

  /** The oldest store reaches the memory, while all of them are withdrawn. */
  void writeOldest(MemoryContents memory) {
    Pending oldest = stores.removeFirst();
    memory.write(oldest.address, oldest.value);
  }

  /** The thread gives the turn away: the memory is as others see it. */
  void withdraw(MemoryContents memory) {
    for (Iterator<Pending> last = stores.descendingIterator(); last.hasNext(); ) {
      Pending store = last.next();
      memory.read(store.address, store.value);
      memory.write(store.address, store.covered);
    }
  }

  /** The thread has the turn again: the memory is as it sees it. */
  void apply(MemoryContents memory) {
    for (Pending store : new ArrayList<>(stores)) {
      memory.read(store.address, store.covered);
      memory.write(store.address, store.value);
    }
  }
}
