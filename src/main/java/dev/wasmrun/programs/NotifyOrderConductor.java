package dev.wasmrun.programs;

import static dev.wasmrun.programs.NotifyOrder.COME;
import static dev.wasmrun.programs.NotifyOrder.END;
import static dev.wasmrun.programs.NotifyOrder.FOR_EVER;
import static dev.wasmrun.programs.NotifyOrderLayout.BUCKETS;
import static dev.wasmrun.programs.NotifyOrderLayout.IN_ORDER;
import static dev.wasmrun.programs.NotifyOrderLayout.NOTIFIED_AT;
import static dev.wasmrun.programs.NotifyOrderLayout.PAUSE;
import static dev.wasmrun.programs.NotifyOrderLayout.POSITIONS;
import static dev.wasmrun.programs.NotifyOrderLayout.RAN_IN_ORDER;
import static dev.wasmrun.programs.NotifyOrderLayout.REPEATED;
import static dev.wasmrun.programs.NotifyOrderLayout.REPORTED;
import static dev.wasmrun.programs.NotifyOrderLayout.WOKEN;
import static dev.wasmrun.programs.NotifyOrderLayout.WORD;

import dev.wasmrun.memory.LinearMemory;

/**
 * The thread that calls the waiters to sleep in a known order, and wakes them.
 *
 * <p>In each round it calls them one after the other, in an order that changes from round to round;
 * then it wakes them one at a time and looks whether they wake in that order.
 *
 * <p>How can it know that a waiter sleeps before it calls the next? Nothing tells, but wait itself
 * does: it compares and falls asleep in one step. The conductor changes the word before each call,
 * so a waiter that has not fallen asleep by then finds another value than it expects, and does not
 * fall asleep at all. A round in which every waiter was woken is thus one in which they came in
 * order; a round in which one came late is repeated, with a longer pause after each call.
 *
 * <pre>
 * conductor  word = 7 ── call A ─────────── word = 8 ── call B ─── …   notify 1 ── notify 1 ── …
 * A                        └─ wait(word, 7)                              └─ woken
 * B                                                       └─ wait(word, 8)           └─ woken
 * </pre>
 */
final class NotifyOrderConductor {
  private static final int ALL = -1;

  private static final long SHORTEST_PAUSE = 50_000; // nanoseconds
  private static final int MOST_DOUBLINGS = 8;

  private final LinearMemory memory;
  private final int waiters;

  NotifyOrderConductor(LinearMemory memory, int waiters) {
    this.memory = memory;
    this.waiters = waiters;
  }

  /** Plays all rounds, those with latency after those without, and sends the waiters home. */
  void conduct(long rounds, boolean latency) throws InterruptedException {
    for (long round = 0; round < rounds; round++) {
      repeatUntilInTime(round, false);
      if (isInOrder(round)) {
        addOne(IN_ORDER);
      }
    }
    for (long round = 0; latency && round < rounds; round++) {
      repeatUntilInTime(round, true);
      if (isInOrder(round)) {
        addOne(RAN_IN_ORDER);
      }
      noteLatencies(round);
    }
    for (int waiter = 0; waiter < waiters; waiter++) {
      memory.setIntVolatile(NotifyOrderLayout.called(waiter), END);
      memory.notify(NotifyOrderLayout.called(waiter), 1);
    }
  }

  private void repeatUntilInTime(long round, boolean together) throws InterruptedException {
    int attempt = 0;
    while (!playRound(round, attempt, together)) {
      addOne(REPEATED);
      attempt++;
    }
  }

  /** Whether all waiters came in time and were woken. */
  private boolean playRound(long round, int attempt, boolean together) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("notify-order: interrupted between two rounds");
    }
    memory.setIntVolatile(WOKEN, 0);
    memory.setIntVolatile(REPORTED, 0);
    for (int place = 0; place < waiters; place++) {
      call(arrival(round, place, waiters));
      if (attempt > 0) {
        memory.wait32(PAUSE, 0, SHORTEST_PAUSE << Math.min(attempt - 1, MOST_DOUBLINGS));
      }
    }
    memory.getAndAddInt(WORD, 1); // Nobody falls asleep from here on.
    boolean complete = together ? wakeTogether() : wakeOneByOne();
    awaitAtLeast(REPORTED, waiters);
    return complete;
  }

  /** Has a waiter come, and returns when it is about to sleep. */
  private void call(int waiter) throws InterruptedException {
    int called = NotifyOrderLayout.called(waiter);
    memory.getAndAddInt(WORD, 1);
    memory.setIntVolatile(called, COME);
    memory.notify(called, 1);
    while (memory.getIntVolatile(called) == COME) {
      memory.wait32(called, COME, FOR_EVER);
    }
  }

  private boolean wakeOneByOne() throws InterruptedException {
    for (int place = 0; place < waiters; place++) {
      if (memory.notify(WORD, 1) == 0) {
        return false; // One that came late is missing.
      }
      awaitAtLeast(WOKEN, place + 1);
    }
    return true;
  }

  private boolean wakeTogether() {
    memory.setLongVolatile(NOTIFIED_AT, System.nanoTime());
    return memory.notify(WORD, ALL) == waiters;
  }

  /** Waits until a count that rises with every report, or before it, is at least so much. */
  private void awaitAtLeast(int count, int least) throws InterruptedException {
    while (true) {
      int reported = memory.getIntVolatile(REPORTED);
      if (memory.getIntVolatile(count) >= least) {
        return;
      }
      memory.wait32(REPORTED, reported, FOR_EVER);
    }
  }

  /**
   * Which waiter, from 0, is called as number {@code place}: forward in one round, then backward.
   */
  static int arrival(long round, int place, int waiters) {
    int first = (int) (round % waiters);
    int forward = (first + place) % waiters;
    return round % 2 == 0 ? forward : waiters - 1 - forward;
  }

  private boolean isInOrder(long round) {
    for (int place = 0; place < waiters; place++) {
      if (memory.getInt(NotifyOrderLayout.thread(place)) != arrival(round, place, waiters) + 1) {
        return false;
      }
    }
    return true;
  }

  private void noteLatencies(long round) {
    for (int place = 0; place < waiters; place++) {
      int waiter = arrival(round, place, waiters);
      long latency = memory.getLong(NotifyOrderLayout.latency(waiter));
      int position = Math.min(place, POSITIONS - 1);
      addOne(NotifyOrderLayout.bucket(position, bucketOf(latency)));
    }
  }

  /** 0 is up to a microsecond of 1024 ns, and each further bucket twice as much as the last. */
  static int bucketOf(long nanos) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(nanos >> 10);
    return Math.min(bits, BUCKETS - 1);
  }

  private void addOne(int counter) {
    memory.setLong(counter, memory.getLong(counter) + 1);
  }
}
