package dev.wasmrun.messages;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * The way of a lane's messages to a handler: tasks of an executor, of which there is never more
 * than one at a time, so that messages keep their order whatever the executor.
 *
 * <p>A task gives the handler every message there is. Were it one task for each, a message could be
 * overtaken by a task that was submitted after it was posted, such as the end of an asynchronous
 * wait.
 */
final class Delivery {
  private final Lane lane;
  private final Executor executor;
  private final Consumer<Message> handler;
  private final Runnable close;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  /** Whether a task is on its way or runs; guarded by the lane's lock. */
  private boolean hasTask;

  /** Whether the handler has had its last message; written under the lane's lock. */
  private volatile boolean finished;

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

  /** Whether the caller, who holds the lane's lock, is to submit the task. */
  boolean claimTask() {
    boolean claimed = !hasTask;
    hasTask = true;
    return claimed;
  }

  /** The task finds nothing to do; the caller holds the lane's lock. */
  void releaseTask() {
    hasTask = false;
  }

  /** The handler has returned from its last message; the caller holds the lane's lock. */
  void finish() {
    finished = true;
  }

  /** Submits the task that was claimed. */
  void submit() {
    try {
      executor.execute(this::run);
    } catch (RuntimeException e) {
      fail(e); // its receiver's fault, not that of whoever has just posted
    }
  }

  private void run() {
    try {
      for (Optional<Message> next = lane.next(); next.isPresent(); next = lane.next()) {
        handler.accept(next.get());
      }
    } catch (Throwable e) {
      // Errors too: what a handler throws ends the delivery, and its future tells.
      fail(e);
      return;
    }
    if (finished) {
      ended.complete(null);
    }
  }

  private void fail(Throwable failure) {
    if (lane.isAtEnd() && failure instanceof RejectedExecutionException) {
      ended.complete(null); // there was nothing left to deliver
      return;
    }
    ended.completeExceptionally(failure);
    close.run();
  }
}
