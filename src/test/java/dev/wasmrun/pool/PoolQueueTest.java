package dev.wasmrun.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.module.GuestModule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who gets a task, how many may wait, and how a pool grows and shrinks. */
@Timeout(120)
final class PoolQueueTest {
  private final GuestModule module = Fixtures.module("pool");
  private final Gate gate = new Gate();

  private PoolConfig.Builder fixed(int workers) {
    return PoolConfig.fixed(workers).hostFunctions(gate.function());
  }

  @Test
  void strategiesChooseAsTheirNamesSay() {
    int[] loads = {3, 1, 2, 1};
    var random = new Random(7);
    var chosen = new HashMap<Integer, Integer>();
    for (int turn = 0; turn < 4000; turn++) {
      assertEquals(turn % 4, Strategy.ROUND_ROBIN.choose(4, i -> loads[i], turn, random));
      assertEquals(1, Strategy.LEAST_BUSY.choose(4, i -> loads[i], turn, random));
      chosen.merge(Strategy.RANDOM.choose(4, i -> loads[i], turn, random), 1, Integer::sum);
    }
    assertEquals(2, Strategy.ROUND_ROBIN.choose(3, i -> 0, Long.MAX_VALUE - 2, random));
    assertEquals(4, chosen.size());
    chosen.values().forEach(count -> assertTrue(count > 800 && count < 1200, chosen::toString));
  }

  /** On which thread each of the tasks ran that were submitted while nobody could finish one. */
  private Map<Thread, Integer> spread(Strategy strategy, int workers, int tasks) {
    try (var pool = WorkerPool.open(module, fixed(workers).strategy(strategy).build())) {
      var futures = IntStream.range(0, tasks).mapToObj(i -> pool.submit("meet", i)).toList();
      gate.open();
      futures.forEach(CompletableFuture::join);
    }
    var counts = new HashMap<Thread, Integer>();
    gate.visitors.forEach(thread -> counts.merge(thread, 1, Integer::sum));
    return counts;
  }

  @Test
  void roundRobinSpreadsEvenly() {
    assertEquals(List.of(4, 4, 4), List.copyOf(spread(Strategy.ROUND_ROBIN, 3, 12).values()));
  }

  @Test
  void leastBusySpreadsEvenlyWhereTasksTakeEquallyLong() {
    assertEquals(List.of(4, 4, 4), List.copyOf(spread(Strategy.LEAST_BUSY, 3, 12).values()));
  }

  @Test
  void randomLosesNothing() {
    assertEquals(
        100, spread(Strategy.RANDOM, 3, 100).values().stream().mapToInt(Integer::intValue).sum());
  }

  /** Calls of {@code meet} by the order in which they began; they stay until the gate is open. */
  private HostFunction recording(Queue<Integer> order) {
    HostFunction meet = gate.function();
    return new HostFunction(
        meet.module(),
        meet.name(),
        meet.signature(),
        (guest, args) -> {
          order.add((int) args[0]);
          return meet.body().call(guest, args);
        });
  }

  @Test
  void ofTheTasksThatWaitThoseOfAHigherPriorityGoFirst() {
    var order = new ConcurrentLinkedQueue<Integer>();
    var config = PoolConfig.fixed(1).hostFunctions(recording(order)).build();
    try (var pool = WorkerPool.open(module, config)) {
      pool.submit("meet", -1);
      gate.awaitVisitors(1);
      int[] priorities = {0, -5, 7, 0, Integer.MAX_VALUE, 7, Integer.MIN_VALUE, 1};
      for (int i = 0; i < priorities.length; i++) {
        pool.function("meet").withPriority(priorities[i]).submit(i);
      }
      gate.open();
    }
    assertEquals(List.of(-1, 4, 2, 5, 7, 0, 3, 1, 6), List.copyOf(order));
  }

  @Test
  void theLeastBusyWorkerIsTheOneWithTheFewestTasksToDoBefore() {
    try (var pool = WorkerPool.open(module, fixed(2).build())) {
      PoolFunction usual = pool.function("meet");
      for (int i = 0; i < 5; i++) {
        usual.submit(i); // the first and the second worker by turns
      }
      gate.awaitVisitors(2);
      // The first has more to do, but nothing urgent.
      PoolFunction urgent = usual.withPriority(1);
      var first = urgent.submit(5).thenApply(returned -> Thread.currentThread().getName());
      var second = urgent.submit(6).thenApply(returned -> Thread.currentThread().getName());
      gate.open();
      assertEquals("pool.wasm#pool-0", first.join());
      assertEquals("pool.wasm#pool-1", second.join());
    }
  }

