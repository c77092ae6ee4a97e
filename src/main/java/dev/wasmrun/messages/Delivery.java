package dev.wasmrun.messages;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * The way of a lane's messages to a handler: tasks of an executor, of which one at a time runs, so
 * that messages keep their order whatever the executor.
 */
final class Delivery {
  /*
   * A task gives the handler every message there is, and every post submits a task unless one is
   * running, which takes what was posted before it ends. So when a post returns its message is in
   * the hands of a task that was submitted, and what is submitted later to a loop comes later.
   *
   * Two ways to have fewer tasks break that. One message for each task: the second of two messages
   * could be overtaken by what was submitted after it was posted. One task that is claimed by the
   * first to post: another, who relies on it, could go on before it is submitted.
   */

  private final Lane lane;
  private final Executor executor;
  private final Consumer<Message> handler;
  private final Runnable close;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  /** Whether a task is giving messages, or will never again; guarded by the lane's lock. */
  private boolean running;

  /**
   * Creates a delivery without a task.
   *
   * @param close closes the receiver if the handler fails
   */
  Delivery(Lane lane, Executor executor, Consumer<Message> handler, Runnable close) {
    this.lane = lane;
    this.executor = executor;
    this.handler = handler;
    this.close = close;
  }

  CompletableFuture<Void> ended() {
    return ended.copy();
  }

  /** Whether who has changed the lane has nothing to submit; the caller holds the lane's lock. */
  boolean isRunning() {
    return running;
  }

  void setRunning(boolean now) {
    running = now;
  }

  /** Submits a task; the caller holds no lock. */
  void submit() {
    try {
      executor.execute(this::run);
    } catch (RuntimeException e) {
      fail(e); // its receiver's fault, not that of whoever has just posted
    }
  }

  private void run() {
    if (!lane.beginDelivery()) {
      return; // another task gives, or has given, what there is
    }
    try {
      for (Optional<Message> next = lane.next(); next.isPresent(); next = lane.next()) {
        handler.accept(next.get());
      }
    } catch (Throwable e) {
      // Errors too: what a handler throws ends the delivery, and its future tells.
      fail(e);
    }
  }

  /** The handler has returned from its last message. */
  void finish() {
    ended.complete(null);
  }

  private void fail(Throwable failure) {
    if (failure instanceof RejectedExecutionException && lane.isAtEnd()) {
      ended.complete(null); // there was nothing left to deliver
    } else if (ended.completeExceptionally(failure)) {
      close.run();
    }
  }
}
