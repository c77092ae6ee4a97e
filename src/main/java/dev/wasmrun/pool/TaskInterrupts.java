package dev.wasmrun.pool;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.guest.GuestFailure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The ends of tasks that do not end by themselves: by their time limit, or because nobody wants
 * their result any more.
 *
 * <p>A thread is interrupted only under the dispatcher's lock, while it runs the task that is
 * meant: else the interrupt would hit the next one.
 */
final class TaskInterrupts {
  /** How long a task that is interrupted has until its future no longer waits for it. */
  static final Duration GRACE = Crew.GRACE;

  private static final Duration TIMER_KEPT = Duration.ofSeconds(10);

  private final ReentrantLock lock;
  private final Optional<Duration> limit;
  private final Function<WorkerSlot, Optional<String>> stuck;
  private final Consumer<String> notices;
  private final ScheduledThreadPoolExecutor timer;

  /**
   * Creates a source of interrupts without a thread; it has one while there is something to time.
   *
   * @param lock the dispatcher's
   * @param limit how long a task may run
   * @param stuck told, under the lock, of the worker of a task that still runs when its time to end
   *     is over, and answers what users should know
   * @param notices told of that, under no lock
   */
  TaskInterrupts(
      String name,
      ReentrantLock lock,
      Optional<Duration> limit,
      Function<WorkerSlot, Optional<String>> stuck,
      Consumer<String> notices) {
    this.lock = lock;
    this.limit = limit;
    this.stuck = stuck;
    this.notices = notices;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1,
            body -> {
              var thread = new Thread(body, name + "#pool-timer");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true); // or a task's limit would outlive the task
    timer.setKeepAliveTime(TIMER_KEPT.toSeconds(), TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
  }

  /** A task begins to run: its time does, too. Called under the lock. */
  void began(Task task) {
    limit.ifPresent(
        time ->
            task.limitBy(
                timer.schedule(() -> timeOut(task), time.toNanos(), TimeUnit.NANOSECONDS)));
  }

  private void timeOut(Task task) {
    lock.lock();
    try {
      if (task.state() == Task.State.RUNNING && !task.isDecided()) {
        task.timeOut();
        interrupt(task);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Interrupts a running task until it ends. Called under the lock. */
  void interrupt(Task task) {
    interrupt(task, System.nanoTime());
  }

  private void interrupt(Task task, long since) {
    task.slot().thread().interrupt();
    timer.schedule(
        () -> interruptAgain(task, since), Crew.REPEAT_INTERRUPT.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void interruptAgain(Task task, long since) {
    boolean givenUp;
    Optional<String> notice;
    lock.lock();
    try {
      if (task.state() != Task.State.RUNNING) {
        return;
      }
      interrupt(task, since);
      if (System.nanoTime() - since <= GRACE.toNanos()) {
        return;
      }
      notice = stuck.apply(task.slot());
      givenUp = task.decide();
      if (givenUp) {
        task.giveUp();
      }
    } finally {
      lock.unlock();
    }
    if (givenUp) {
      task.settle(timeout(task, List.of()));
    }
    notice.ifPresent(notices);
  }

  /** What to tell of a task's failure: that it ran out of time, if that was the reason. */
  Throwable explain(Task task, Throwable failure) {
    if (failure == null || !task.hasTimedOut()) {
      return failure;
    }
    return timeout(task, failure instanceof GuestFailure guest ? guest.backtrace() : List.of());
  }

  private TaskTimeout timeout(Task task, List<String> backtrace) {
    return new TaskTimeout(task.call(), limit.orElseThrow(), backtrace);
  }

  /** Ends the timer, when no task runs any more. */
  void stop() {
    timer.shutdownNow();
  }
}
