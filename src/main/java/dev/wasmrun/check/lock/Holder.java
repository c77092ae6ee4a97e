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

  private static final int TICKETS = 4;

  private final ThreadClock clock;
  private final List<Held> held = new ArrayList<>();

  /** What it has begun to wait for; null if nothing. */
  private Attempt attempt;

  /** The latest numbers that it has drawn by adding 1 to a word, and those words. */
  private final int[] drawnAt = new int[TICKETS];

  private final long[] drawn = new long[TICKETS];
  private int draws;

  private final Map<Lock, Integer> looks = new HashMap<>();
  private final StaleWrites.Reads reads = new StaleWrites.Reads();

  /** The functions active when it last took a lock at a place and somebody has looked. */
  private final Map<Long, List<Frame>> latestAt = new HashMap<>();

  /**
   * A lock that was taken.
   *
   * @param shared whether others can hold it, too
   * @param place where in the code, in the caller's terms
   * @param active the functions active then, innermost first; empty if nobody has looked
   */
  record Held(Lock word, boolean shared, long place, List<Frame> active) {}

  /**
   * A lock that it found taken, by a look at it or when it tried to take it.
   *
   * @param held what it held then
   * @param moments of its clock then
   */
  private record Attempt(LockWord word, List<Held> held, long[] moments) {}

  Holder(ThreadClock clock) {
    this.clock = clock;
  }

  ThreadClock clock() {
    return clock;
  }

  /** What it has read under locks. */
  StaleWrites.Reads reads() {
    return reads;
  }

  /** The locks that it holds, in the order in which it took them. */
  List<Held> held() {
    held.removeIf(lock -> !lock.word().isHeldBy(this));
    return held;
  }

  /** It finds a lock taken, and may wait until it is free. */
  void attempts(LockWord word) {
    if (attempt == null || attempt.word() != word) {
      attempt = new Attempt(word, List.copyOf(held()), clock.copyOfMoments());
    }
  }

  /** It meets another thread somewhere else than at this address, so waits for no lock there. */
  void meetsAnotherAt(int address) {
    if (attempt != null && attempt.word().address() != address) {
      attempt = null;
    }
  }

  /** It meets another thread outside the memory, so waits for no lock. */
  void meetsAnother() {
    attempt = null;
  }

  /**
   * It takes a lock. If it has waited for that and for nothing else, then nothing that happened
   * meanwhile orders it, as a count of those who wait would: without the wait it had not been.
   */
  void endAttempt(Lock word) {
    if (attempt != null && attempt.word() == word && attempt.held().equals(held())) {
      clock.forgetSince(attempt.moments());
    }
    attempt = null;
  }

  /** It adds 1 to a word, and may have drawn a ticket. */
  void draws(int address, long number) {
    drawnAt[draws % TICKETS] = address;
    drawn[draws % TICKETS] = number;
    draws++;
  }

  /** The word from which it has lately drawn a number that it sees in another; 0 if none. */
  int drawnFrom(int seenAt, long number) {
    for (int i = 1; i <= Math.min(draws, TICKETS); i++) {
      int at = (draws - i) % TICKETS;
      if (drawn[at] == number && drawnAt[at] != seenAt) {
        int from = drawnAt[at];
        drawnAt[at] = seenAt; // it is seen once
        return from;
      }
    }
    return 0;
  }

  /** Whether the thread has so far taken this lock seldom enough to look from where. */
  boolean looksAt(Lock word) {
    return looks.merge(word, 1, (before, one) -> Math.min(before + one, MOST_LOOKS + 1))
        <= MOST_LOOKS;
  }

  /**
   * The functions active when it took a lock or, if nobody has looked then, the last time before.
   */
  List<Frame> likelyActive(Held lock) {
    return lock.active().isEmpty() ? latestAt.getOrDefault(lock.place(), List.of()) : lock.active();
  }

  void takes(Lock word, boolean shared, long place, List<Frame> active) {
    held.removeIf(lock -> lock.word() == word); // from when it held the lock before
    held.add(new Held(word, shared, place, active));
    if (!active.isEmpty()) {
      latestAt.put(place, active);
    }
  }
}
