package dev.wasmrun.crew;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class DeadlockWatchTest {
  private static final long FOR_EVER = -1;
  private static final long SLICE = Duration.ofMillis(1).toNanos();
  private static final int A = 1024;
  private static final int B = 1032;

  private final LinearMemory memory = LinearMemory.create(new MemoryType(1, 1, true));
  private final Crew crew = new Crew("test");

  DeadlockWatchTest() {
    crew.watchForDeadlock(memory);
    crew.closeAtEnd(memory);
  }

  @AfterEach
  void endTheCrew() throws InterruptedException {
    crew.end(new Outcome.Cancelled());
    crew.await(null);
    assertEquals(List.of(), crew.running());
  }

  @Test
  void membersThatAllWaitAreDeadlocked() throws InterruptedException {
    memory.setLongVolatile(B, 7);
    var first = crew.spawn("first", () -> memory.wait32(A, 0, FOR_EVER));
    crew.spawn("second", () -> memory.wait64(B, 7, FOR_EVER));
    crew.spawn("joiner", first::join);
    var outcome = assertInstanceOf(Outcome.Deadlocked.class, crew.await(null));
    assertEquals(
        List.of(
            new BlockedThread(
                "test#first", "a notify at 0x400, where it expected 0; the i32 there is now 0"),
            new BlockedThread(
                "test#second", "a notify at 0x408, where it expected 7; the i64 there is now 7"),
            new BlockedThread("test#joiner", "the end of test#first")),
        outcome.threads());
  }

  @Test
  void aValueChangedWithoutANotifyIsReported() throws InterruptedException {
    crew.spawn("waiter", () -> memory.wait32(A, 0, FOR_EVER));
    awaitWaiters(1);
    memory.setIntVolatile(A, 5);
    var outcome = assertInstanceOf(Outcome.Deadlocked.class, crew.await(null));
    assertTrue(outcome.threads().get(0).waitsFor().endsWith("is now 5"));
  }

  @Test
  void aTimedWaitIsNoDeadlock() throws InterruptedException {
    crew.spawn("timed", () -> memory.wait32(A, 0, Duration.ofHours(1).toNanos()));
    crew.spawn("untimed", () -> memory.wait32(A, 0, FOR_EVER));
    awaitWaiters(2);
    assertNoDeadlock();
  }

  @Test
  void aMemberAtWorkInTheHostIsNoDeadlock() throws InterruptedException {
    crew.spawn("host", () -> new CountDownLatch(1).await());
    crew.spawn("waiter", () -> memory.wait32(A, 0, FOR_EVER));
    awaitWaiters(1);
    assertNoDeadlock();
  }

  @Test
  void aCrewWithoutMembersIsNoDeadlock() {
    assertNoDeadlock();
  }

  @Test
  void threadsThatKeepWakingOneAnotherAreNeverTakenForDeadlocked() throws InterruptedException {
    int rounds = 20_000;
    crew.spawn("ping", () -> play(A, B, rounds));
    crew.spawn("pong", () -> play(B, A, rounds));
    memory.setIntVolatile(A, 1);
    memory.notify(A, 1);
    while (!crew.running().isEmpty()) {
      assertNoDeadlock();
    }
    assertInstanceOf(Outcome.Finished.class, crew.await(null));
  }

  /** Waits for the ball at one address and passes it to the other. */
  private void play(int mine, int other, int rounds) throws InterruptedException {
    for (int i = 0; i < rounds; i++) {
      while (memory.getIntVolatile(mine) == 0) {
        memory.wait32(mine, 0, FOR_EVER);
      }
      memory.setIntVolatile(mine, 0);
      memory.setIntVolatile(other, 1);
      memory.notify(other, 1);
    }
  }

  @Test
  void membersThatComeAndGoAreNeverTakenForDeadlocked() throws InterruptedException {
    crew.spawn(
        "parent",
        () -> {
          for (int i = 0; i < 500; i++) {
            int round = i;
            memory.setIntVolatile(A, round);
            var child =
                crew.spawn(
                    "child",
                    () -> {
                      memory.setIntVolatile(A, round + 1);
                      memory.notify(A, -1);
                    });
            memory.wait32(A, round, FOR_EVER);
            child.join();
          }
        });
    while (!crew.running().isEmpty()) {
      assertNoDeadlock();
    }
    assertInstanceOf(Outcome.Finished.class, crew.await(null));
  }

  @Test
  void aWaitInSlicesIsADeadlockWhenASliceHasEndedAndNothingElse() throws InterruptedException {
    crew.understandWaitsBy(new WaitInsight(waiter -> true, waiter -> ": remarkable"));
    crew.watchForDeadlock(memory);
    crew.spawn("sliced", () -> waitInSlices(A));
    crew.spawn("untimed", () -> memory.wait32(B, 0, FOR_EVER));
    var outcome = assertInstanceOf(Outcome.Deadlocked.class, crew.await(null));
    assertEquals(2, outcome.threads().size());
    assertTrue(outcome.threads().get(0).waitsFor().endsWith("is now 0: remarkable"));
  }

  @Test
  void oneSliceDoesNotTellThatAnotherFollows() throws InterruptedException {
    crew.understandWaitsBy(new WaitInsight(waiter -> true, waiter -> ""));
    crew.watchForDeadlock(memory);
    crew.spawn("sliced", () -> memory.wait32(A, 0, Duration.ofHours(1).toNanos()));
    awaitWaiters(1);
    assertNoDeadlock();
  }

  @Test
  void slicesBetweenWhichThreadsWakeOneAnotherAreNoDeadlock() throws InterruptedException {
    crew.understandWaitsBy(new WaitInsight(waiter -> true, waiter -> ""));
    crew.watchForDeadlock(memory);
    int rounds = 2_000;
    memory.setIntVolatile(A, 1);
    crew.spawn("ping", () -> playInSlices(A, B, rounds));
    crew.spawn("pong", () -> playInSlices(B, A, rounds));
    while (!crew.running().isEmpty()) {
      assertNoDeadlock();
    }
    assertInstanceOf(Outcome.Finished.class, crew.await(null));
  }

  private void playInSlices(int mine, int other, int rounds) throws InterruptedException {
    for (int i = 0; i < rounds; i++) {
      while (memory.getIntVolatile(mine) == 0) {
        memory.wait32(mine, 0, SLICE);
      }
      memory.setIntVolatile(mine, 0);
      memory.setIntVolatile(other, 1);
      if (i % 2 == 0) {
        memory.notify(other, 1); // else a slice must end before it is seen
      }
    }
  }

  private void waitInSlices(int address) throws InterruptedException {
    while (memory.getIntVolatile(address) == 0) {
      memory.wait32(address, 0, SLICE);
    }
  }

  @Test
  void aPausedMemberIsBlockedUntilWhatItWaitsForHasComeAbout() throws InterruptedException {
    var over = new AtomicBoolean(true);
    var paused = new CountDownLatch(1);
    crew.spawn(
        "paused",
        () -> {
          crew.pause("a message", over::get);
          paused.countDown();
          new CountDownLatch(1).await();
        });
    crew.spawn("waiter", () -> memory.wait32(A, 0, FOR_EVER));
    paused.await();
    awaitWaiters(1);
    assertNoDeadlock();
    over.set(false);
    assertEquals(
        new BlockedThread("test#paused", "a message"),
        assertInstanceOf(Outcome.Deadlocked.class, crew.await(null)).threads().get(0));
  }

  private void assertNoDeadlock() {
    for (int look = 0; look < 10; look++) {
      assertEquals(List.of(), crew.lookForDeadlock());
    }
  }

  private void awaitWaiters(int count) {
    while (memory.waiters().size() < count) {
      Thread.onSpinWait();
    }
  }
}
