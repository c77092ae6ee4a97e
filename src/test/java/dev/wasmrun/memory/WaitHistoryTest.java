package dev.wasmrun.memory;

import static dev.wasmrun.memory.WaitHistory.linearizable;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Hammer;
import dev.wasmrun.memory.WaitHistory.Kind;
import dev.wasmrun.memory.WaitHistory.Operation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WaitHistoryTest {
  private static final int WOKEN = WaitResult.WOKEN.code();
  private static final int NOT_EQUAL = WaitResult.NOT_EQUAL.code();
  private static final int TIMED_OUT = WaitResult.TIMED_OUT.code();

  private static Operation operation(
      Kind kind, int argument, int result, int called, int returned) {
    return new Operation(kind, argument, result, called, returned);
  }

  @Test
  void checkerAcceptsOrderOfArrival() {
    assertTrue(
        linearizable(
            List.of(
                operation(Kind.WAIT, 0, WOKEN, 0, 5),
                operation(Kind.WAIT, 0, TIMED_OUT, 1, 9),
                operation(Kind.NOTIFY, 1, 1, 3, 4)),
            0));
  }

  @Test
  void checkerRejectsALostWakeUp() {
    assertFalse(
        linearizable(
            List.of(operation(Kind.WAIT, 0, TIMED_OUT, 0, 5), operation(Kind.NOTIFY, 1, 1, 3, 4)),
            0));
  }

  @Test
  void checkerRejectsAStolenWakeUp() {
    assertFalse(
        linearizable(
            List.of(
                operation(Kind.WAIT, 0, TIMED_OUT, 0, 9),
                operation(Kind.NOTIFY, 1, 1, 3, 4),
                operation(Kind.WAIT, 0, WOKEN, 5, 6)),
            0));
  }

  @Test
  void checkerRejectsAWakeUpOutOfNowhere() {
    assertFalse(linearizable(List.of(operation(Kind.WAIT, 0, WOKEN, 0, 5)), 0));
  }

  @Test
  void checkerRejectsSleepingOnAnOldValue() {
    assertFalse(
        linearizable(
            List.of(operation(Kind.STORE, 1, 0, 0, 1), operation(Kind.WAIT, 0, TIMED_OUT, 2, 3)),
            0));
    assertTrue(
        linearizable(
            List.of(operation(Kind.STORE, 1, 0, 0, 2), operation(Kind.WAIT, 0, NOT_EQUAL, 1, 3)),
            0));
  }

  @Test
  void checkerRejectsAMiscount() {
    assertFalse(
        linearizable(
            List.of(operation(Kind.WAIT, 0, WOKEN, 0, 5), operation(Kind.NOTIFY, -1, 2, 3, 4)), 0));
  }

  /** Random small histories on real threads, each explained by some order of steps. */
  @Test
  void waitQueueIsLinearizable() throws InterruptedException {
    int threads = 4;
    int rounds = Integer.getInteger("wasmrun.histories", 4_000);
    try (LinearMemory memory = LinearMemory.create(new MemoryType(1, 1, true))) {
      AtomicInteger clock = new AtomicInteger();
      List<Operation> history = Collections.synchronizedList(new ArrayList<>());
      AtomicInteger[] outcomes = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
      CyclicBarrier round =
          new CyclicBarrier(
              threads,
              () -> {
                assertTrue(linearizable(history, 0), () -> "no order explains " + history);
                history.clear();
                clock.set(0);
                memory.setInt(64, 0);
              });
      Hammer.strike(
          threads,
          thread -> {
            SplittableRandom random = new SplittableRandom(thread);
            for (int i = 0; i < rounds; i++) {
              for (int j = 0; j < 3; j++) {
                Operation done = perform(memory, random, clock);
                history.add(done);
                if (done.kind() == Kind.WAIT) {
                  outcomes[done.result()].incrementAndGet();
                }
              }
              round.await();
            }
          });
      for (AtomicInteger outcome : outcomes) {
        assertTrue(outcome.get() > 0, "an outcome of wait never came about");
      }
    }
  }

  private static Operation perform(
      LinearMemory memory, SplittableRandom random, AtomicInteger clock)
      throws InterruptedException {
    int choice = random.nextInt(10);
    int called = clock.getAndIncrement();
    if (choice < 2) {
      int value = random.nextInt(2);
      memory.setIntVolatile(64, value);
      return operation(Kind.STORE, value, 0, called, clock.getAndIncrement());
    }
    if (choice < 6) {
      int count = random.nextInt(4) - 1;
      int woken = memory.notify(64, count);
      return operation(Kind.NOTIFY, count, woken, called, clock.getAndIncrement());
    }
    int expected = random.nextInt(2);
    WaitResult result = memory.wait32(64, expected, random.nextInt(100_000));
    return operation(Kind.WAIT, expected, result.code(), called, clock.getAndIncrement());
  }
}
