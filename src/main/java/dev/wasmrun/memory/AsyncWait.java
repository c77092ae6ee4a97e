package dev.wasmrun.memory;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The future of a wait that blocks no thread. */
final class AsyncWait extends CompletableFuture<WaitResult> {
  /** Ends timed waits; one daemon thread for all memories, started by the first. */
  private static final class Timer {
    private static final ScheduledThreadPoolExecutor EXECUTOR = create();

    private static ScheduledThreadPoolExecutor create() {
      ScheduledThreadPoolExecutor executor =
          new ScheduledThreadPoolExecutor(
              1,
              task -> {
                Thread thread = new Thread(task, "wasm-wait-timeouts");
                thread.setDaemon(true);
                return thread;
              });
      executor.setRemoveOnCancelPolicy(true); // Or a woken wait would stay until its timeout.
      return executor;
    }
  }

  /** What completes a wait whose owner names no executor. */
  static final Executor ANY_THREAD = new CompletableFuture<Void>().defaultExecutor();

  private final WaitQueues queues;
  private final Executor executor;

  /** Set by {@link #watch} before the future is handed out; null if the wait has not begun. */
  private WaitNode node;

  AsyncWait(WaitQueues queues, Executor executor) {
    this.queues = queues;
    this.executor = executor;
  }

  /** Arms the timeout of an enqueued wait, and lets it leave the queue however it is completed. */
  void watch(WaitNode enqueued, long timeoutNanos) {
    node = enqueued;
    whenComplete((result, failure) -> queues.leave(enqueued, WaitNode.State.CANCELLED));
    if (timeoutNanos >= 0) {
      Future<?> timeout =
          Timer.EXECUTOR.schedule(this::timeOut, timeoutNanos, TimeUnit.NANOSECONDS);
      whenComplete((result, failure) -> timeout.cancel(false));
    }
  }

  private void timeOut() {
    if (queues.leave(node, WaitNode.State.TIMED_OUT)) {
      finish(WaitNode.State.TIMED_OUT);
    }
  }

  /** Completes by the executor: neither notifier nor timer runs what depends on the wait. */
  void finish(WaitNode.State state) {
    finish(state::result);
  }

  void finish(Supplier<WaitResult> result) {
    try {
      completeAsync(result, executor);
    } catch (RuntimeException e) {
      // An executor that has been shut down, say: the owner's affair, not the notifier's.
      ANY_THREAD.execute(() -> completeExceptionally(e));
    }
  }

  /** Leaves the queue; false if the wait has ended already, for then its wake-up is spent. */
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean left = node == null || queues.leave(node, WaitNode.State.CANCELLED);
    return left && super.cancel(mayInterruptIfRunning);
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
