package dev.wasmrun.check.race;

import java.util.HashMap;
import java.util.Map;

/**
 * What was released to things other than memory: an address's waiters, the memory's size, an object
 * of the host. Whoever acquires from one comes after all who have released to it.
 *
 * <p>Thread-safe.
 */
final class Channels {
  // Guarded by this. Clocks are never changed, only replaced.
  private final Map<Object, long[]> released = new HashMap<>();

  void release(ThreadClock thread, Object channel) {
    synchronized (this) {
      released.merge(channel, thread.moments().clone(), Channels::both);
    }
    thread.tick();
  }

  /** Whether there was anything to come after. */
  boolean acquire(ThreadClock thread, Object channel) {
    long[] moments;
    synchronized (this) {
      moments = released.get(channel);
    }
    if (moments == null) {
      return false;
    }
    thread.join(moments);
    return true;
  }

  private static long[] both(long[] a, long[] b) {
    long[] longer = a.length >= b.length ? a : b;
    long[] shorter = longer == a ? b : a;
    long[] both = longer.clone();
    for (int i = 0; i < shorter.length; i++) {
      both[i] = Math.max(both[i], shorter[i]);
    }
    return both;
  }
}
