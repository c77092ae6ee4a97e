package dev.wasmrun.check.race;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The threads by slot, the place of each in vector clocks.
 *
 * <p>The slot of a thread that has ended goes to a new one if whoever starts that one comes after
 * the end: then everybody who comes after any moment of the new thread comes after all of the
 * former one too, and nothing is lost. Only when there are no more slots does a new thread get the
 * slot of just any that has ended; races between those two are not seen then.
 *
 * <p>Thread-safe.
 */
final class Slots {
  private static final long[] NOTHING = {};
  private static final long ALIVE = Long.MAX_VALUE;

  /**
   * One thread in a slot.
   *
   * @param first the first of its moments there
   */
  private record Occupant(ThreadClock thread, long first) {}

  // Guarded by this: the occupants of each slot in order, and when the last one ended.
  private final List<List<Occupant>> slots = new ArrayList<>();
  private long[] ends = new long[8];

  /** A thread that comes after nothing. */
  synchronized ThreadClock root(String name, boolean checked) {
    return occupy(slots.size() < Epoch.SLOTS ? fresh() : anyEnded(), name, NOTHING, checked);
  }

  /** A thread that comes after what its parent has done so far. */
  synchronized ThreadClock child(ThreadClock parent, String name) {
    return occupy(slotFor(parent), name, parent.moments(), true);
  }

  /** The thread does nothing any more. */
  synchronized void end(ThreadClock thread) {
    ends[thread.slot()] = thread.moment();
  }

  /** Who had a slot at a moment. */
  synchronized ThreadClock at(int slot, long moment) {
    ThreadClock found = null;
    for (Occupant occupant : slots.get(slot)) {
      if (occupant.first() <= moment) {
        found = occupant.thread();
      }
    }
    return found;
  }

  private int slotFor(ThreadClock parent) {
    for (int slot = 0; slot < slots.size(); slot++) {
      if (parent.comesAfter(slot, ends[slot])) {
        return slot; // which never holds of one that is alive
      }
    }
    return slots.size() < Epoch.SLOTS ? fresh() : anyEnded();
  }

  private int fresh() {
    int slot = slots.size();
    slots.add(new ArrayList<>());
    if (slot == ends.length) {
      ends = Arrays.copyOf(ends, slot * 2);
    }
    ends[slot] = 0;
    return slot;
  }

  private int anyEnded() {
    for (int slot = 0; slot < slots.size(); slot++) {
      if (ends[slot] != ALIVE) {
        return slot;
      }
    }
    throw new IllegalStateException(
        "more than %s threads at a time cannot be checked".formatted(Epoch.SLOTS));
  }

  private ThreadClock occupy(int slot, String name, long[] inherited, boolean checked) {
    long first = ends[slot] + 1;
    var thread = new ThreadClock(name, slot, first, inherited, checked);
    slots.get(slot).add(new Occupant(thread, first));
    ends[slot] = ALIVE;
    return thread;
  }
}
