package dev.wasmrun.memory;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** The waits on some of a memory's addresses, and the lock under which they come and go. */
final class WaitBucket extends ReentrantLock {
  private static final long serialVersionUID = 1L;

  /** Ints from the count to either end of its array, so that it has a cache line to itself. */
  private static final int MARGIN = 16;

  /** Guarded by this lock. */
  final transient WaitTable waits = new WaitTable();

  final transient LookAhead lookAhead;

  /** Waits here that ended otherwise than by their timeout; guarded by this lock. */
  long ended;

  /** Waits that ended before they began, for the value was another; atomic. */
  final AtomicLong unequal = new AtomicLong();

  private final AtomicIntegerArray announced = new AtomicIntegerArray(2 * MARGIN);

  WaitBucket(LookAhead lookAhead) {
    this.lookAhead = lookAhead;
  }

  /** Adds to the number of those who wait or are about to compare; a full fence. */
  void announce(int more) {
    announced.getAndAdd(MARGIN, more);
  }

  /** How many wait or are about to compare. */
  int announced() {
    return announced.get(MARGIN);
  }

  /** Takes a wait off its queue, which ends it as given; the caller holds this lock. */
  void end(WaitNode node, WaitNode.State end) {
    waits.remove(node);
    announce(-1);
    node.end(end);
    if (end != WaitNode.State.TIMED_OUT) {
      ended++;
    }
  }
}
