package dev.wasmrun.spark;

/**
 * The interrupt of a task's thread when the task is killed: Spark tells of that on a thread of its
 * own, and by default leaves it there, so that an endless guest would never end. The lock keeps the
 * interrupt from hitting the next task on the thread. Made by the thread.
 */
final class TaskInterrupt {
  private final Thread thread = Thread.currentThread();

  // Guarded by this.
  private boolean over;
  private boolean killed;

  /** To be called on another thread when the task is killed. */
  synchronized void kill() {
    if (!over) {
      killed = true;
      thread.interrupt();
    }
  }

  /** To be called by the task's thread at the end of the task. */
  synchronized void end() {
    over = true;
    if (killed) {
      Thread.interrupted(); // ours, which is not to outlive the task
    }
  }
}
