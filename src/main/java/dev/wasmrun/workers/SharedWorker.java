package dev.wasmrun.workers;

import dev.wasmrun.messages.Message;
import dev.wasmrun.messages.MessageChannel;
import dev.wasmrun.messages.MessagePort;
import dev.wasmrun.messages.Transferable;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A worker with an event loop that serves any number of clients, each by a port of its own. What it
 * does for them all happens on its one thread, so what they share there needs no lock.
 *
 * <pre>{@code
 * var total = new int[1];
 * try (var shared = SharedWorker.start("counter", null, (port, scope) ->
 *         port.onMessage(scope.loop(), message -> port.post(total[0] += message.as(Integer.class))));
 *     MessagePort client = shared.connect()) {
 *   client.post(5);
 * }
 * }</pre>
 */
public final class SharedWorker implements AutoCloseable {

  /** What a shared worker does for its clients. */
  @FunctionalInterface
  public interface Service {
    /**
     * Begins to serve a client, on the worker's thread.
     *
     * @param port at whose other side the client is
     * @return completes when the client has been served, such as what {@link MessagePort#onMessage}
     *     returns; if it fails, so does the worker
     */
    CompletableFuture<?> connected(MessagePort port, WorkerScope scope) throws Exception;
  }

  private final Worker worker;
  private final AtomicLong clients = new AtomicLong();

  private SharedWorker(Worker worker) {
    this.worker = worker;
    worker.port().undelivered(); // clients that were not served find their ports closed
  }

  /** Starts a worker without clients; the parameters are those of {@link Worker#start}. */
  public static SharedWorker start(
      String name, Object workerData, Service service, Transferable... transfer) {
    return new SharedWorker(
        Worker.start(name, workerData, scope -> new Serving(service, scope).run(), transfer));
  }

  /** The service of a running worker; all of it on the worker's thread. */
  private static final class Serving {
    private final Service service;
    private final WorkerScope scope;
    private final Set<MessagePort> ports = new HashSet<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private boolean closing;

    Serving(Service service, WorkerScope scope) {
      this.service = service;
      this.scope = scope;
    }

    void run() throws InterruptedException {
      scope
          .port()
          .onMessage(scope.loop(), this::connect)
          .whenCompleteAsync(
              (closed, failure) -> {
                closing = true;
                served(failure);
              },
              scope.loop());
      try {
        scope.loop().runUntil(end);
      } finally {
        ports.forEach(MessagePort::close); // of clients of a worker that has failed
      }
    }

    private void connect(Message message) {
      MessagePort port = message.as(MessagePort.class);
      ports.add(port);
      try {
        service
            .connected(port, scope)
            .whenCompleteAsync(
                (served, failure) -> {
                  ports.remove(port);
                  port.close();
                  served(failure);
                },
                scope.loop());
      } catch (Exception e) {
        end.completeExceptionally(e);
      }
    }

    private void served(Throwable failure) {
      if (failure != null) {
        end.completeExceptionally(failure);
      } else if (closing && ports.isEmpty()) {
        end.complete(null);
      }
    }
  }

  /**
   * A new client's port, at whose other side the worker is. The client closes it when it is done.
   *
   * @throws dev.wasmrun.messages.PortClosedException if the worker is closed or has ended
   */
  public MessagePort connect() {
    long number = clients.incrementAndGet();
    var channel =
        MessageChannel.between(
            "client %s of worker '%s'".formatted(number, worker.name()),
            "worker '%s' for its client %s".formatted(worker.name(), number),
            Integer.MAX_VALUE);
    worker.port().post(channel.port2(), channel.port2());
    return channel.port1();
  }

  /** The worker's end: as {@link Worker#ended}. */
  public CompletableFuture<Void> ended() {
    return worker.ended();
  }

  /** Ends the worker at once and closes its clients' ports: as {@link Worker#terminate}. */
  public CompletableFuture<Void> terminate() {
    return worker.terminate();
  }

  /**
   * Accepts no further client and waits until those there are have closed their ports and been
   * served: as {@link Worker#close()}.
   */
  @Override
  public void close() {
    worker.close();
  }
}
