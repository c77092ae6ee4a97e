package dev.wasmrun.workers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Hammer;
import dev.wasmrun.messages.DataCloneException;
import dev.wasmrun.messages.MessagePort;
import dev.wasmrun.messages.PortClosedException;
import dev.wasmrun.messages.TransferableBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WorkerTest {
  /** Adds 1 to every number until the other side closes. */
  private static void addOnes(WorkerScope scope) throws InterruptedException {
    MessagePort port = scope.port();
    for (var next = port.receive(); next.isPresent(); next = port.receive()) {
      port.post(next.get().as(Integer.class) + 1);
    }
  }

  private static Throwable failureOf(CompletableFuture<Void> end) {
    return assertThrows(CompletionException.class, end::join).getCause();
  }

  private static Object next(MessagePort port) throws InterruptedException {
    return port.receive().orElseThrow().value();
  }

  @Test
  void aWorkerAnswersAndEndsWhenItsPortIsClosed() throws InterruptedException {
    try (var worker = Worker.start("adder", null, WorkerTest::addOnes)) {
      worker.port().post(41);
      assertEquals(42, next(worker.port()));
      assertFalse(worker.ended().isDone());
      worker.port().close();
      worker.ended().join();
    }
  }

  @Test
  void itsDataIsACopyAndItsThreadHasItsName() throws InterruptedException {
    var data = new ArrayList<>(List.of(1));
    var buffer = TransferableBuffer.of((byte) 5);
    var worker =
        Worker.start(
            "named",
            List.of(data, buffer),
            scope -> {
              scope.port().post(scope.data());
              scope
                  .port()
                  .post(Thread.currentThread().getName() + Thread.currentThread().isDaemon());
            },
            buffer);
    data.add(2);
    List<?> received = (List<?>) next(worker.port());
    assertEquals(List.of(1), received.get(0));
    assertNotSame(data, received.get(0));
    assertEquals(5, ((TransferableBuffer) received.get(1)).get(0));
    assertTrue(buffer.isDetached());
    assertEquals("namedtrue", next(worker.port()));
    assertEquals(Optional.empty(), worker.port().receive());
    worker.close();
    assertThrows(
        DataCloneException.class, () -> Worker.start("x", new Object(), WorkerTest::addOnes));
  }

  @Test
  void itsFailureReachesWhoAwaitsItsEnd() throws InterruptedException {
    var failure = new IllegalStateException("broken");
    var worker =
        Worker.start(
            "failing",
            null,
            scope -> {
              scope.port().post("last words");
              throw failure;
            });
    var undelivered = worker.port().undelivered();
    worker.ended().exceptionally(thrown -> null).join();
    assertSame(failure, failureOf(worker.ended()));
    assertEquals("last words", next(worker.port()));
    assertEquals(Optional.empty(), worker.port().receive());
    assertThrows(PortClosedException.class, () -> worker.port().post(1));
    assertEquals(List.of(), undelivered.join());
    worker.close(); // it was asked for
  }

  @Test
  void itsFailureIsThrownByCloseIfNobodyAsked() {
    var worker =
        Worker.start(
            "failing",
            null,
            scope -> {
              throw new IllegalStateException("broken");
            });
    var failed = assertThrows(WorkerFailedException.class, worker::close);
    assertEquals(
        "worker 'failing' failed: java.lang.IllegalStateException: broken", failed.getMessage());
  }

  @Test
  void whatItHasNotReadIsReported() throws InterruptedException {
    var worker = Worker.start("one", null, scope -> scope.port().receive());
    var undelivered = worker.port().undelivered();
    worker.port().post(1);
    worker.ended().join();
    List<?> left = undelivered.join();
    assertTrue(left.isEmpty()); // it read the one there was
    var other =
        Worker.start("none", null, scope -> scope.loop().runUntil(new CompletableFuture<>()));
    var lost = other.port().undelivered();
    other.port().post("unread");
    other.terminate();
    assertEquals("unread", lost.join().get(0).value());
  }

  @Test
  void terminatingEndsAWorkerWhereverItWaits() {
    List<Worker.Body> bodies =
        List.of(
            scope -> scope.port().receive(),
            scope -> scope.loop().runUntil(new CompletableFuture<Void>()),
            scope -> new CountDownLatch(1).await(),
            scope -> {
              while (!Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
              }
              throw new InterruptedException();
            },
            scope -> {
              while (!Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
              } // and returns, as if it had come to its own end
            });
    for (Worker.Body body : bodies) {
      var worker = Worker.start("waiting", null, body);
      assertTrue(failureOf(worker.terminate()) instanceof CancellationException);
      worker.close();
    }
  }

  @Test
  void closeGivesUpAfterItsTime() {
    var worker = Worker.start("deaf", null, scope -> new CountDownLatch(1).await());
    assertFalse(worker.close(Duration.ofMillis(1)));
    assertTrue(worker.ended().isDone());
    assertTrue(Worker.start("good", null, WorkerTest::addOnes).close(Duration.ofSeconds(60)));
  }

  @Test
  void anInterruptEndsTheWaitOfCloseAndTheWorker() {
    var worker = Worker.start("deaf", null, scope -> new CountDownLatch(1).await());
    Thread.currentThread().interrupt();
    worker.close();
    assertTrue(Thread.interrupted());
    assertTrue(worker.ended().isDone());
  }

  @Test
  void aWorkerCannotCloseItself() throws Exception {
    var self = new CompletableFuture<Worker>();
    var worker = Worker.start("self", null, scope -> self.get().close());
    self.complete(worker);
    assertTrue(failureOf(worker.ended()) instanceof IllegalStateException);
  }

  @Test
  void workersTalkToOneAnotherByTransferredPorts() throws InterruptedException {
    try (var adder = Worker.start("adder", null, WorkerTest::addOnes);
        var boss =
            Worker.start(
                "boss",
                null,
                scope -> {
                  try (MessagePort its =
                      scope.port().receive().orElseThrow().as(MessagePort.class)) {
                    its.post(1);
                    scope.port().post(next(its));
                  }
                })) {
      boss.port().post(adder.port(), adder.port());
      assertEquals(2, next(boss.port()));
      assertTrue(adder.port().isDetached());
    }
  }

  @Test
  void manyWorkersComeAndGo() throws InterruptedException {
    Hammer.strike(
        4,
        thread -> {
          for (int i = 0; i < 200; i++) {
            try (var worker = Worker.start("w" + thread, null, WorkerTest::addOnes)) {
              worker.port().post(i);
              assertEquals(i + 1, next(worker.port()));
            }
          }
        });
  }
}
