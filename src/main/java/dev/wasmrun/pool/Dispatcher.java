package dev.wasmrun.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who works in a pool and at what: its workers, their tasks, and whether it is closing.
 *
 * <p>Everything here is guarded by one lock. Neither guest nor host functions run under it, and no
 * future is completed.
 */
final class Dispatcher {
  private final PoolConfig config;
  private final ReentrantLock lock = new ReentrantLock();
  private final TaskInterrupts interrupts;

  /** Signalled when a queue gets shorter or the pool begins to close. */
  private final Condition changed = lock.newCondition();

  private final PoolWorkers workers;
  private final Set<Task> lent = new HashSet<>(); // those their submitters run, or wait to run
  private final Set<Task> blocked = new LinkedHashSet<>(); // whose submitters wait for room
  private final PoolCounts counts = new PoolCounts();
  private boolean closing;

  Dispatcher(String name, PoolConfig config, Instances instances) {
    this.config = config;
    this.workers = new PoolWorkers(name, config, instances, this, lock);
    this.interrupts =
        new TaskInterrupts(
            name, lock, config.taskTimeout(), this::stuck, config.guests().listener()::noticed);
  }

  /** A slot whose tasks run on threads that come by. */
  WorkerSlot desk() {
    return workers.desk();
  }

  /** Starts the least number of workers. */
  void open() {
    lock.lock();
    try {
      workers.open();
    } finally {
      lock.unlock();
    }
  }

  /** Whether a task was accepted, and by whom. */
  enum Admission {
    QUEUED,
    LENT,
    FULL,
    CLOSED
  }

  /**
   * Gives a task to a worker, or finds that it has to go another way.
   *
   * @throws InterruptedException if interrupted while waiting for room
   */
  Admission admit(Task task) throws InterruptedException {
    lock.lock();
    try {
      boolean mayWait = config.overflow() == Overflow.BLOCK && !isWorker();
      while (!closing) {
        WorkerSlot chosen = mayWait && !isNext(task) ? null : workers.choose(task);
        if (chosen != null) {
          task.queuedAt(chosen);
          chosen.queue().add(task);
          chosen.hasWork().signal();
          return Admission.QUEUED;
        }
        if (!mayWait) {
          return full(task);
        }
        blocked.add(task);
        changed.await();
      }
      counts.rejected();
      return Admission.CLOSED;
    } finally {
      if (blocked.remove(task)) {
        changed.signalAll(); // those behind it, of which one is next now
      }
      lock.unlock();
    }
  }

  /** Whether no task that waits for room goes before this one. */
  private boolean isNext(Task task) {
    for (Task other : blocked) {
      if (other == task) {
        // Those behind it have come later.
        return blocked.stream().noneMatch(rival -> rival.priority() > task.priority());
      }
      if (other.priority() >= task.priority()) {
        return false;
      }
    }
    return true;
  }

  private Admission full(Task task) {
    if (config.overflow() == Overflow.CALLER_RUNS) {
      lent.add(task);
      return Admission.LENT;
    }
    counts.rejected();
    return Admission.FULL;
  }

