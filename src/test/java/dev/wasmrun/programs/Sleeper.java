package dev.wasmrun.programs;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.wasmrun.memory.LinearMemory;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** A thread that has been seen to sleep in a wait on a memory. */
final class Sleeper {
  private static final long DEADLINE_SECONDS = 60;

  private final Thread thread;
  private final FutureTask<Void> task;

  /** What puts a thread to sleep. */
  @FunctionalInterface
  interface Body {
    void run() throws Exception;
  }

  private Sleeper(Thread thread, FutureTask<Void> task) {
    this.thread = thread;
    this.task = task;
  }

  /** Starts a thread, and returns once it sleeps on the word at {@code address}. */
  static Sleeper on(LinearMemory memory, int address, Body body) {
    FutureTask<Void> task =
        new FutureTask<>(
            () -> {
              body.run();
              return null;
            });
    Thread thread = new Thread(task, "sleeper");
    thread.setDaemon(true);
    thread.start();
    long start = System.nanoTime();
    while (memory.waiters().stream()
        .noneMatch(
            waiter ->
                waiter.address() == address
                    && waiter.thread().filter(thread::equals).isPresent())) {
      assertFalse(task.isDone(), "ended without having slept");
      assertFalse(System.nanoTime() - start > TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS));
      Thread.onSpinWait();
    }
    return new Sleeper(thread, task);
  }

  boolean isDone() {
    return task.isDone();
  }

  void interrupt() {
    thread.interrupt();
  }

  /** Waits for the end of the thread; throws what ended it. */
  void join() throws Throwable {
    try {
      task.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause();
    }
  }
}
