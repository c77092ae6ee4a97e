package dev.wasmrun.pool;

import dev.wasmrun.guest.ExportedFunction;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.GuestModule;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Workers that call the exports of one module for whoever asks: each a thread and an instance,
 * which is made when the worker gets its first task.
 *
 * <pre>{@code
 * try (var pool = WorkerPool.open(GuestModule.load("add.wasm"), PoolConfig.fixed(4).build())) {
 *   int five = pool.submit("add", 2, 3).join().asInt();
 * }
 * }</pre>
 *
 * <p>Any number of threads may use a pool. Its threads are daemons.
 */
public final class WorkerPool implements AutoCloseable {
  private final GuestModule module;
  private final PoolConfig config;
  private final Instances instances;
  private final Dispatcher dispatcher;

  /** Where tasks run on their submitters' threads, one at a time: under {@link #deskLock}. */
  private final WorkerSlot desk;

  /** Held while a task runs at the desk, guest and host functions included. */
  private final ReentrantLock deskLock = new ReentrantLock();

  /** Held by who releases; guards the two fields below it. Taken before every other lock. */
  private final ReentrantLock releasing = new ReentrantLock();

  private boolean ended;

  /** Waits for workers that would not stop; null if there is none of those. */
  private Thread waiter;

  private WorkerPool(GuestModule module, PoolConfig config) {
    this.module = module;
    this.config = config;
    int desks = config.overflow() == Overflow.CALLER_RUNS ? 1 : 0;
    this.instances = new Instances(module, config, config.maxWorkers() + desks);
    this.dispatcher = new Dispatcher(module.name(), config, instances);
    this.desk = dispatcher.desk();
  }

  /**
   * Opens a pool: links and compiles the module, creates a shared memory, on which the module's
   * start function then runs on the current thread, and starts the least number of workers.
   *
   * @throws LinkException if the module cannot be linked, or not for so many workers
   * @throws dev.wasmrun.guest.GuestFailure if its start function does not return
   * @throws IllegalStateException if the system has no thread for a worker
   */
  public static WorkerPool open(GuestModule module, PoolConfig config) {
    var pool = new WorkerPool(module, config);
    try {
      pool.dispatcher.open();
    } catch (IllegalStateException e) {
      pool.abort();
      throw e;
    }
    return pool;
  }

  /** The module whose exports are called. */
  public GuestModule module() {
    return module;
  }

  /** The memory that all workers share; empty if each has its own, or none. Closed by the pool. */
  public Optional<LinearMemory> sharedMemory() {
    return instances.sharedMemory();
  }

  /**
   * An exported function, for many calls.
   *
   * @throws dev.wasmrun.guest.UsageException if there is no such export
   */
  public PoolFunction function(String export) {
    return new PoolFunction(this, ExportedFunction.of(module, export), 0);
  }

  /**
   * Has a worker call an exported function: as {@link #submit(Call)}.
   *
   * @param args as {@link Call#of} takes them
   * @throws dev.wasmrun.guest.UsageException if there is no such export, or an argument does not
   *     suit it
   */
  public CompletableFuture<Returned> submit(String export, Object... args) {
    return submit(Call.of(module, export, args));
  }

  /**
   * Has a worker make a call.
   *
   * <p>Of the calls that wait for a worker, or for room in its queue, those of a higher {@link
   * Call#priority} go first, and those of the same in the order of their submission. A call that
   * runs is not interrupted for another one; as long as there are calls of a higher priority, one
   * of a lower waits.
   *
   * <p>The future fails with a {@link dev.wasmrun.guest.Trap}, {@link dev.wasmrun.guest.GuestExit}
   * or another {@link dev.wasmrun.guest.GuestFailure} if the call does not return, with a {@link
   * TaskTimeout} if it takes too long, and with what else kept it from being made. Cancelling the
   * future, or completing it in any other way, takes the call out of its queue or interrupts it. It
   * completes on the worker's thread: what depends on it without {@code Async} in its name runs
   * there, between two tasks, and should be short.
   *
   * @throws RejectedExecutionException if the pool is closed, or full and to reject tasks; also if
   *     the current thread is interrupted while it waits for room, or is a worker of this pool,
   *     which cannot wait for itself
   * @throws IllegalArgumentException if the call is one of another module
   */
  public CompletableFuture<Returned> submit(Call call) {
    if (call.module() != module) {
      throw new IllegalArgumentException(
          "%s is a function of another module than this pool's, %s".formatted(call, module.name()));
    }
    var task = new Task(call);
    task.whenComplete((returned, failure) -> dispatcher.completed(task));
    switch (admit(task)) {
      case QUEUED -> {}
      case LENT -> runHere(task);
      case FULL ->
          throw new RejectedExecutionException(
              "%s was rejected: all workers are busy and %s tasks wait; %s"
                  .formatted(
                      call,
                      config.queueCapacity(),
                      config.overflow() == Overflow.BLOCK
                          ? "a worker of this pool cannot wait for room"
                          : "try later, or with a longer queue"));
      case CLOSED ->
          throw new RejectedExecutionException(
              "%s was rejected: the pool of %s is closed".formatted(call, module.name()));
    }
    return task;
  }

