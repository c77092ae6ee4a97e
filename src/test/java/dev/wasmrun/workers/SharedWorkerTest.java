package dev.wasmrun.workers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Hammer;
import dev.wasmrun.messages.Caller;
import dev.wasmrun.messages.MessagePort;
import dev.wasmrun.messages.PortClosedException;
import dev.wasmrun.messages.Procedures;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SharedWorkerTest {
  /** Adds up what all clients post, without a lock, and answers the sum so far. */
  private static SharedWorker counter() {
    var total = new long[1];
    return SharedWorker.start(
        "counter",
        null,
        (port, scope) ->
            port.onMessage(
                scope.loop(), message -> port.post(total[0] += message.as(Integer.class))));
  }

  @Test
  void manyClientsAreServedByOneThread() throws InterruptedException {
    int clients = 4;
    int each = 3_000;
    var shared = counter();
    Hammer.strike(
        clients,
        thread -> {
          try (MessagePort port = shared.connect()) {
            long last = 0;
            for (int i = 0; i < each; i++) {
              port.post(1);
            }
            for (int i = 0; i < each; i++) {
              long sum = port.receive().orElseThrow().as(Long.class);
              assertTrue(sum > last);
              last = sum;
            }
          }
        });
    try (MessagePort port = shared.connect()) {
      port.post(0);
      assertEquals((long) clients * each, port.receive().orElseThrow().value());
    }
    shared.close();
    assertThrows(PortClosedException.class, shared::connect);
  }

  @Test
  void closingWaitsForClientsThatAreThere() throws InterruptedException {
    var shared = counter();
    MessagePort client = shared.connect();
    client.post(1);
    Hammer.strike(
        thread -> shared.close(),
        thread -> {
          assertEquals(1L, client.receive().orElseThrow().value());
          client.post(2);
          assertEquals(3L, client.receive().orElseThrow().value());
          client.close();
        });
    shared.ended().join();
  }

  @Test
  void terminatingClosesTheClientsPorts() throws InterruptedException {
    var shared = counter();
    MessagePort client = shared.connect();
    assertTrue(
        assertThrows(CompletionException.class, shared.terminate()::join).getCause()
            instanceof CancellationException);
    assertEquals(Optional.empty(), client.receive());
  }

  @Test
  void aServiceThatFailsEndsTheWorkerAndItsClients() throws InterruptedException {
    var failure = new IllegalStateException("no more");
    var shared =
        SharedWorker.start(
            "failing",
            null,
            (port, scope) ->
                port.onMessage(
                    scope.loop(),
                    message -> {
                      throw failure;
                    }));
    var end = shared.ended();
    MessagePort idle = shared.connect();
    MessagePort client = shared.connect();
    client.post(1);
    assertSame(failure, assertThrows(CompletionException.class, end::join).getCause());
    assertEquals(Optional.empty(), client.receive());
    assertEquals(Optional.empty(), idle.receive());
    var refusing =
        SharedWorker.start(
            "refusing",
            null,
            (port, scope) -> {
              throw failure;
            });
    var refused = refusing.ended();
    MessagePort nobody = refusing.connect();
    assertEquals(Optional.empty(), nobody.receive());
    assertSame(failure, assertThrows(CompletionException.class, refused::join).getCause());
  }

  @Test
  void proceduresAreServedToManyClients() {
    var procedures = new Procedures().define("twice", arguments -> 2 * (int) arguments.get(0));
    try (var shared =
            SharedWorker.start(
                "twice", null, (port, scope) -> procedures.serve(port, scope.loop()));
        var one = new Caller(shared.connect(), Runnable::run);
        var two = new Caller(shared.connect(), Runnable::run)) {
      var first = one.call("twice", 4);
      assertEquals(10, two.call("twice", 5).join());
      assertEquals(8, first.join());
    }
  }
}
