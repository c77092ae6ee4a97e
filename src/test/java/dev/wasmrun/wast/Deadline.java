package dev.wasmrun.wast;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** A limit on how long a piece of work may take: past it, the work is interrupted. */
final class Deadline {
  private static final Duration GRACE = Duration.ofSeconds(10);

  private Deadline() {}

  /**
   * The result of {@code work}, which runs on a thread of its own.
   *
   * @throws AssertionError if it fails, or does not even end when interrupted
   */
  static <T> T run(Duration limit, Supplier<T> work) throws InterruptedException {
    var task = new FutureTask<>(work::get);
    var thread = new Thread(task, "script");
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      thread.interrupt();
      return afterInterrupt(task, thread);
    } catch (ExecutionException e) {
      throw new AssertionError("the script's run failed", e.getCause());
    }
  }

  /** Waits for a thread that has been interrupted; an interrupt of the waiting one is kept. */
  static void joinUninterruptibly(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static <T> T afterInterrupt(FutureTask<T> task, Thread thread)
      throws InterruptedException {
    try {
      return task.get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      var error = new AssertionError("does not end although interrupted, it is here:");
      error.setStackTrace(thread.getStackTrace());
      throw error;
    } catch (ExecutionException e) {
      throw new AssertionError("the script's run failed", e.getCause());
    }
  }
}
