package dev.wasmrun.workers;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.messages.EventLoop;
import dev.wasmrun.messages.Message;
import dev.wasmrun.messages.MessageChannel;
import dev.wasmrun.messages.MessagePort;
import dev.wasmrun.messages.Transferable;
import dev.wasmrun.run.RunSession;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A thread of its own that runs a function of Java, or a module's guests, and exchanges messages
 * with whoever has its {@link #port}.
 *
 * <pre>{@code
 * try (var worker = Worker.start("adder", null, scope -> {
 *       for (var next = scope.port().receive(); next.isPresent(); next = scope.port().receive()) {
 *         scope.port().post((int) next.get().value() + 1);
 *       }
 *     })) {
 *   worker.port().post(41);
 *   System.out.println(worker.port().receive().orElseThrow().value());
 * }
 * }</pre>
 *
 * <p>When it ends, however it does, its side of the port is closed: what it posted before can still
 * be received, and what it has not received is {@linkplain MessagePort#undelivered reported}. Its
 * thread is a daemon.
 */
public final class Worker implements AutoCloseable {
  /** What a worker in Java does; interrupted if it is to end at once. */
  @FunctionalInterface
  public interface Body {
    /** Runs on the worker's thread; what it throws, {@link Worker#ended} fails with. */
    void run(WorkerScope scope) throws Exception;
  }

  private final String name;
  private final MessagePort port;
  private final MessagePort inner;
  private final Thread thread;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  /** Written before the thread is interrupted, so that it sees why. */
  private volatile boolean terminated;

  private volatile boolean endWanted;

  private Worker(String name, MessageChannel channel, Body body, Object data) {
    this.name = name;
    this.port = channel.port1();
    this.inner = channel.port2();
    var scope = new WorkerScope(name, data, inner, new EventLoop());
    this.thread = new Thread(() -> run(body, scope), name);
    thread.setDaemon(true);
  }

  /**
   * Starts a worker in Java.
   *
   * @param name the name of its thread
   * @param workerData what it finds in its scope: a copy, made as {@link
   *     dev.wasmrun.messages.StructuredClone} says; may be null
   * @param transfer ports and buffers in the data that move to the worker
   * @throws dev.wasmrun.messages.DataCloneException if part of the data can be neither copied nor
   *     transferred
   */
  public static Worker start(String name, Object workerData, Body body, Transferable... transfer) {
    MessageChannel channel = channel(name);
    return started(new Worker(name, channel, body, moved(channel, workerData, transfer).value()));
  }

  /**
   * Starts a worker whose guests receive and post bytes: {@code host.receive} and its like. The
   * module is linked and compiled on the current thread.
   *
   * @param name how its threads' names begin
   * @param workerData bytes or text, which the guests find as {@code host.worker_data}; may be null
   * @throws dev.wasmrun.messages.DataCloneException if the data is something else
   * @throws dev.wasmrun.guest.UsageException if the module's exports do not suit the arguments
   * @throws dev.wasmrun.guest.LinkException if it cannot be linked
   */
  public static Worker start(String name, Object workerData, GuestWork guests) {
    MessageChannel channel =
        MessageChannel.ofBytes(portName(name), parentName(name), guests.capacity());
    Optional<byte[]> data =
        workerData == null ? Optional.empty() : Optional.of(moved(channel, workerData).bytes());
    RunSession session = guests.prepare(name, channel.port2(), data);
    try {
      return started(new Worker(name, channel, scope -> guests.run(session), null));
    } catch (IllegalStateException e) {
      session.close();
      throw e;
    }
  }

  private static MessageChannel channel(String name) {
    return MessageChannel.between(portName(name), parentName(name), Integer.MAX_VALUE);
  }

  private static String portName(String worker) {
    return "the port to worker '%s'".formatted(worker);
  }

  private static String parentName(String worker) {
    return "the port of worker '%s'".formatted(worker);
  }

  /** A value as it comes out of the channel's other side. */
  private static Message moved(MessageChannel channel, Object value, Transferable... transfer) {
    channel.port1().post(value, transfer);
    return channel.port2().receiveNow().orElseThrow();
  }

  private static Worker started(Worker worker) {
    try {
      worker.thread.start();
    } catch (OutOfMemoryError e) {
      worker.inner.close();
      throw new IllegalStateException(
          "cannot start worker '%s': %s; try fewer workers".formatted(worker.name, e.getMessage()),
          e);
    }
    return worker;
  }

  private void run(Body body, WorkerScope scope) {
    Throwable failure = null;
    try {
      body.run(scope);
    } catch (Throwable e) {
      // Errors too: whatever ends a worker is told to whoever awaits its end.
      failure = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
    }
    inner.close();
    if (terminated) { // though the body may have returned, because its port was closed
      var cancelled = new CancellationException("worker '%s' was terminated".formatted(name));
      cancelled.initCause(failure);
      ended.completeExceptionally(cancelled);
    } else if (failure == null) {
      ended.complete(null);
    } else {
      ended.completeExceptionally(failure);
    }
  }

  /** The worker's name. */
  public String name() {
    return name;
  }

  /**
   * The port at whose other side the worker is. To let somebody else talk to the worker, transfer
   * it; only who has it can then close it.
   */
  public MessagePort port() {
    return port;
  }

  /**
   * The worker's end, when its side of the port is closed: completes if it returned; fails with
   * what its body threw, or, for guests, with the {@link dev.wasmrun.guest.Trap} or other failure
   * of the first that failed; with {@link CancellationException} if it was terminated. It completes
   * on the worker's thread.
   */
  public CompletableFuture<Void> ended() {
    endWanted = true;
    return ended.copy();
  }

  /**
   * Ends the worker at once: its thread is interrupted, its side of the port closed. What it posted
   * before can still be received. A body that ignores both goes on, to nobody's knowledge.
   *
   * @return the worker's {@linkplain #ended end}
   */
  public CompletableFuture<Void> terminate() {
    terminated = true;
    inner.close();
    thread.interrupt();
    return ended();
  }

  /**
   * Closes the port, so that the worker receives what was posted before and then the end, and waits
   * until it has ended by itself. If the current thread is interrupted meanwhile, {@linkplain
   * #terminate terminates} it and keeps the interrupt set.
   *
   * @throws WorkerFailedException if the worker failed and nobody has asked how it {@linkplain
   *     #ended ended}
   * @throws IllegalStateException if called by the worker itself
   */
  @Override
  public void close() {
    close(Duration.ofNanos(Long.MAX_VALUE));
  }

  /**
   * Like {@link #close()}, but {@linkplain #terminate terminates} the worker if it has not ended
   * after a time.
   *
   * @return whether it came to its own end
   */
  public boolean close(Duration limit) {
    if (Thread.currentThread() == thread) {
      throw new IllegalStateException(
          "worker '%s' cannot close itself: it would wait for itself; let it return"
              .formatted(name));
    }
    boolean asked = endWanted;
    port.close();
    boolean inTime = awaitEnd(limit);
    if (!inTime) {
      terminate();
      boolean interrupted = Thread.interrupted(); // which would cut the wait short
      awaitEnd(Crew.GRACE);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    if (inTime && !asked) {
      throwFailure();
    }
    return inTime;
  }

  /** Whether it ended in time; an interrupt counts as the end of the time, and stays set. */
  private boolean awaitEnd(Duration limit) {
    try {
      ended.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (ExecutionException | CancellationException e) {
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void throwFailure() {
    Throwable failure = ended.handle((end, thrown) -> thrown).join();
    if (failure != null && !(failure instanceof CancellationException)) {
      throw new WorkerFailedException("worker '%s' failed: %s".formatted(name, failure), failure);
    }
  }
}
