package dev.wasmrun.crew;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * What is done before a crew has members, on a thread of its own: it ends with the run, or is left
 * behind.
 *
 * <pre>
 *   begun ──▶ done ─────────────────────────▶ the run begins
 *     │  └──▶ failed ───────────────────────▶ the failure is thrown
 *     └ the run ends ─▶ interrupted ──▶ done: what it has made is released
 *                            └ does not notice ─▶ left behind, and releases that itself when done
 * </pre>
 */
final class Preparing<T> {
  /** How long whoever waits gives it to notice the end of the run. */
  private static final long PATIENCE_MILLIS = 1200;

  private final CompletableFuture<T> made = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final Thread thread;

  /**
   * Something to do.
   *
   * @param after what is to be done then on the same thread, however it has ended
   */
  Preparing(String name, Supplier<T> work, Runnable after) {
    thread = new Thread(() -> run(work, after), name);
    thread.setDaemon(true);
  }

  private void run(Supplier<T> work, Runnable after) {
    T result = null;
    Throwable failure = null;
    try {
      result = work.get();
    } catch (Throwable e) { // Errors too: whoever waits has to be told.
      failure = e;
    }
    after.run();
    if (failure == null) {
      made.complete(result);
    } else {
      made.completeExceptionally(failure);
    }
  }

  String name() {
    return thread.getName();
  }

  /** The run is over: nobody needs this any more. */
  void end() {
    ended.complete(null);
    thread.interrupt();
  }

  /**
   * Does it.
   *
   * @return what it has made; empty if the run, or the time, was over before that
   * @throws ThreadRefused if the system has no thread for it
   * @throws InterruptedException if the current thread is interrupted before that
   */
  Optional<T> await(TimeLimit limit) throws InterruptedException {
    try {
      thread.start();
    } catch (OutOfMemoryError e) {
      throw new ThreadRefused(name(), e);
    }
    try {
      CompletableFuture.anyOf(made, ended).get(limit.nanosLeft(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // It is told below, or over.
    }
    return made.isDone() && !ended.isDone() ? Optional.of(result()) : Optional.empty();
  }

  /** Gives the thread a moment to end. */
  void leave() {
    boolean interrupted = Thread.interrupted();
    try {
      thread.join(PATIENCE_MILLIS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private T result() {
    try {
      return made.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause(); // a supplier throws no other
    }
  }
}
