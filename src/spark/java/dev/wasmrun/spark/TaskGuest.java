package dev.wasmrun.spark;

import dev.wasmrun.guest.Guest;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import org.apache.spark.util.TaskInterruptListener;

/**
 * An instance that a task has borrowed, until the task is over or a call fails. On the driver,
 * outside of tasks, it is borrowed for one call. Used by the thread that has borrowed it; another
 * finds that it is not its own.
 */
final class TaskGuest {
  private final ModuleInstances instances;
  private final Guest guest;
  private final Thread thread = Thread.currentThread();
  private final boolean inTask;
  private final TaskInterrupt interrupt = new TaskInterrupt();

  private boolean over;

  private TaskGuest(ModuleInstances instances, boolean inTask) {
    this.instances = instances;
    this.inTask = inTask;
    this.guest = instances.borrow();
  }

  /** Borrows an instance for the current task. */
  static TaskGuest borrow(ModuleBinary binary) {
    TaskContext task = TaskContext.get();
    var borrowed = new TaskGuest(ExecutorModules.of(binary), task != null);
    if (task != null) {
      task.addTaskCompletionListener((TaskCompletionListener) context -> borrowed.endTask());
      task.addTaskInterruptListener(
          (TaskInterruptListener) (context, reason) -> borrowed.interrupt.kill());
    }
    return borrowed;
  }

  Guest guest() {
    return guest;
  }

  /** Calls with rows' values. */
  ScalarFunction.Calls calls(CodedBody body) {
    return instances.calls(guest, body);
  }

  /** Whether the current thread may make a call. */
  boolean isMine() {
    return thread == Thread.currentThread() && !over;
  }

  /** To be called after each call that returned. */
  void returned() {
    if (!inTask) {
      giveBack();
    }
  }

  /** To be called after a call that did not return. */
  void failed() {
    if (!over) {
      over = true;
      instances.discard(guest);
    }
  }

  private void endTask() {
    interrupt.end();
    giveBack();
  }

  private void giveBack() {
    if (!over) {
      over = true;
      instances.giveBack(guest);
    }
  }
}