  @Test
  void ofTheSubmittersThatWaitForRoomTheOneWithTheHighestPriorityGetsIt() throws Exception {
    var order = new ConcurrentLinkedQueue<Integer>();
    var config =
        PoolConfig.fixed(1).hostFunctions(recording(order)).queue(1, Overflow.BLOCK).build();
    try (var pool = WorkerPool.open(module, config)) {
      pool.submit("meet", -2);
      gate.awaitVisitors(1);
      pool.submit(Call.of(module, "meet", -1).withPriority(9));
      int[] priorities = {1, 3, 2, 3};
      var submitters = new ArrayList<Thread>();
      for (int i = 0; i < priorities.length; i++) {
        Call call = Call.of(module, "meet", i).withPriority(priorities[i]);
        var submitter = new Thread(() -> pool.submit(call));
        submitter.start();
        Gate.await(() -> submitter.getState() == Thread.State.WAITING);
        submitters.add(submitter);
      }
      gate.open();
      for (Thread submitter : submitters) {
        submitter.join();
      }
    }
    assertEquals(List.of(-2, -1, 1, 3, 2, 0), List.copyOf(order));
  }

  @Test
  void anInterruptedSubmitterLeavesTheRoomToThoseBehindIt() throws Exception {
    try (var pool = WorkerPool.open(module, fixed(1).queue(1, Overflow.BLOCK).build())) {
      PoolFunction meet = pool.function("meet");
      meet.submit(1);
      gate.awaitVisitors(1);
      var queued = meet.submit(2);
      var refused = new AtomicReference<Throwable>();
      var urgent =
          new Thread(
              () ->
                  refused.set(
                      assertThrows(
                          RejectedExecutionException.class, () -> meet.withPriority(1).submit(3))));
      var usual = new Thread(() -> meet.submit(4));
      for (Thread submitter : List.of(urgent, usual)) {
        submitter.start();
        Gate.await(() -> submitter.getState() == Thread.State.WAITING);
      }
      urgent.interrupt();
      urgent.join();
      assertInstanceOf(RejectedExecutionException.class, refused.get());
      queued.cancel(true);
      usual.join();
      gate.open();
    }
    assertEquals(2, gate.visitors.size());
  }

  @Test
  void aCancelledTaskOfAnyPriorityLeavesTheQueue() {
    try (var pool = WorkerPool.open(module, fixed(1).build())) {
      pool.submit("meet", 0);
      gate.awaitVisitors(1);
      PoolFunction meet = pool.function("meet");
      var urgent = meet.withPriority(2).submit(1);
      var other = meet.withPriority(2).submit(2);
      var usual = meet.submit(3);
      assertEquals(3, pool.statistics().queued());
      urgent.cancel(true);
      assertEquals(2, pool.statistics().queued());
      other.cancel(true);
      gate.open();
      assertEquals(3, usual.join().asInt());
    }
    assertEquals(2, gate.visitors.size());
  }

  @Test
  void aFullPoolRejects() {
    try (var pool = WorkerPool.open(module, fixed(2).queue(1, Overflow.REJECT).build())) {
      var accepted = new ArrayList<CompletableFuture<Returned>>();
      for (int i = 0; i < 3; i++) {
        accepted.add(pool.submit("meet", i));
      }
      var rejected = assertThrows(RejectedExecutionException.class, () -> pool.submit("meet", 3));
      assertEquals(
          "meet(3) was rejected: all workers are busy and 1 tasks wait; try later, or with a longer queue",
          rejected.getMessage());
      gate.open();
      for (int i = 0; i < 3; i++) {
        assertEquals(i, accepted.get(i).join().asInt());
      }
      assertEquals(1, pool.statistics().rejected());
      assertEquals(4, pool.submit("meet", 4).join().asInt());
    }
  }

  @Test
  void aPoolWithoutAQueueHandsTasksToIdleWorkersWhateverTheStrategy() {
    for (Strategy strategy : Strategy.values()) {
      var own = new Gate();
      var config =
          PoolConfig.fixed(3)
              .hostFunctions(own.function())
              .strategy(strategy)
              .queue(0, Overflow.REJECT)
              .build();
      try (var pool = WorkerPool.open(module, config)) {
        var accepted = IntStream.range(0, 3).mapToObj(i -> pool.submit("meet", i)).toList();
        assertThrows(RejectedExecutionException.class, () -> pool.submit("meet", 3));
        own.awaitVisitors(3);
        assertEquals(3, new HashSet<>(own.visitors).size());
        own.open();
        accepted.forEach(CompletableFuture::join);
      }
    }
  }

  @Test
  void theSubmitterOfATaskTooManyRunsIt() {
    var config = fixed(1).queue(0, Overflow.CALLER_RUNS).sharing(MemorySharing.PRIVATE).build();
    try (var pool = WorkerPool.open(module, config)) {
      var first = pool.submit("meet", 1);
      gate.awaitVisitors(1);
      var second = pool.submit("calls");
      assertTrue(second.isDone());
      assertEquals(1, second.join().asInt());
      assertEquals(2, pool.submit("calls").join().asInt());
      var trap = pool.submit("trap");
      assertTrue(trap.isCompletedExceptionally());
      assertEquals(1, pool.submit("calls").join().asInt());
      gate.open();
      var third = pool.submit("meet", 2);
      assertEquals(2, third.join().asInt());
      assertEquals(1, first.join().asInt());
      assertNotSame(Thread.currentThread(), gate.visitors.peek());
    }
  }

