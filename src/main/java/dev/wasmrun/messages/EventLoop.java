package dev.wasmrun.messages;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * An executor whose tasks run one after the other, in the order of submission, on the thread that
 * {@linkplain #runUntil runs} the loop. Tasks may be submitted by any thread at any time; those
 * that nobody runs wait.
 *
 * <p>So what a task submitted after a message was posted sees is what the message's handler left.
 */
public final class EventLoop implements Executor {
  /** The end of one call of {@link #runUntil}; written and read on the thread that runs it. */
  private static final class End implements Runnable {
    private boolean reached;

    @Override
    public void run() {
      reached = true;
    }
  }

  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

  /** Creates a loop without a task. */
  public EventLoop() {}

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /**
   * Runs tasks on the current thread until the stage has completed and the tasks submitted before
   * that have run. A task may call this in its turn.
   *
   * @return what the stage completes with
   * @throws InterruptedException if the thread is interrupted while it waits for a task
   * @throws CompletionException with what the stage fails with
   * @throws RuntimeException what a task throws; the tasks behind it wait for the next call
   */
  public <T> T runUntil(CompletionStage<T> stage) throws InterruptedException {
    var end = new End();
    stage.whenComplete((value, failure) -> execute(end));
    while (!end.reached) {
      tasks.take().run();
    }
    return stage.toCompletableFuture().join();
  }
}