  /** Whether the current thread is a worker, which must not wait for workers. */
  boolean isWorker() {
    lock.lock();
    try {
      return workers.all().stream().anyMatch(worker -> worker.thread() == Thread.currentThread());
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a worker's next task; null if there will be none, and the worker is one no more. */
  Task next(WorkerSlot worker) {
    lock.lock();
    try {
      long idleSince = System.nanoTime();
      while (worker.queue().isEmpty()) {
        if (closing || workers.isTooMany(worker, idleSince)) {
          workers.retire(worker);
          return null;
        }
        awaitWork(worker, idleSince);
      }
      Task task = worker.queue().remove();
      worker.setCurrent(task);
      changed.signalAll();
      return task;
    } finally {
      lock.unlock();
    }
  }

  private void awaitWork(WorkerSlot worker, long idleSince) {
    try {
      if (workers.isElastic()) {
        worker
            .hasWork()
            .awaitNanos(config.idleTimeout().toNanos() - (System.nanoTime() - idleSince));
      } else {
        worker.hasWork().await();
      }
    } catch (InterruptedException e) {
      return; // of no meaning between tasks: whoever wants a worker to end closes the pool
    }
  }

  /** A slot's task does not end although it has been interrupted for long enough. */
  private Optional<String> stuck(WorkerSlot slot) {
    Optional<String> notice = workers.stuck(slot, !closing);
    changed.signalAll();
    return notice;
  }

  /** A worker's thread is about to end. */
  void left(WorkerSlot worker) {
    lock.lock();
    try {
      workers.left(worker);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** A slot takes up a task on the current thread; false if nobody wants it any more. */
  boolean begin(WorkerSlot slot, Task task) {
    lock.lock();
    try {
      if (task.state() != Task.State.QUEUED) {
        slot.setCurrent(null);
        changed.signalAll();
        return false;
      }
      slot.setThread(Thread.currentThread());
      slot.setCurrent(task);
      task.begin(slot);
      counts.started(task);
      interrupts.began(task);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * A task's call has ended; counts it.
   *
   * @param failure null if it returned
   * @return whether the call's end decides what becomes of the task's future, which is then to be
   *     completed at once
   */
  boolean end(WorkerSlot slot, Task task, Throwable failure) {
    lock.lock();
    try {
      boolean wanted = task.decide();
      counts.ended(task, failure == null, wanted);
      task.end();
      lent.remove(task);
      slot.setCurrent(null);
      workers.freed(slot);
      if (task.hasTimedOut() || !wanted || workers.contains(slot)) {
        Thread.interrupted(); // it was for this task
      }
      changed.signalAll();
      return wanted;
    } finally {
      lock.unlock();
    }
  }

  /** What to tell of a failure of a task that was run here. */
  Throwable explain(Task task, Throwable failure) {
    return interrupts.explain(task, failure);
  }

  /** A task's future was completed, perhaps from outside, as by cancelling it. */
  void completed(Task task) {
    lock.lock();
    try {
      if (task.state() == Task.State.QUEUED) {
        withdraw(task);
      } else if (task.state() == Task.State.RUNNING && !task.isLeft()) {
        interrupts.interrupt(task);
      }
    } finally {
      lock.unlock();
    }
  }

  private void withdraw(Task task) {
    task.end();
    counts.withdrawn();
    if (task.slot() != null) {
      task.slot().queue().remove(task);
    }
    lent.remove(task);
    changed.signalAll();
  }

  /** Accepts no task any more; workers end when their queues are empty. */
  void close() {
    lock.lock();
    try {
      closing = true;
      workers.all().forEach(worker -> worker.hasWork().signal());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Cancels every task, queued or running. */
  void cancelAll() {
    List<Task> tasks;
    lock.lock();
    try {
      tasks = tasks();
    } finally {
      lock.unlock();
    }
    tasks.forEach(task -> task.completeExceptionally(new CancellationException("pool aborted")));
  }

  /** Waits until nobody works any more; returns whether that came about within the limit. */
  boolean awaitEnd(Duration limit) throws InterruptedException {
    long left = TimeUnit.NANOSECONDS.convert(limit);
    lock.lock();
    try {
      while (!workers.all().isEmpty() || !lent.isEmpty()) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Whether nobody works any more. */
  boolean isOver() {
    lock.lock();
    try {
      return workers.all().isEmpty() && lent.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Releases what it needs for tasks that run; there are none any more. */
  void stop() {
    interrupts.stop();
  }

  PoolStatistics statistics() {
    lock.lock();
    try {
      List<Task> tasks = tasks();
      return counts.snapshot(
          workers, count(tasks, Task.State.RUNNING), count(tasks, Task.State.QUEUED));
    } finally {
      lock.unlock();
    }
  }

  /** The tasks that are on their way: lent, in a queue, or with a worker. */
  private List<Task> tasks() {
    var tasks = new ArrayList<Task>(lent);
    for (WorkerSlot worker : workers.all()) {
      worker.queue().forEach(tasks::add);
      if (worker.current() != null) {
        tasks.add(worker.current()); // which it may only be about to begin
      }
    }
    return tasks;
  }

  private static int count(List<Task> tasks, Task.State state) {
    return (int) tasks.stream().filter(task -> task.state() == state).count();
  }
}
