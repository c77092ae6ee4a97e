package dev.wasmrun.pool;

import dev.wasmrun.guest.Returned;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** A call on its way through a pool, and the future of what it returns. */
final class Task extends CompletableFuture<Returned> {
  enum State {
    QUEUED,
    RUNNING,
    DONE
  }

  private final Call call;
  private final long submitted = System.nanoTime();

  /** Set by whoever decides how the future completes: the end of the call, or somebody outside. */
  private final AtomicBoolean decided = new AtomicBoolean();

  /** Whether it may run to its end although nobody wants its result any more. */
  private volatile boolean left;

  // Guarded by the dispatcher's lock.
  private State state = State.QUEUED;
  private WorkerSlot slot; // the one that has it; null while its submitter waits to run it
  private long started;
  private boolean timedOut;
  private boolean givenUp;
  private Future<?> limit; // null without one

  Task(Call call) {
    this.call = call;
  }

  Call call() {
    return call;
  }

  int priority() {
    return call.priority();
  }

  /** When it was submitted, by {@link System#nanoTime}. */
  long submitted() {
    return submitted;
  }

  boolean isLeft() {
    return left;
  }

  State state() {
    return state;
  }

  WorkerSlot slot() {
    return slot;
  }

  void queuedAt(WorkerSlot chosen) {
    slot = chosen;
  }

  void begin(WorkerSlot runner) {
    state = State.RUNNING;
    slot = runner;
    started = System.nanoTime();
  }

  /** Has its time limit called off at its end. */
  void limitBy(Future<?> timer) {
    limit = timer;
  }

  void end() {
    state = State.DONE;
    if (limit != null) {
      limit.cancel(false);
    }
  }

  /** When it began to run, by {@link System#nanoTime}. */
  long started() {
    return started;
  }

  boolean hasTimedOut() {
    return timedOut;
  }

  void timeOut() {
    timedOut = true;
  }

  /** Whether its future was told that its time is up although its call has not ended. */
  boolean isGivenUp() {
    return givenUp;
  }

  void giveUp() {
    givenUp = true;
  }

  /**
   * Claims the right to complete the future; one caller gets it. Else a task could be cancelled
   * between the end of its call and the completion of its future, and be counted as returned.
   */
  boolean decide() {
    return decided.compareAndSet(false, true);
  }

  boolean isDecided() {
    return decided.get();
  }

  /** Completes the future, for the one who may. */
  void settle(Returned returned) {
    super.complete(returned);
  }

  /** Completes the future, for the one who may. */
  void settle(Throwable failure) {
    super.completeExceptionally(failure);
  }

  @Override
  public boolean complete(Returned value) {
    return decide() && super.complete(value);
  }

  @Override
  public boolean completeExceptionally(Throwable failure) {
    return decide() && super.completeExceptionally(failure);
  }

  /**
   * Takes the task out of its queue, or interrupts it if it runs and that is asked for; its
   * instance is then given up.
   */
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    if (!decide()) {
      return isCancelled();
    }
    left = !mayInterruptIfRunning;
    return super.cancel(mayInterruptIfRunning);
  }

  /** What depends on a task is an ordinary future: cancelling it leaves the task alone. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
