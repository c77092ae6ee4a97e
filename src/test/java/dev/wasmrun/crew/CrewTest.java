package dev.wasmrun.crew;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.Hammer;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestExit;
import dev.wasmrun.guest.Linker;
import dev.wasmrun.guest.Trap;
import dev.wasmrun.guest.TrapCode;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
final class CrewTest {
  /** How long a thread that has left its crew may take to be seen dead. */
  private static final long MILLIS_TO_DIE = 30_000;

  private final Crew crew = new Crew("test");
  private final ConcurrentLinkedQueue<Thread> started = new ConcurrentLinkedQueue<>();

  @AfterEach
  void noMemberOutlivesItsCrew() throws InterruptedException {
    assertEquals(List.of(), crew.running());
    for (Thread thread : started) {
      thread.join(MILLIS_TO_DIE);
      assertFalse(thread.isAlive(), thread.getName());
    }
  }

  @Test
  void isOverWhenTheLastMemberReturns() throws Exception {
    var returned = new AtomicInteger();
    spawn(
        "leader",
        () -> {
          var others = new ArrayList<GuestThread>();
          for (int i = 0; i < 5; i++) {
            others.add(spawn("" + i, returned::incrementAndGet));
          }
          for (GuestThread other : others) {
            other.join();
          }
          assertEquals(5, returned.getAndIncrement());
        });
    assertEquals(new Outcome.Finished(), crew.await(null));
    assertEquals(6, returned.get());
  }

  @Test
  void namesAMembersThreadAfterItsRole() throws Exception {
    var name = new CopyOnWriteArrayList<String>();
    spawn("leader", () -> name.add(Thread.currentThread().getName()));
    crew.await(null);
    assertEquals(List.of("test#leader"), name);
  }

  @Test
  void theFirstOfManyFailuresIsTheOutcomeForEverybodyAndForEver() throws Exception {
    for (int round = 0; round < 200; round++) {
      var contested = new Crew("contested");
      int members = 4;
      var together = new CyclicBarrier(members);
      for (int i = 0; i < members; i++) {
        int code = i;
        contested.spawn(
            "" + i,
            () -> {
              started.add(Thread.currentThread());
              together.await();
              throw new GuestExit(code);
            });
      }
      var seen = new ConcurrentLinkedQueue<Outcome>();
      Hammer.strike(3, thread -> seen.add(contested.await(null)));
      contested.end(new Outcome.Cancelled());
      seen.add(contested.await(null));
      assertEquals(1, seen.stream().distinct().count(), seen::toString);
      // Nobody is interrupted before all have met, so the first failure is an exit.
      assertInstanceOf(Outcome.Exited.class, seen.peek());
    }
  }

  @Test
  void outcomesDecidedFromOutsideAtOnceAreOne() throws Exception {
    for (int round = 0; round < 200; round++) {
      var contested = new Crew("contested");
      Hammer.strike(4, thread -> contested.end(new Outcome.Exited(thread)));
      Outcome first = contested.await(null);
      contested.end(new Outcome.Cancelled());
      assertEquals(first, contested.await(null));
    }
  }

  @Test
  void everyKindOfFailureIsToldApart() throws Exception {
    var trap = new Trap(TrapCode.ABORT, "why");
    assertEquals(new Outcome.Trapped("one#it", trap), outcomeOf(trap));
    assertEquals(new Outcome.Exited(7), outcomeOf(new GuestExit(7)));
    var fault = new IllegalStateException("the disk is on fire");
    assertEquals(new Outcome.Failed("one#it", fault), outcomeOf(fault));
    var error = new AssertionError("an error, not an exception");
    assertEquals(new Outcome.Failed("one#it", error), outcomeOf(error));
    assertEquals(new Outcome.Cancelled(), outcomeOf(new InterruptedException()));
  }

