package dev.wasmrun.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.Serialized;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.GuestExit;
import dev.wasmrun.guest.GuestInterrupted;
import dev.wasmrun.guest.HostFault;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.guest.Trap;
import dev.wasmrun.guest.TrapCode;
import dev.wasmrun.module.GuestModule;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntUnaryOperator;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that do not return: they fail their own future, and the pool goes on. */
@Timeout(120)
final class PoolFailuresTest {
  private static final Duration SOON = Duration.ofMillis(50);

  private final GuestModule module = Fixtures.module("pool");
  private final ConcurrentLinkedQueue<String> notices = new ConcurrentLinkedQueue<>();
  private final RunListener listener =
      new RunListener() {
        @Override
        public void noticed(String message) {
          notices.add(message);
        }
      };

  private PoolConfig.Builder fixed(int workers, Engine engine) {
    return PoolConfig.fixed(workers)
        .engine(engine)
        .listener(listener)
        .hostFunctions(Gate.function(what -> what));
  }

  private static <T extends Throwable> T failure(Class<T> type, CompletableFuture<?> future) {
    var failed = assertThrows(ExecutionException.class, () -> future.get(60, TimeUnit.SECONDS));
    return assertInstanceOf(type, failed.getCause());
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aTrapFailsItsTaskAndItsInstanceIsReplaced(Engine engine) {
    var config = fixed(1, engine).sharing(MemorySharing.PRIVATE).build();
    try (var pool = WorkerPool.open(module, config)) {
      assertEquals(1, pool.submit("calls").join().asInt());
      assertEquals(2, pool.submit("calls").join().asInt());
      assertEquals(1, pool.submit("count").join().asInt());
      Trap trap = failure(Trap.class, pool.submit("trap"));
      assertEquals(TrapCode.UNREACHABLE, trap.code());
      assertEquals(List.of("trap"), trap.backtrace());
      assertEquals(1, pool.submit("calls").join().asInt());
      assertEquals(1, pool.submit("count").join().asInt());
      var statistics = pool.statistics();
      assertEquals(1, statistics.failed());
      assertEquals(1, statistics.replaced());
      assertEquals(5, statistics.completed());
      assertTrue(notices.isEmpty(), notices::toString);
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void whatATrapLeavesInASharedMemoryStaysAndTheUserIsTold(Engine engine) {
    try (var pool = WorkerPool.open(module, fixed(1, engine).build())) {
      assertEquals(1, pool.submit("calls").join().asInt());
      failure(Trap.class, pool.submit("poke-and-trap", 200, 7));
      assertEquals(1, pool.submit("calls").join().asInt());
      assertEquals(7, pool.submit("peek", 200).join().asInt());
      assertEquals(
          List.of(
              "pool.wasm gave up an instance because poke-and-trap(200, 7) trapped: unreachable"
                  + " instruction executed; what it wrote to the shared memory stays there,"
                  + " perhaps half written, and locks that it held stay locked"),
          List.copyOf(notices));
    }
  }

  @Test
  void whoHasNoListenerFindsItInTheLog() {
    var logger = Logger.getLogger("dev.wasmrun.pool"); // what the system's loggers write to
    var logged = new ConcurrentLinkedQueue<String>();
    var handler =
        new Handler() {
          @Override
          public void publish(LogRecord entry) {
            logged.add(entry.getLevel() + " " + entry.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    logger.setUseParentHandlers(false);
    logger.addHandler(handler);
    var config = PoolConfig.fixed(1).hostFunctions(Gate.function(what -> what)).build();
    try (var pool = WorkerPool.open(module, config)) {
      failure(Trap.class, pool.submit("trap"));
    } finally {
      logger.removeHandler(handler);
      logger.setUseParentHandlers(true);
    }
    assertEquals(1, logged.size(), logged::toString);
    assertTrue(logged.peek().startsWith("WARNING pool.wasm gave up an instance because trap()"));
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void theTimeLimitEndsOneWorkersTaskOnly(Engine engine) throws Exception {
    var gate = new Gate();
    var config = fixed(2, engine).hostFunctions(gate.function()).taskTimeout(SOON).build();
    try (var pool = WorkerPool.open(module, config)) {
      for (String endless : List.of("spin", "wait")) {
        TaskTimeout timeout = failure(TaskTimeout.class, pool.submit(endless));
        assertEquals(endless + "() was still running after 50 ms", timeout.getMessage());
        assertEquals(List.of(endless.equals("spin") ? "turn" : endless), timeout.backtrace());
        assertEquals(timeout.backtrace(), Serialized.copy(timeout).backtrace());
      }
      assertEquals(2, pool.statistics().timedOut());
      assertEquals(2, pool.statistics().failed());
      for (int i = 0; i < 10; i++) {
        pool.submit("calls").join();
      }
      assertEquals(2, pool.statistics().workers());
    }
  }

  @Test
  void anExitFailsItsTaskWithItsCode() {
    IntUnaryOperator exit =
        code -> {
          throw new GuestExit(code);
        };
    var config = fixed(1, Engine.COMPILER).hostFunctions(Gate.function(exit)).build();
    try (var pool = WorkerPool.open(module, config)) {
      assertEquals(7, failure(GuestExit.class, pool.submit("meet", 7)).code());
      assertTrue(notices.peek().contains("meet(7) exited with code 7"), notices::toString);
      assertEquals(1, pool.submit("calls").join().asInt());
    }
  }

  @Test
  void aHostFunctionsFailureIsAFaultOfTheHost() {
    IntUnaryOperator fails =
        what -> {
          throw new IllegalStateException("not today");
        };
    var config = fixed(1, Engine.COMPILER).hostFunctions(Gate.function(fails)).build();
    try (var pool = WorkerPool.open(module, config)) {
      HostFault fault = failure(HostFault.class, pool.submit("meet", 7));
      assertTrue(fault.getMessage().contains("not today"), fault.getMessage());
      assertEquals(1, pool.submit("calls").join().asInt());
    }
  }

  @Test
  void aListenerThatFailsDoesNotEndTheWorker() {
    var failing =
        new RunListener() {
          @Override
          public void noticed(String message) {
            throw new IllegalStateException("deaf");
          }
        };
    var config = fixed(1, Engine.COMPILER).listener(failing).build();
    try (var pool = WorkerPool.open(module, config)) {
      Trap trap = failure(Trap.class, pool.submit("trap"));
      assertEquals("deaf", trap.getSuppressed()[0].getMessage());
      assertEquals(1, pool.submit("calls").join().asInt());
    }
  }

  @Test
  void aTaskThatIsCancelledInTheQueueNeverRuns() {
    var gate = new Gate();
    var config = fixed(1, Engine.COMPILER).hostFunctions(gate.function()).build();
    try (var pool = WorkerPool.open(module, config)) {
      var first = pool.submit("meet", 1);
      gate.awaitVisitors(1);
      var second = pool.submit("count");
      assertEquals(1, pool.statistics().queued());
      assertTrue(second.cancel(true));
      assertEquals(0, pool.statistics().queued());
      assertEquals(1, pool.statistics().cancelled());
      gate.open();
      assertEquals(1, first.join().asInt());
      assertEquals(1, pool.submit("count").join().asInt());
      assertEquals(0, pool.statistics().replaced());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"spin", "wait"})
  void aTaskThatIsCancelledWhileItRunsIsInterruptedAndItsInstanceReplaced(String endless) {
    try (var pool = WorkerPool.open(module, fixed(1, Engine.COMPILER).build())) {
      pool.submit("calls").join();
      var running = pool.submit(endless);
      Gate.await(() -> pool.statistics().running() == 1);
      assertTrue(running.cancel(true));
      assertThrows(CancellationException.class, running::join);
      assertEquals(1, pool.submit("calls").join().asInt());
      assertEquals(1, pool.statistics().cancelled());
      assertEquals(1, pool.statistics().replaced());
    }
  }

  @Test
  void aTaskThatIsCancelledWithoutInterruptingRunsToItsEnd() {
    var gate = new Gate();
    var config = fixed(1, Engine.COMPILER).hostFunctions(gate.function()).build();
    try (var pool = WorkerPool.open(module, config)) {
      pool.submit("calls").join();
      var running = pool.submit("meet", 1);
      gate.awaitVisitors(1);
      assertTrue(running.cancel(false));
      gate.open();
      assertEquals(2, pool.submit("calls").join().asInt());
      assertEquals(1, pool.statistics().cancelled());
      assertEquals(0, pool.statistics().replaced());
    }
  }

  @Test
  void aFutureThatIsCompletedFromOutsideEndsItsTask() {
    try (var pool = WorkerPool.open(module, fixed(1, Engine.COMPILER).build())) {
      var late = pool.submit("spin").orTimeout(SOON.toMillis(), TimeUnit.MILLISECONDS);
      failure(TimeoutException.class, late);
      assertEquals(1, pool.submit("calls").join().asInt());
    }
  }

  @Test
  void cancellingWhatDependsOnATaskLeavesTheTaskAlone() {
    var gate = new Gate();
    var config = fixed(1, Engine.COMPILER).hostFunctions(gate.function()).build();
    try (var pool = WorkerPool.open(module, config)) {
      var task = pool.submit("meet", 5);
      var dependent = task.thenApply(Returned::asInt);
      gate.awaitVisitors(1);
      assertTrue(dependent.cancel(true));
      gate.open();
      assertEquals(5, task.join().asInt());
    }
  }

  @Test
  void aFutureDoesNotWaitForAHostFunctionThatIgnoresInterrupts() {
    var gate = new Gate();
    var config =
        fixed(1, Engine.COMPILER).hostFunctions(gate.deafFunction()).taskTimeout(SOON).build();
    try (var pool = WorkerPool.open(module, config)) {
      var future = pool.submit("meet", 1);
      TaskTimeout timeout = failure(TaskTimeout.class, future);
      assertEquals(List.of(), timeout.backtrace());
      assertEquals(1, pool.statistics().running());
      gate.open();
      assertEquals(1, pool.submit("calls").join().asInt());
      while (pool.statistics().timedOut() == 0) {
        Thread.onSpinWait(); // the call may end behind that of a worker in its place
      }
      assertEquals(1, pool.statistics().timedOut());
    }
  }

  @Test
  void anInterruptOfAHostFunctionsOwnIsNotTakenForACancellation() {
    IntUnaryOperator interrupting =
        what -> {
          Thread.currentThread().interrupt();
          return what;
        };
    var config = fixed(1, Engine.COMPILER).hostFunctions(Gate.function(interrupting)).build();
    try (var pool = WorkerPool.open(module, config)) {
      var meeting = pool.submit("meet", 1);
      Gate.await(meeting::isDone);
      if (meeting.isCompletedExceptionally()) { // the guest has looked before it returned
        failure(GuestInterrupted.class, meeting);
      }
      assertFalse(meeting.isCancelled());
      pool.submit("calls").join(); // the interrupt did not outlive its task
    }
  }
}
