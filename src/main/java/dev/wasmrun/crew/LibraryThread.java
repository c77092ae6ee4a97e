package dev.wasmrun.crew;

import dev.wasmrun.Internal;
import dev.wasmrun.guest.GuestInterrupted;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The thread of a crew on which a library with threads is called, so that the end of any of them
 * ends a call that waits for it.
 */
@Internal
public final class LibraryThread {
  private final Crew crew;
  private final LinkedBlockingQueue<FutureTask<?>> tasks = new LinkedBlockingQueue<>();

  /** Guarded by this: whether nobody takes tasks any more. */
  private boolean ended;

  /** The thread, when it has begun. */
  private volatile Thread server;

  /** How the run of the crew ends. */
  private final CompletableFuture<Outcome> end;

  /**
   * Starts the thread.
   *
   * @param run runs the crew, of which this is to be the first member, beside the current thread
   */
  public LibraryThread(Crew crew, Function<Crew.Body, CompletableFuture<Outcome>> run) {
    this.crew = crew;
    this.end = run.apply(this::serve);
  }

  private void serve() throws InterruptedException {
    server = Thread.currentThread();
    try {
      while (!crew.isOver()) {
        tasks.take().run();
      }
    } finally {
      synchronized (this) {
        ended = true;
      }
      tasks.forEach(task -> task.cancel(false));
    }
  }

  /**
   * Does something on the thread; at once if that is the current one.
   *
   * @throws RuntimeException what it throws or, if a thread of the crew has failed, that
   */
  public <T> T call(Supplier<T> work) {
    if (Thread.currentThread() == server) {
      return work.get();
    }
    var task = new FutureTask<T>(work::get);
    synchronized (this) {
      if (!ended) {
        tasks.add(task);
      } else {
        task.cancel(false);
      }
    }
    try {
      return task.get();
    } catch (InterruptedException e) {
      crew.end(new Outcome.Cancelled());
      Thread.currentThread().interrupt();
      throw new GuestInterrupted(e);
    } catch (CancellationException | ExecutionException e) {
      throw failure(e instanceof ExecutionException ? e.getCause() : e);
    }
  }

  private RuntimeException failure(Throwable ofTask) {
    Throwable cause = crew.isOver() ? ofCrew(ofTask) : ofTask;
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
  }

  /** What has ended the crew, unless it was somebody outside. */
  private Throwable ofCrew(Throwable ofTask) {
    Outcome outcome = end.join();
    if (outcome instanceof Outcome.Trapped trapped) {
      return trapped.trap();
    }
    return outcome instanceof Outcome.Failed failed ? failed.cause() : ofTask;
  }

  /** Ends the crew; when this returns, its members have ended and its resources are closed. */
  public void close() {
    crew.end(new Outcome.Cancelled());
    end.join();
  }
}
