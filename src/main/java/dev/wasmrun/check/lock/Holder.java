package dev.wasmrun.check.lock;

import dev.wasmrun.check.race.ThreadClock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A thread and the locks that it holds. Used by that thread alone. */
public final class Holder {
  /**
   * How often a lock's taking is looked at closely: a look takes longer than many a lock is held.
   */
  private static final int MOST_LOOKS = 32;

  private final ThreadClock clock;
  private final List<Held> held = new ArrayList<>();
  private final Map<LockWord, Integer> looks = new HashMap<>();

  /** The functions active when it last took a lock at a place and somebody has looked. */
  private final Map<Long, List<Frame>> latestAt = new HashMap<>();

  /**
   * A lock that was taken.
   *
   * @param place where in the code, in the caller's terms
   * @param active the functions active then, innermost first; empty if nobody has looked
   */
  record Held(LockWord word, long place, List<Frame> active) {}

  Holder(ThreadClock clock) {
    this.clock = clock;
  }

  ThreadClock clock() {
    return clock;
  }

  /** The locks that it holds, in the order in which it took them. */
  List<Held> held() {
    held.removeIf(lock -> !lock.word().isHeldBy(this));
    return held;
  }

  /** Whether the thread has so far taken this lock seldom enough to look from where. */
  boolean looksAt(LockWord word) {
    return looks.merge(word, 1, (before, one) -> Math.min(before + one, MOST_LOOKS + 1))
        <= MOST_LOOKS;
  }

  /**
   * The functions active when it took a lock or, if nobody has looked then, the last time before.
   */
  List<Frame> likelyActive(Held lock) {
    return lock.active().isEmpty() ? latestAt.getOrDefault(lock.place(), List.of()) : lock.active();
  }

  void takes(LockWord word, long place, List<Frame> active) {
    held.removeIf(lock -> lock.word() == word); // from when it held the lock before
    held.add(new Held(word, place, active));
    if (!active.isEmpty()) {
      latestAt.put(place, active);
    }
  }
}
