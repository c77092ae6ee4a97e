package dev.wasmrun.check.race;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The order that locks inside a library would give threads if anybody believed it. It orders
 * nobody; of two accesses that race it says whether a checker that does believe it would have
 * missed them.
 *
 * <p>Thread-safe.
 */
final class LibraryOrder {
  /** What was released last to a word, which all that was acquired from it before is part of. */
  private final Map<Integer, long[]> released = new ConcurrentHashMap<>();

  /** The thread has written a word of the library's atomically. */
  void release(ThreadClock thread, int address) {
    released.put(address, thread.momentsByLibrary());
    thread.tick();
  }

  /** The thread has read a word of the library's atomically. */
  void acquire(ThreadClock thread, int address) {
    long[] moments = released.get(address);
    if (moments != null) {
      thread.joinByLibrary(moments);
    }
  }
}
