package dev.wasmrun.messages;

import dev.wasmrun.messages.Procedures.Reply;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One who calls, by their names, the {@link Procedures} that are served at the other side of a
 * port. Replies find their calls by a number, so calls may overtake one another. Thread-safe.
 */
public final class Caller implements AutoCloseable {
  private final MessagePort port;
  private final AtomicLong calls = new AtomicLong();
  private final Map<Long, CompletableFuture<Object>> pending = new ConcurrentHashMap<>();

  /** Set once, before the pending calls are failed: a call that comes later sees it. */
  private volatile boolean ended;

  /**
   * Begins to take replies from a port, which is the caller's from now on.
   *
   * @param executor what completes the calls' futures
   */
  public Caller(MessagePort port, Executor executor) {
    this.port = port;
    port.onMessage(executor, message -> settle(message.as(Reply.class)))
        .whenComplete((end, failure) -> end());
  }

  /**
   * Calls a procedure. Its arguments are copied.
   *
   * @return completes with what it returns; fails with {@link CallFailedException} if it throws or
   *     there is none of that name, and with {@link PortClosedException} if the other side closes
   *     before it has replied. Cancelling it forgets the call, which may run all the same; {@link
   *     CompletableFuture#orTimeout} gives it a time.
   * @throws DataCloneException if an argument cannot be copied
   * @throws PortClosedException if a side of the port is closed
   */
  public CompletableFuture<Object> call(String name, Object... arguments) {
    long id = calls.incrementAndGet();
    var future = new Call(name);
    pending.put(id, future);
    future.whenComplete((value, failure) -> pending.remove(id));
    try {
      port.post(Procedures.request(id, name, arguments));
    } catch (RuntimeException e) {
      pending.remove(id);
      throw e;
    }
    if (ended) {
      fail(future);
    }
    return future;
  }

  /** The future of one call. */
  private static final class Call extends CompletableFuture<Object> {
    private final String name;

    Call(String name) {
      this.name = name;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
      return new CompletableFuture<>();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private void settle(Reply reply) {
    CompletableFuture<Object> call = pending.get(reply.id());
    if (call == null) {
      return; // it was cancelled, or its time was up
    }
    if (reply.failure() == null) {
      call.complete(reply.value());
    } else {
      call.completeExceptionally(
          new CallFailedException("%s failed: %s".formatted(call, reply.failure())));
    }
  }

  private void end() {
    ended = true;
    pending.values().forEach(this::fail);
  }

  private void fail(CompletableFuture<Object> call) {
    call.completeExceptionally(
        new PortClosedException("%s got no reply: %s is closed".formatted(call, port)));
  }

  /** Closes the port, which fails the calls that wait for their replies. */
  @Override
  public void close() {
    port.close();
  }
}
