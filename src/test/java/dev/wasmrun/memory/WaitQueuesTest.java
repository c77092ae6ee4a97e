package dev.wasmrun.memory;

import static dev.wasmrun.memory.LinearMemoryTest.assertTrap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Hammer;
import dev.wasmrun.memory.MemoryTrap.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WaitQueuesTest {
  private static final int ADDRESS = 1024;
  private static final long FOREVER = -1;

  private final LinearMemory memory = LinearMemory.create(new MemoryType(16, 32, true));

  @AfterEach
  void nobodyAndNothingIsLeft() {
    assertTrue(((WaitQueues) memory.waits()).idle());
    memory.close();
  }

  private interface Wait {
    WaitResult run() throws InterruptedException;
  }

  /** Starts a thread that waits, and returns when it does. */
  private Blocked block(Wait wait) {
    int before = memory.waiters().size();
    FutureTask<WaitResult> task = new FutureTask<>(wait::run);
    Thread thread = new Thread(task, "waiter");
    thread.setDaemon(true);
    thread.start();
    Waits.until(() -> memory.waiters().size() > before);
    return new Blocked(thread, task);
  }

  private record Blocked(Thread thread, FutureTask<WaitResult> result) {
    WaitResult get() {
      try {
        return result.get();
      } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void differentValueIsNotWaitedFor() throws InterruptedException {
    memory.setInt(ADDRESS, 5);
    assertEquals(WaitResult.NOT_EQUAL, memory.wait32(ADDRESS, 4, FOREVER));
    assertEquals(WaitResult.NOT_EQUAL, memory.wait64(ADDRESS, 1L << 32 | 5, FOREVER));
    assertEquals(WaitResult.NOT_EQUAL, memory.waitAsync32(ADDRESS, 4, FOREVER).join());
  }

  @Test
  void bothWidthsCompareSignedAndWhole() throws InterruptedException {
    memory.setInt(ADDRESS, -1);
    memory.setInt(ADDRESS + 4, 7);
    assertEquals(WaitResult.TIMED_OUT, memory.wait32(ADDRESS, -1, 0));
    assertEquals(WaitResult.NOT_EQUAL, memory.wait64(ADDRESS, -1, 0));
    assertEquals(WaitResult.TIMED_OUT, memory.wait64(ADDRESS, 7L << 32 | 0xFFFF_FFFFL, 0));
  }

  @Test
  void timeoutsAreNeverEarly() throws InterruptedException {
    for (long timeout : new long[] {0, 1, 1_000, 1_000_000, 20_000_000}) {
      long start = System.nanoTime();
      assertEquals(WaitResult.TIMED_OUT, memory.wait32(ADDRESS, 0, timeout));
      assertTrue(System.nanoTime() - start >= timeout);
    }
  }

  @Test
  void longestTimeoutWaitsForTheNotify() {
    Blocked blocked = block(() -> memory.wait32(ADDRESS, 0, Long.MAX_VALUE));
    assertEquals(1, memory.notify(ADDRESS, 1));
    assertEquals(WaitResult.WOKEN, blocked.get());
  }

  @Test
  void notifyReachesBothWidths() {
    Blocked narrow = block(() -> memory.wait32(ADDRESS, 0, FOREVER));
    Blocked wide = block(() -> memory.wait64(ADDRESS, 0, FOREVER));
    assertEquals(0, memory.notify(ADDRESS + 4, -1));
    assertEquals(2, memory.notify(ADDRESS, -1));
    assertEquals(WaitResult.WOKEN, narrow.get());
    assertEquals(WaitResult.WOKEN, wide.get());
  }

  @Test
  void notifyWakesInOrderOfArrivalAndNoMoreThanAsked() {
    List<Blocked> blocked = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      blocked.add(block(() -> memory.wait32(ADDRESS, 0, FOREVER)));
    }
    assertEquals(0, memory.notify(ADDRESS, 0));
    for (int[] step : new int[][] {{1, 1}, {2, 3}, {-1, 6}}) {
      int before = 6 - memory.waiters().size();
      assertEquals(step[1] - before, memory.notify(ADDRESS, step[0]));
      for (int i = before; i < step[1]; i++) {
        assertEquals(WaitResult.WOKEN, blocked.get(i).get());
      }
      for (int i = step[1]; i < 6; i++) {
        assertFalse(blocked.get(i).result().isDone());
      }
    }
    assertEquals(0, memory.notify(ADDRESS, -1));
  }

  @Test
  void lateWaiterDoesNotStealTheWakeUp() throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      Blocked first = block(() -> memory.wait32(ADDRESS, 0, FOREVER));
      assertEquals(1, memory.notify(ADDRESS, 1));
      assertEquals(WaitResult.TIMED_OUT, memory.wait32(ADDRESS, 0, 1));
      assertEquals(WaitResult.WOKEN, first.get());
    }
  }

  @Test
  void waiterIsSeen() {
    memory.setLong(ADDRESS, -7);
    Blocked blocked = block(() -> memory.wait64(ADDRESS, -7, FOREVER));
    CompletableFuture<WaitResult> async = memory.waitAsync32(ADDRESS + 8, 0, Long.MAX_VALUE);
    List<Waiter> waiters = memory.waiters();
    assertEquals(2, waiters.size());
    assertTrue(waiters.contains(new Waiter(Optional.of(blocked.thread()), ADDRESS, 8, -7, false)));
    assertTrue(waiters.contains(new Waiter(Optional.empty(), ADDRESS + 8, 4, 0, true)));
    assertEquals(1, memory.notify(ADDRESS, 1));
    assertEquals(1, memory.notify(ADDRESS + 8, 1));
    assertEquals(WaitResult.WOKEN, blocked.get());
    assertEquals(WaitResult.WOKEN, async.join());
  }

  @Test
  void interruptedWaiterLeaves() throws InterruptedException {
    AtomicReference<Boolean> flag = new AtomicReference<>();
    Blocked blocked =
        block(
            () -> {
              assertThrows(InterruptedException.class, () -> memory.wait32(ADDRESS, 0, FOREVER));
              flag.set(Thread.currentThread().isInterrupted());
              return WaitResult.TIMED_OUT;
            });
    blocked.thread().interrupt();
    blocked.get();
    assertFalse(flag.get());
    assertEquals(0, memory.notify(ADDRESS, 1));
  }

  @Test
  void alreadyInterruptedThreadDoesNotWait() {
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> memory.wait32(ADDRESS, 0, FOREVER));
    assertFalse(Thread.currentThread().isInterrupted());
  }

  /** Notify counts one woken thread exactly when the wait says so, however the two race. */
  @Test
  void interruptsAndTimeoutsLoseNoWakeUp() throws InterruptedException {
    AtomicInteger woken = new AtomicInteger();
    AtomicInteger interrupted = new AtomicInteger();
    AtomicInteger counted = new AtomicInteger();
    AtomicInteger ended = new AtomicInteger();
    AtomicReference<Thread> waiter = new AtomicReference<>();
    int rounds = 5_000;
    Hammer.strike(
        thread -> {
          waiter.set(Thread.currentThread());
          for (int i = 0; i < rounds; i++) {
            try {
              if (memory.wait32(ADDRESS, 0, i % 3 == 0 ? 2_000 : 200_000) == WaitResult.WOKEN) {
                woken.incrementAndGet();
              }
            } catch (InterruptedException e) {
              interrupted.incrementAndGet();
            }
          }
          ended.set(1);
          Thread.interrupted();
        },
        thread -> {
          while (ended.get() == 0) {
            counted.addAndGet(memory.notify(ADDRESS, 1));
          }
        },
        thread -> {
          Waits.until(() -> waiter.get() != null);
          while (ended.get() == 0) {
            Waits.until(() -> ended.get() == 1 || !memory.waiters().isEmpty());
            if (ended.get() == 0) {
              waiter.get().interrupt();
            }
          }
        });
    assertEquals(counted.get(), woken.get());
    assertTrue(woken.get() + interrupted.get() > 0);
  }

  @Test
  void thousandsWaitOnOneAddress() {
    List<CompletableFuture<WaitResult>> waits = new ArrayList<>();
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 10_000; i++) {
      int number = i;
      CompletableFuture<WaitResult> wait = memory.waitAsync32(ADDRESS, 0, FOREVER);
      wait.thenRun(() -> order.add(number));
      waits.add(wait);
    }
    assertEquals(10_000, memory.waiters().size());
    assertEquals(4_000, memory.notify(ADDRESS, 4_000));
    for (int i = 0; i < 10_000; i++) {
      if (i < 4_000) {
        assertEquals(WaitResult.WOKEN, waits.get(i).join());
      } else {
        assertFalse(waits.get(i).isDone());
      }
    }
    assertEquals(6_000, memory.notify(ADDRESS, -1));
    waits.forEach(CompletableFuture::join);
    Waits.until(() -> order.size() == 10_000);
  }

  @Test
  void thousandsWaitOnManyAddresses() {
    List<CompletableFuture<WaitResult>> waits = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      waits.add(memory.waitAsync64(8 * i, 0, FOREVER));
    }
    for (int i = 0; i < 10_000; i++) {
      assertEquals(1, memory.notify(8 * i, -1));
      assertEquals(WaitResult.WOKEN, waits.get(i).join());
    }
  }

  @Test
  void manyThreadsWaitAndAllAreWoken() throws InterruptedException {
    int threads = 200;
    Hammer.strike(
        threads,
        thread -> {
          if (thread == 0) {
            Waits.until(() -> memory.waiters().size() == threads - 1);
            memory.grow(1);
            assertEquals(threads - 1, memory.notify(ADDRESS, -1));
          } else {
            assertEquals(WaitResult.WOKEN, memory.wait32(ADDRESS, 0, FOREVER));
          }
        });
  }

  @Test
  void asynchronousWaitTimesOut() {
    assertEquals(WaitResult.TIMED_OUT, memory.waitAsync32(ADDRESS, 0, 0).join());
    long start = System.nanoTime();
    assertEquals(WaitResult.TIMED_OUT, memory.waitAsync32(ADDRESS, 0, 5_000_000).join());
    assertTrue(System.nanoTime() - start >= 5_000_000);
  }

  @Test
  void cancelledAsynchronousWaitLeavesTheWakeUpToTheNext() {
    CompletableFuture<WaitResult> first = memory.waitAsync32(ADDRESS, 0, FOREVER);
    CompletableFuture<WaitResult> second = memory.waitAsync32(ADDRESS, 0, FOREVER);
    assertTrue(first.cancel(true));
    assertEquals(1, memory.notify(ADDRESS, 1));
    assertEquals(WaitResult.WOKEN, second.join());
    assertThrows(CancellationException.class, first::join);
    assertFalse(second.cancel(true));
  }

  @Test
  void asynchronousWaitCompletedByItsOwnerLeaves() {
    CompletableFuture<WaitResult> wait = memory.waitAsync32(ADDRESS, 0, Long.MAX_VALUE);
    wait.complete(WaitResult.TIMED_OUT);
    assertEquals(0, memory.notify(ADDRESS, 1));
  }

  @Test
  void closingEndsEveryWait() throws InterruptedException {
    CompletableFuture<WaitResult> async = memory.waitAsync64(ADDRESS, 0, FOREVER);
    Hammer.strike(
        thread -> assertTrap(Kind.CLOSED, () -> memory.wait32(ADDRESS, 0, FOREVER)),
        thread -> assertTrap(Kind.CLOSED, () -> memory.wait32(64, 0, Long.MAX_VALUE)),
        thread -> {
          Waits.until(() -> memory.waiters().size() == 3);
          memory.close();
        });
    CompletionException failure = assertThrows(CompletionException.class, async::join);
    assertEquals(Kind.CLOSED, ((MemoryTrap) failure.getCause()).kind());
  }

  /**
   * Store, then notify; compare, then sleep: whoever comes second must see the first. The delay
   * before the store sweeps over the time that a wait takes to begin, and a third thread holds the
   * lock again and again, which stretches that time.
   */
  @Test
  void plainStoreBeforeNotifyIsNeverMissed() throws InterruptedException {
    int rounds = 20_000;
    AtomicInteger ended = new AtomicInteger();
    Hammer.strike(
        thread -> {
          while (ended.get() == 0 && !Thread.interrupted()) {
            memory.waiters();
          }
        },
        thread -> {
          for (int i = 0; i < rounds; i++) {
            spinUntilEqual(2048, i + 1);
            for (int delay = i % 100; delay > 0; delay--) {
              memory.getIntVolatile(4096);
            }
            memory.setInt(ADDRESS, i + 1);
            memory.notify(ADDRESS, 1);
          }
        },
        thread -> {
          for (int i = 0; i < rounds; i++) {
            memory.setIntVolatile(2048, i + 1);
            WaitResult result = memory.wait32(ADDRESS, i, 5_000_000_000L);
            assertTrue(result != WaitResult.TIMED_OUT, "missed in round " + i);
            spinUntilEqual(ADDRESS, i + 1);
          }
          ended.set(1);
        });
  }

  private void spinUntilEqual(int address, int value) throws InterruptedException {
    for (int spins = 0; memory.getIntVolatile(address) != value; spins++) {
      if (spins < 1_000) {
        Thread.onSpinWait();
      } else if (Thread.interrupted()) {
        throw new InterruptedException();
      } else {
        Thread.yield();
      }
    }
  }

  @Test
  void mutexOfAFutexExcludes() throws InterruptedException {
    int lockings = 20_000;
    Hammer.strike(
        4,
        thread -> {
          for (int i = 0; i < lockings; i++) {
            if (memory.compareAndExchangeInt(ADDRESS, 0, 1) != 0) {
              while (memory.getAndSetInt(ADDRESS, 2) != 0) {
                memory.wait32(ADDRESS, 2, FOREVER);
              }
            }
            memory.setInt(2048, memory.getInt(2048) + 1);
            if (memory.getAndSetInt(ADDRESS, 0) == 2) {
              memory.notify(ADDRESS, 1);
            }
          }
        });
    assertEquals(4 * lockings, memory.getInt(2048));
  }
}