  @Test
  void aFailureEndsMembersThatWaitWithoutATimeout() throws Exception {
    try (var memory = LinearMemory.create(new MemoryType(1, 1, true))) {
      var aboutToWait = new CountDownLatch(3);
      for (int i = 0; i < 3; i++) {
        spawn(
            "" + i,
            () -> {
              aboutToWait.countDown();
              memory.wait32(1024, 0, -1);
            });
      }
      spawn(
          "failing",
          () -> {
            aboutToWait.await();
            throw new GuestExit(3);
          });
      assertEquals(new Outcome.Exited(3), crew.await(null));
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aFailureEndsAGuestThatLoops(Engine engine) throws Exception {
    var memory = LinearMemory.create(new MemoryType(1, 1, true));
    crew.closeAtEnd(memory);
    var linker = new Linker(Fixtures.module("busy-loop"), engine, List.of());
    var aboutToLoop = new CountDownLatch(2);
    for (int i = 0; i < 2; i++) {
      spawn(
          "" + i,
          () -> {
            Guest guest = linker.instantiate(Optional.of(memory), ActiveData.WRITE);
            aboutToLoop.countDown();
            guest.call("work", 0, 1);
          });
    }
    spawn(
        "failing",
        () -> {
          aboutToLoop.await();
          throw new GuestExit(3);
        });
    assertEquals(new Outcome.Exited(3), crew.await(null));
  }

  @Test
  void aFailureEndsHostCodeThatSwallowsAnInterrupt() throws Exception {
    var swallowed = new AtomicBoolean();
    var blocked = new CountDownLatch(1);
    spawn(
        "swallowing",
        () -> {
          blocked.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            swallowed.set(true);
          }
          new CountDownLatch(1).await();
        });
    spawn(
        "failing",
        () -> {
          blocked.await();
          throw new GuestExit(3);
        });
    assertEquals(new Outcome.Exited(3), crew.await(null));
    assertTrue(swallowed.get());
  }

  @Test
  void aMemberThatDoesNotStopIsNamedAndKeepsItsResources() throws Exception {
    var letGo = new AtomicBoolean();
    var closed = new AtomicBoolean();
    crew.closeAtEnd(() -> closed.set(true));
    GuestThread stubborn =
        spawn(
            "stubborn",
            () -> {
              while (!letGo.get()) {
                Thread.interrupted();
                Thread.onSpinWait();
              }
            });
    crew.end(new Outcome.Cancelled());
    assertEquals(new Outcome.Cancelled(), crew.await(null));
    assertEquals(List.of("test#stubborn"), crew.running());
    assertFalse(closed.get(), "closed what a member may still use");
    letGo.set(true);
    stubborn.join();
  }

  @Test
  void theTimeLimitEndsTheRun() throws Exception {
    var limit = Duration.ofMillis(30);
    spawn("0", () -> new CountDownLatch(1).await());
    assertEquals(new Outcome.TimedOut(limit), crew.await(limit));
  }

  @Test
  void theLongestTimeLimitThereIsDoesNotOverflow() throws Exception {
    var begun = new CountDownLatch(1);
    spawn("0", begun::await);
    spawn("1", begun::countDown);
    assertEquals(new Outcome.Finished(), crew.await(Duration.ofNanos(Long.MAX_VALUE)));
  }

  @Test
  void aRunThatEndsInTimeIsNotTimedOut() throws Exception {
    spawn("0", () -> {});
    assertEquals(new Outcome.Finished(), crew.await(Duration.ofMinutes(1)));
  }

  @Test
  void cancellingFromOutsideEndsTheRun() throws Exception {
    var running = new CountDownLatch(1);
    spawn(
        "0",
        () -> {
          running.countDown();
          new CountDownLatch(1).await();
        });
    running.await();
    crew.end(new Outcome.Cancelled());
    assertEquals(new Outcome.Cancelled(), crew.await(null));
  }

  @Test
  void interruptingWhoAwaitsCancelsTheRunAndReleasesWhatItHeld() throws Exception {
    var running = new CountDownLatch(1);
    var memberEnded = new AtomicBoolean();
    var closedAfterMember = new AtomicBoolean();
    crew.closeAtEnd(() -> closedAfterMember.set(memberEnded.get()));
    spawn(
        "0",
        () -> {
          running.countDown();
          try {
            new CountDownLatch(1).await();
          } finally {
            memberEnded.set(true);
          }
        });
    running.await();
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> crew.await(null));
    assertTrue(closedAfterMember.get());
    assertEquals(new Outcome.Cancelled(), crew.await(null));
  }