  private Dispatcher.Admission admit(Task task) {
    try {
      return dispatcher.admit(task);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RejectedExecutionException(
          "%s was rejected: interrupted while waiting for room".formatted(task.call()), e);
    }
  }

  private void runHere(Task task) {
    Runnable settlement;
    deskLock.lock();
    try {
      settlement = desk.execute(task);
    } finally {
      deskLock.unlock();
    }
    settlement.run();
  }

  /** The numbers of this moment. */
  public PoolStatistics statistics() {
    return dispatcher.statistics();
  }

  /**
   * Accepts no further task, waits until every one accepted has ended, and ends the workers and
   * their memory. If the current thread is interrupted meanwhile, {@link #abort aborts} and keeps
   * the interrupt set.
   *
   * @throws IllegalStateException if called on a worker of this pool
   */
  @Override
  public void close() {
    close(Duration.ofNanos(Long.MAX_VALUE));
  }

  /**
   * Like {@link #close()}, but {@link #abort aborts} what has not ended after a time.
   *
   * @return whether every task accepted came to its own end
   */
  public boolean close(Duration limit) {
    refuseWorkers();
    dispatcher.close();
    boolean drained = awaitEnd(limit);
    if (!drained) {
      cancelAll();
    }
    release();
    return drained;
  }

  /**
   * Accepts no further task, cancels every one accepted, and ends the workers and their memory.
   * Tasks that run are interrupted; should one not end within five seconds, in a host function that
   * ignores interrupts, it is left behind, and the memory is released when it has ended after all.
   *
   * @throws IllegalStateException if called on a worker of this pool
   */
  public void abort() {
    refuseWorkers();
    dispatcher.close();
    cancelAll();
    release();
  }

  /** Has everything released when the last worker has ended, however long that takes. */
  private void leaveBehind() {
    if (waiter != null) {
      return;
    }
    waiter = new Thread(this::close, module.name() + "#pool-rest");
    waiter.setDaemon(true);
    waiter.start();
    config
        .guests()
        .listener()
        .noticed(
            "a worker of the pool of %s does not stop; it is left behind, and its memory until it does"
                .formatted(module.name()));
  }

  private void refuseWorkers() {
    if (dispatcher.isWorker()) {
      throw new IllegalStateException(
          "a worker of the pool of %s cannot close it: it would wait for itself"
              .formatted(module.name()));
    }
  }

  /** Whether all ended in time; an interrupt counts as the end of the time, and stays set. */
  private boolean awaitEnd(Duration limit) {
    try {
      return dispatcher.awaitEnd(limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void cancelAll() {
    dispatcher.cancelAll();
    boolean interrupted = Thread.interrupted(); // which would cut the wait for the workers short
    awaitEnd(TaskInterrupts.GRACE);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends what only workers need, now if none is left. */
  private void release() {
    releasing.lock();
    try {
      if (ended) {
        return;
      }
      if (dispatcher.isOver()) {
        releaseNow();
      } else {
        leaveBehind();
      }
    } finally {
      releasing.unlock();
    }
  }

  private void releaseNow() {
    ended = true;
    deskLock.lock();
    try {
      desk.retire();
    } finally {
      deskLock.unlock();
    }
    dispatcher.stop();
    instances.close();
  }
}
