package dev.wasmrun.check.lock;

import java.util.List;
import java.util.Set;

/**
 * A thread took a lock while it held another.
 *
 * @param from the lock that it held, taken at {@code fromPlace}
 * @param fromActive the functions active when it took that, innermost first; empty if not known
 * @param to the lock that it took, at {@code toPlace}
 * @param toActive the functions active then
 * @param waits whether it would have waited for it, had another held it
 * @param fromShared whether others could have held that lock, too
 * @param toShared whether it took the other so that others could
 * @param gates the other locks that it held
 * @param slot of the thread in vector clocks
 * @param moment of the thread when it took the lock
 * @param moments the clock of the thread then
 */
record Edge(
    String thread,
    Lock from,
    long fromPlace,
    List<Frame> fromActive,
    Lock to,
    long toPlace,
    List<Frame> toActive,
    boolean waits,
    boolean fromShared,
    boolean toShared,
    Set<Lock> gates,
    int slot,
    long moment,
    long[] moments) {

  /** Two edges that differ in nothing else say the same. */
  record Key(int from, long fromPlace, int to, long toPlace, int slot) {}

  Key key() {
    return new Key(from.address(), fromPlace, to.address(), toPlace, slot);
  }

  /** Whether the two could happen at the same time: other threads, no common gate, no order. */
  boolean canMeet(Edge other) {
    return !thread.equals(other.thread)
        && gates.stream().noneMatch(other.gates::contains)
        && !comesAfter(other)
        && !other.comesAfter(this);
  }

  /** Whether who holds the first lock of another edge keeps this one's thread from the second. */
  boolean isHinderedBy(Edge other) {
    return to == other.from && !(toShared && other.fromShared);
  }

  private boolean comesAfter(Edge other) {
    return other.slot < moments.length && moments[other.slot] >= other.moment;
  }

  /** Whether it can be part of a circle. */
  boolean counts() {
    return waits && from.isLock() && to.isLock();
  }
}