  @Test
  void resourcesAreClosedInReverseOrderAfterAllMembersEnded() throws Exception {
    var events = new CopyOnWriteArrayList<String>();
    crew.closeAtEnd(() -> events.add("first registered"));
    crew.closeAtEnd(() -> events.add("last registered"));
    var blocked = new CountDownLatch(1);
    spawn(
        "slow",
        () -> {
          try {
            blocked.countDown();
            new CountDownLatch(1).await();
          } finally {
            events.add("member");
          }
        });
    blocked.await();
    crew.end(new Outcome.Exited(1));
    crew.await(null);
    assertEquals(List.of("member", "last registered", "first registered"), events);
  }

  @Test
  void oneResourceThatDoesNotCloseKeepsNoOtherOpen() throws Exception {
    var closed = new AtomicBoolean();
    crew.closeAtEnd(() -> closed.set(true));
    crew.closeAtEnd(
        () -> {
          throw new IllegalArgumentException("stuck");
        });
    spawn("0", () -> {});
    var failure = assertThrows(IllegalStateException.class, () -> crew.await(null));
    assertEquals("stuck", failure.getCause().getMessage());
    assertTrue(closed.get());
  }

  @Test
  void nothingStartsOnceTheRunIsOver() throws Exception {
    spawn("0", () -> {});
    crew.await(null);
    var ran = new AtomicBoolean();
    GuestThread late = crew.spawn("late", () -> ran.set(true));
    late.join();
    assertFalse(ran.get());
    assertEquals(List.of(), crew.running());
  }

  @Test
  void membersStartedWhileTheRunEndsNeitherHangNorRunOn() throws Exception {
    for (int round = 0; round < 100; round++) {
      var ending = new Crew("ending");
      ending.spawn("holds the run open", () -> new CountDownLatch(1).await());
      Hammer.strike(
          thread -> ending.end(new Outcome.Exited(1)),
          thread -> {
            for (int i = 0; i < 10; i++) {
              ending.spawn("" + i, () -> new CountDownLatch(1).await()).join();
            }
          });
      assertEquals(new Outcome.Exited(1), ending.await(null));
      assertEquals(List.of(), ending.running());
    }
  }

  private GuestThread spawn(String role, Crew.Body body) {
    return crew.spawn(
        role,
        () -> {
          started.add(Thread.currentThread());
          body.run();
        });
  }

  private static Outcome outcomeOf(Throwable failure) throws InterruptedException {
    var one = new Crew("one");
    one.spawn(
        "it",
        () -> {
          if (failure instanceof Error error) {
            throw error;
          }
          throw (Exception) failure;
        });
    return one.await(null);
  }

  @Test
  void tenThousandMembersInSequenceLeaveNothingBehind() throws Exception {
    var crew = new Crew("many");
    var threads = ManagementFactory.getThreadMXBean();
    threads.resetPeakThreadCount();
    int before = threads.getThreadCount();
    crew.spawn(
        "parent",
        () -> {
          for (int i = 0; i < 10_000; i++) {
            crew.spawn("child", () -> {}).join();
          }
        });
    assertInstanceOf(Outcome.Finished.class, crew.await(null));
    assertTrue(threads.getPeakThreadCount() < before + 16); // some are the JVM's own
    assertEquals(List.of(), crew.running());
    assertEquals(Map.of(), crew.interruptedAt());
  }
}
