package dev.wasmrun.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.Hammer;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryTrap;
import dev.wasmrun.module.GuestModule;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A pool ends with its tasks done, or cancelled, and leaves no thread behind. */
@Timeout(120)
final class PoolClosingTest {
  private final GuestModule module = Fixtures.module("pool");
  private final Gate gate = new Gate();

  private PoolConfig.Builder fixed(int workers) {
    return PoolConfig.fixed(workers).hostFunctions(gate.function());
  }

  private static void assertNoWorkerIsLeft() {
    Gate.await(
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("pool.wasm#pool")));
  }

  @Test
  void closingWaitsForWhatWasAccepted() throws Exception {
    var pool = WorkerPool.open(module, fixed(2).build());
    var futures = IntStream.range(0, 20).mapToObj(i -> pool.submit("meet", i)).toList();
    var closer = new Thread(pool::close);
    closer.start();
    Gate.await(() -> closer.getState() == Thread.State.TIMED_WAITING);
    var rejected = assertThrows(RejectedExecutionException.class, () -> pool.submit("calls"));
    assertEquals("calls() was rejected: the pool of pool.wasm is closed", rejected.getMessage());
    gate.open();
    closer.join();
    for (int i = 0; i < 20; i++) {
      assertTrue(futures.get(i).isDone());
      assertEquals(i, futures.get(i).join().asInt());
    }
    pool.close();
    pool.abort();
    assertEquals(0, pool.statistics().workers());
    assertNoWorkerIsLeft();
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void abortingCancelsWhatIsQueuedAndInterruptsWhatRuns(Engine engine) {
    var pool = WorkerPool.open(module, fixed(3).engine(engine).build());
    var spinning = pool.submit("spin");
    var waiting = pool.submit("wait");
    var meeting = pool.submit("meet", 1);
    var queued = pool.submit("calls");
    gate.awaitVisitors(1);
    pool.abort();
    for (CompletableFuture<?> future :
        new CompletableFuture<?>[] {spinning, waiting, meeting, queued}) {
      assertThrows(CancellationException.class, future::join);
    }
    assertNoWorkerIsLeft(); // an abort leaves behind whom a busy machine gives no time for it
    assertEquals(4, pool.statistics().cancelled());
  }

  @Test
  void whatAnAbortLeavesBehindIsReleasedWhenItEnds() {
    IntUnaryOperator deaf =
        what -> {
          gate.visitors.add(Thread.currentThread());
          while (!gate.isOpen()) {
            Thread.interrupted();
          }
          return what;
        };
    var notices = new ConcurrentLinkedQueue<String>();
    var listener =
        new RunListener() {
          @Override
          public void noticed(String message) {
            notices.add(message);
          }
        };
    var config = fixed(1).hostFunctions(Gate.function(deaf)).listener(listener).build();
    var pool = WorkerPool.open(module, config);
    LinearMemory memory = pool.sharedMemory().orElseThrow();
    var meeting = pool.submit("meet", 1);
    gate.awaitVisitors(1);
    pool.abort();
    assertThrows(CancellationException.class, meeting::join);
    assertEquals(1, memory.pages()); // for the guest that still runs
    assertFalse(pool.close(Duration.ofMillis(1)));
    assertEquals(
        List.of(
            "a worker of the pool of pool.wasm does not stop; it is left behind, and its memory until it does"),
        notices.stream().filter(notice -> notice.contains("does not stop")).toList());
    gate.open();
    Gate.await(() -> isClosed(memory));
    assertNoWorkerIsLeft();
  }

  private static boolean isClosed(LinearMemory memory) {
    try {
      memory.pages();
      return false;
    } catch (MemoryTrap e) {
      return true;
    }
  }

  @Test
  void closingWithALimitDoesNotWaitForAnotherWhoCloses() throws Exception {
    var pool = WorkerPool.open(module, fixed(1).build());
    var meeting = pool.submit("meet", 1);
    gate.awaitVisitors(1);
    var closer = new Thread(pool::close);
    closer.start();
    Gate.await(() -> closer.getState() == Thread.State.TIMED_WAITING);
    assertFalse(pool.close(Duration.ofMillis(1)));
    assertThrows(CancellationException.class, meeting::join);
    closer.join();
  }

  @Test
  void closingWithALimitAbortsWhatTakesLonger() {
    var pool = WorkerPool.open(module, fixed(1).build());
    assertEquals(1, pool.submit("calls").join().asInt());
    var spinning = pool.submit("spin");
    assertFalse(pool.close(Duration.ofMillis(20)));
    assertThrows(CancellationException.class, spinning::join);
    var other = WorkerPool.open(module, fixed(1).build());
    var last = other.submit("calls");
    assertTrue(other.close(Duration.ofSeconds(60)));
    assertEquals(1, last.join().asInt());
  }

  @Test
  void closingWhileInterruptedAborts() throws Exception {
    var pool = WorkerPool.open(module, fixed(1).build());
    var spinning = pool.submit("spin");
    var kept = new AtomicReference<Boolean>();
    var closer =
        new Thread(
            () -> {
              pool.close();
              kept.set(Thread.currentThread().isInterrupted());
            });
    closer.start();
    Gate.await(() -> closer.getState() == Thread.State.TIMED_WAITING);
    closer.interrupt();
    closer.join();
    assertTrue(kept.get());
    assertThrows(CancellationException.class, spinning::join);
    assertNoWorkerIsLeft();
  }

  @Test
  void anAbortEndsACloseThatWaits() throws Exception {
    var pool = WorkerPool.open(module, fixed(1).build());
    var spinning = pool.submit("spin");
    var closer = new Thread(pool::close);
    closer.start();
    Gate.await(() -> closer.getState() == Thread.State.TIMED_WAITING);
    pool.abort();
    closer.join();
    assertThrows(CancellationException.class, spinning::join);
  }

  @Test
  void closingFreesSubmittersThatWaitForRoom() throws Exception {
    var pool = WorkerPool.open(module, fixed(1).queue(0, Overflow.BLOCK).build());
    pool.submit("meet", 1);
    var thrown = new AtomicReference<Throwable>();
    var submitter =
        new Thread(
            () ->
                thrown.set(
                    assertThrows(RejectedExecutionException.class, () -> pool.submit("meet", 2))));
    submitter.start();
    Gate.await(() -> submitter.getState() == Thread.State.WAITING);
    pool.abort();
    submitter.join();
    assertEquals(
        "meet(2) was rejected: the pool of pool.wasm is closed", thrown.get().getMessage());
  }

  @Test
  void aSubmitterThatRunsATaskMayCloseThePoolWhenItHasEnded() throws Exception {
    for (int round = 0; round < 50; round++) {
      var config =
          PoolConfig.fixed(1)
              .queue(0, Overflow.CALLER_RUNS)
              .hostFunctions(Gate.function(what -> what));
      var pool = WorkerPool.open(module, config.build());
      Hammer.strike(
          4,
          thread -> {
            try {
              for (int i = 0; i < 20; i++) {
                pool.submit("meet", i).whenComplete((returned, failure) -> closeHere(pool));
              }
            } catch (RejectedExecutionException e) {
              assertTrue(e.getMessage().endsWith("is closed"), e.getMessage());
            }
          });
      pool.close();
      assertEquals(0, pool.statistics().workers());
    }
  }

  private static void closeHere(WorkerPool pool) {
    if (Thread.currentThread().getName().startsWith("hammer-")) {
      pool.close();
    }
  }

  @Test
  void aWorkerCannotCloseItsOwnPool() {
    var pool = WorkerPool.open(module, fixed(1).build());
    var first = pool.submit("meet", 1);
    gate.awaitVisitors(1);
    var closing = first.thenRun(pool::close);
    gate.open();
    var failed = assertThrows(CompletionException.class, closing::join);
    assertInstanceOf(IllegalStateException.class, failed.getCause());
    assertEquals(1, pool.submit("calls").join().asInt());
    pool.close();
  }

  @Test
  void closingWhileEverybodySubmitsLosesNoFuture() throws Exception {
    for (int round = 0; round < 20; round++) {
      var pool =
          WorkerPool.open(
              module,
              PoolConfig.elastic(0, 3)
                  .hostFunctions(Gate.function(what -> what))
                  .queue(2, round % 2 == 0 ? Overflow.BLOCK : Overflow.CALLER_RUNS)
                  .build());
      Hammer.strike(
          5,
          thread -> {
            if (thread == 0) {
              pool.submit("calls").join();
              pool.close();
              return;
            }
            try {
              for (int i = 0; i < 200; i++) {
                assertEquals(i, pool.submit("meet", i).join().asInt());
              }
            } catch (RejectedExecutionException e) {
              assertTrue(e.getMessage().endsWith("is closed"), e.getMessage());
            }
          });
      var statistics = pool.statistics();
      assertEquals(0, statistics.queued() + statistics.running() + statistics.workers());
    }
  }
}