  @Test
  void aTimeLimitOnASubmittersThreadLeavesNoInterruptBehind() {
    var config =
        fixed(1)
            .queue(0, Overflow.CALLER_RUNS)
            .taskTimeout(Duration.ofMillis(200))
            .hostFunctions(gate.function())
            .build();
    try (var pool = WorkerPool.open(module, config)) {
      var first = pool.submit("spin");
      var second = pool.submit("spin"); // here, until its time is up
      var failed = assertThrows(CompletionException.class, second::join);
      assertInstanceOf(TaskTimeout.class, failed.getCause());
      assertFalse(Thread.currentThread().isInterrupted());
      assertThrows(CompletionException.class, first::join);
    }
  }

  @Test
  void aSubmitterWaitsForRoom() throws Exception {
    try (var pool = WorkerPool.open(module, fixed(1).queue(1, Overflow.BLOCK).build())) {
      pool.submit("meet", 1);
      pool.submit("meet", 2);
      var third = new AtomicReference<CompletableFuture<Returned>>();
      var submitter = new Thread(() -> third.set(pool.submit("meet", 3)));
      submitter.start();
      Gate.await(() -> submitter.getState() == Thread.State.WAITING);
      assertSame(null, third.get());
      gate.open();
      submitter.join();
      assertEquals(3, third.get().join().asInt());
    }
  }

  @Test
  void cancellingAQueuedTaskMakesRoom() throws Exception {
    try (var pool = WorkerPool.open(module, fixed(1).queue(1, Overflow.BLOCK).build())) {
      pool.submit("meet", 1);
      gate.awaitVisitors(1);
      var second = pool.submit("meet", 2);
      var submitter = new Thread(() -> pool.submit("meet", 3));
      submitter.start();
      Gate.await(() -> submitter.getState() == Thread.State.WAITING);
      second.cancel(false);
      submitter.join();
      gate.open();
    }
  }

  @Test
  void anInterruptedSubmitterStopsWaiting() throws Exception {
    try (var pool = WorkerPool.open(module, fixed(1).queue(0, Overflow.BLOCK).build())) {
      pool.submit("meet", 1);
      var thrown = new AtomicReference<Throwable>();
      var kept = new AtomicReference<Boolean>();
      var submitter =
          new Thread(
              () -> {
                thrown.set(
                    assertThrows(RejectedExecutionException.class, () -> pool.submit("meet", 2)));
                kept.set(Thread.currentThread().isInterrupted());
              });
      submitter.start();
      Gate.await(() -> submitter.getState() == Thread.State.WAITING);
      submitter.interrupt();
      submitter.join();
      assertEquals(
          "meet(2) was rejected: interrupted while waiting for room", thrown.get().getMessage());
      assertTrue(kept.get());
      gate.open();
    }
  }

  @Test
  void aWorkerThatSubmitsToItsOwnFullPoolDoesNotWaitForItself() {
    try (var pool = WorkerPool.open(module, fixed(1).queue(1, Overflow.BLOCK).build())) {
      var first = pool.submit("meet", 1);
      gate.awaitVisitors(1);
      var rest =
          first.thenApply(
              returned -> IntStream.range(0, 3).mapToObj(i -> pool.submit("meet", i)).toList());
      gate.open();
      var failed = assertThrows(CompletionException.class, rest::join);
      assertEquals(
          "meet(2) was rejected: all workers are busy and 1 tasks wait; a worker of this pool cannot wait for room",
          failed.getCause().getMessage());
    }
  }

  @Test
  void anElasticPoolGrowsWithItsWorkAndShrinksWithout() {
    var config =
        PoolConfig.elastic(1, 3)
            .hostFunctions(gate.function())
            .idleTimeout(Duration.ofMillis(20))
            .build();
    try (var pool = WorkerPool.open(module, config)) {
      assertEquals(1, pool.statistics().workers());
      var futures = new ArrayList<CompletableFuture<Returned>>();
      for (int i = 0; i < 5; i++) {
        futures.add(pool.submit("meet", i));
        assertEquals(Math.min(i + 1, 3), pool.statistics().workers());
      }
      gate.open();
      futures.forEach(CompletableFuture::join);
      Gate.await(() -> pool.statistics().workers() == 1);
      for (int i = 0; i < 100; i++) {
        assertEquals(i, pool.submit("meet", i).join().asInt());
      }
    }
  }

  @Test
  void aPoolMayHaveNoWorkerUntilThereIsWork() {
    var config =
        PoolConfig.elastic(0, 2)
            .hostFunctions(gate.function())
            .idleTimeout(Duration.ofMillis(1))
            .build();
    gate.open();
    try (var pool = WorkerPool.open(module, config)) {
      assertEquals(0, pool.statistics().workers());
      for (int i = 0; i < 50; i++) {
        assertEquals(i, pool.submit("meet", i).join().asInt());
        if (i % 10 == 0) {
          Gate.await(() -> pool.statistics().workers() == 0);
        }
      }
    }
  }
}
