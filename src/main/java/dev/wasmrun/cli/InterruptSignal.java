package dev.wasmrun.cli;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.Outcome;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C while a run lasts, or many: it ends them, and the JVM waits until that has been reported.
 */
final class InterruptSignal implements AutoCloseable {
  private static final long SECONDS_TO_REPORT = 10;

  private final CountDownLatch reported = new CountDownLatch(1);
  private final Thread hook;

  InterruptSignal(Crew crew) {
    this(() -> crew.end(new Outcome.Cancelled()));
  }

  /**
   * Waits for the signal.
   *
   * @param ending has what lasts end soon
   */
  InterruptSignal(Runnable ending) {
    this.hook = new Thread(() -> cancel(ending), "interrupt");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  @Override
  public void close() {
    reported.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is shutting down: the hook is running and has just been released.
      return;
    }
  }

  private void cancel(Runnable ending) {
    ending.run();
    try {
      if (!reported.await(SECONDS_TO_REPORT, TimeUnit.SECONDS)) {
        System.err.println("wasm-run: interrupted; guest threads did not stop in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
