package dev.wasmrun.pool;

import dev.wasmrun.crew.FlightRecording;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestExit;
import dev.wasmrun.guest.GuestFailure;
import dev.wasmrun.guest.GuestInterrupted;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.guest.Trap;
import dev.wasmrun.module.ShownNames;
import java.util.concurrent.locks.Condition;

/**
 * A place where tasks run one after the other on an instance that is made for the first of them,
 * and anew after one that did not return, or after each. A worker is one with a thread of its own.
 */
final class WorkerSlot {
  private final int number;
  private final Dispatcher dispatcher;
  private final Instances instances;
  private final PoolConfig config;

  // Guarded by the dispatcher's lock.
  private final TaskQueue queue = new TaskQueue();
  private final Condition hasWork;
  private Thread thread;
  private Task current;

  /** Used by the thread whose task is the current one. */
  private Guest guest;

  /**
   * Creates a slot without a thread.
   *
   * @param number which share of a stack that is divided its instance gets
   */
  WorkerSlot(
      int number,
      Dispatcher dispatcher,
      Condition hasWork,
      Instances instances,
      PoolConfig config) {
    this.number = number;
    this.dispatcher = dispatcher;
    this.hasWork = hasWork;
    this.instances = instances;
    this.config = config;
  }

  int number() {
    return number;
  }

  TaskQueue queue() {
    return queue;
  }

  Condition hasWork() {
    return hasWork;
  }

  /** Tasks that it runs or has in its queue. */
  int load() {
    return queue.size() + (current == null ? 0 : 1);
  }

  /** Those of them that a task of some priority would have to wait for. */
  int loadBefore(int priority) {
    return queue.sizeFrom(priority) + (current == null ? 0 : 1);
  }

  /** The thread that runs the current task, or would. */
  Thread thread() {
    return thread;
  }

  void setThread(Thread runner) {
    thread = runner;
  }

  Task current() {
    return current;
  }

  void setCurrent(Task task) {
    current = task;
  }

  /** The life of a worker. */
  void work() {
    try {
      Task task = dispatcher.next(this);
      while (task != null) {
        execute(task).run();
        task = dispatcher.next(this);
      }
    } finally {
      retire();
      dispatcher.left(this);
    }
  }

  /** Gives up the instance, if there is one. */
  void retire() {
    if (guest != null) {
      Guest used = guest;
      guest = null;
      instances.discard(used);
    }
  }

  /**
   * Runs a task on the current thread, unless it has been cancelled.
   *
   * @return what completes its future, if that is still to be done; to be run at once, but with no
   *     lock held, as whatever depends on the future runs then
   */
  Runnable execute(Task task) {
    if (!dispatcher.begin(this, task)) {
      return () -> {};
    }
    CallEvent event = FlightRecording.started() ? CallEvent.begin(task) : null;
    Returned returned = null;
    Throwable failure = null;
    try {
      if (guest == null) {
        guest = instances.create(number);
      }
      Call call = task.call();
      returned =
          new Returned(call.export(), call.signature(), guest.call(call.export(), call.args()));
    } catch (Throwable e) {
      // Errors too: whatever ends a task is told to whoever awaits it, and the worker goes on.
      failure = e;
    }
    boolean wanted = dispatcher.end(this, task, failure);
    if (failure != null) {
      failure = dispatcher.explain(task, failure);
      giveUp(task, failure);
    } else if (config.freshInstances()) {
      retire();
    }
    if (event != null) {
      event.end(failure == null ? "returned" : why(failure));
    }
    return wanted ? settlement(task, returned, failure) : () -> {};
  }

  private static Runnable settlement(Task task, Returned returned, Throwable failure) {
    return failure == null ? () -> task.settle(returned) : () -> task.settle(failure);
  }

  private void giveUp(Task task, Throwable failure) {
    try {
      retire();
      if (instances.sharedMemory().isPresent()) {
        config
            .guests()
            .listener()
            .noticed(
                "%s gave up an instance because %s %s; what it wrote to the shared memory stays there, perhaps half written, and locks that it held stay locked"
                    .formatted(task.call().module().name(), task.call(), why(failure)));
      }
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private static String why(Throwable failure) {
    if (failure instanceof Trap trap) {
      return "trapped: " + ShownNames.inFull(trap.getMessage()); // it may be the guest's
    }
    if (failure instanceof GuestExit exit) {
      return "exited with code " + exit.code();
    }
    if (failure instanceof GuestInterrupted) {
      return "was interrupted";
    }
    if (failure instanceof TaskTimeout) {
      return "ran out of time";
    }
    return ShownNames.inFull(
        failure instanceof GuestFailure ? failure.getMessage() : "failed: " + failure);
  }
}
