package dev.wasmrun.fuzz;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A task on a thread of its own, given up when it has used up its processor time: on a machine that
 * is busy with other things it may take longer.
 */
final class BoundedTask {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final long STACK_BYTES = 256L << 20;
  private static final int LOOK_MILLIS = 100;

  /** A thread that only waits uses no processor time. */
  private static final int WAITING = 20;

  private BoundedTask() {}

  /**
   * What the task returns; empty if it is given up, and its thread interrupted.
   *
   * @throws IllegalStateException if the task fails
   */
  static <T> Optional<T> run(String name, Callable<T> task, int seconds) {
    var future = new FutureTask<>(task);
    var thread = new Thread(null, future, name, STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
    try {
      return await(future, thread, TimeUnit.SECONDS.toNanos(seconds));
    } catch (ExecutionException e) {
      throw new IllegalStateException(name + " failed: " + e.getCause(), e);
    } catch (InterruptedException e) {
      thread.interrupt();
      throw new IllegalStateException(name + " was interrupted", e);
    }
  }

  private static <T> Optional<T> await(FutureTask<T> future, Thread thread, long nanos)
      throws ExecutionException, InterruptedException {
    long start = System.nanoTime();
    while (true) {
      try {
        return Optional.of(future.get(LOOK_MILLIS, TimeUnit.MILLISECONDS));
      } catch (TimeoutException e) {
        if (THREADS.getThreadCpuTime(thread.getId()) > nanos
            || System.nanoTime() - start > WAITING * nanos) {
          thread.interrupt();
          return Optional.empty();
        }
      }
    }
  }
}
