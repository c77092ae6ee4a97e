package dev.wasmrun.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.GuestThread;
import dev.wasmrun.crew.Observers;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import dev.wasmrun.memory.MemoryView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class StatisticsTest {
  private static final int A = 1024;

  private final Statistics statistics = new Statistics();
  private final Crew crew =
      new Crew("test", 0, new Observers(Optional.empty(), List.of(statistics)));
  private final LinearMemory memory =
      LinearMemory.create(
          new MemoryType(1, 3, true), List.of(statistics), statistics.atomicCounts());

  @AfterEach
  void close() {
    memory.close();
  }

  @Test
  void runningWaitingAndIdleTimesAddUpToTheRun() throws Exception {
    crew.spawn(
        "leader",
        () -> {
          GuestThread waiter = crew.spawn("waiter", () -> memory.wait32(A, 0, 20_000_000));
          waiter.join();
          crew.spawn("late", () -> {}).join();
        });
    crew.await(null);
    List<ThreadStatistics> threads = statistics.threads();
    assertEquals(
        List.of("test#leader", "test#waiter", "test#late"),
        threads.stream().map(ThreadStatistics::thread).toList());
    Duration whole = sum(threads.get(0));
    for (ThreadStatistics thread : threads) {
      assertEquals(whole, sum(thread), thread::toString);
      assertTrue(!thread.running().isNegative() && !thread.idle().isNegative(), thread::toString);
    }
    Duration least = Duration.ofMillis(20); // A wait never ends before its time.
    assertTrue(threads.get(1).waiting().compareTo(least) >= 0, threads::toString);
    assertTrue(threads.get(0).idle().compareTo(Duration.ZERO) > 0, threads::toString);
    assertEquals(Duration.ZERO, threads.get(0).waiting());
    assertTrue(threads.get(2).idle().compareTo(least) >= 0, threads::toString);
    assertEquals(1, threads.get(1).waits());
  }

  private static Duration sum(ThreadStatistics thread) {
    return thread.running().plus(thread.waiting()).plus(thread.idle());
  }

  @Test
  void countsAreOfTheThreadThatDidIt() throws Exception {
    // From a member that outlives the last start: the crew is over with its last member.
    crew.spawn(
        "leader",
        () -> {
          crew.spawn(
              "waiter",
              () -> {
                memory.wait32(A, 0, -1);
                memory.wait32(A, 7, -1);
              });
          crew.spawn(
              "notifier",
              () -> {
                memory.notify(A + 8, 1);
                while (memory.waiters().isEmpty()) {
                  Thread.onSpinWait();
                }
                memory.notify(A, 1);
              });
          crew.spawn(
              "adder",
              () -> {
                var view = MemoryView.of(memory, ActiveData.WRITE);
                for (int i = 0; i < 1000; i++) {
                  view.atomicAddLong(A + 64, 1);
                }
                view.grow(1);
              });
        });
    crew.await(null);
    ThreadStatistics waiter = of("test#waiter");
    assertEquals(List.of(2L, 0L), List.of(waiter.waits(), waiter.notifies()));
    ThreadStatistics notifier = of("test#notifier");
    assertEquals(
        List.of(0L, 2L, 1L), List.of(notifier.waits(), notifier.notifies(), notifier.woken()));
    ThreadStatistics adder = of("test#adder");
    assertEquals(List.of(1000L, 131072L), List.of(adder.atomics(), adder.memoryBytes()));
  }

  @Test
  void aThreadThatStillRunsIsCountedUntilNow() throws Exception {
    var begun = new CountDownLatch(1);
    var over = new CountDownLatch(1);
    crew.spawn(
        "stubborn",
        () -> {
          memory.notify(A, 1);
          begun.countDown();
          over.await();
        });
    begun.await();
    ThreadStatistics now = of("test#stubborn");
    over.countDown();
    crew.await(null);
    assertEquals(1, now.notifies());
    assertTrue(of("test#stubborn").running().compareTo(now.running()) > 0);
  }

  private ThreadStatistics of(String thread) {
    return statistics.threads().stream()
        .filter(statistics -> statistics.thread().equals(thread))
        .findFirst()
        .orElseThrow();
  }
}
