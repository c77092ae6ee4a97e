package dev.wasmrun.check.lock;

import dev.wasmrun.check.race.ThreadClock;
import java.util.ArrayList;
import java.util.List;

/** A thread and the locks that it holds. Used by that thread alone. */
public final class Holder {
  private final ThreadClock clock;
  private final List<Held> held = new ArrayList<>();

  /**
   * A lock that was taken.
   *
   * @param place where in the code, in the caller's terms
   */
  record Held(LockWord word, long place) {}

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

  void takes(LockWord word, long place) {
    held.removeIf(lock -> lock.word() == word); // from when it held the lock before
    held.add(new Held(word, place));
  }
}
