package dev.wasmrun.compiler.code;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import java.time.Duration;

/**
 * A thread that compiles for others, and gives up when nobody has waited for a while.
 *
 * <p>Whoever waits says so again and again; so none that stops waiting, however it does, has to be
 * counted. Giving up takes a while, since the next call will want the same.
 */
public final class CompilerThread extends Thread {
  /** How often those who wait say so. */
  public static final Duration INTERVAL = Duration.ofMillis(50);

  private static final long PATIENCE = Duration.ofMillis(500).toNanos();
  private static final long STACK_BYTES = 4 << 20;

  /** When somebody last waited; written by those who wait, volatile. */
  private volatile long wanted = System.nanoTime();

  /** A daemon thread that is to compile something. */
  public CompilerThread(Runnable work) {
    super(null, work, "wasm compiler", STACK_BYTES);
    setDaemon(true);
    setContextClassLoader(null); // not that of whoever happens to call first
  }

  /** What has been compiled in vain. */
  public static final class Unwanted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unwanted() {
      super("nobody waits for this code any more");
    }
  }

  /** Somebody still waits. */
  public void want() {
    wanted = System.nanoTime();
  }

  /**
   * Whether to go on: to be called every few milliseconds by all that takes long.
   *
   * @throws Unwanted if this is such a thread and nobody waits
   * @throws ChicoryInterruptedException if this is another thread, and interrupted
   */
  public static void check() {
    if (Thread.currentThread() instanceof CompilerThread compiler) {
      if (System.nanoTime() - compiler.wanted > PATIENCE) {
        throw new Unwanted();
      }
    } else if (Thread.currentThread().isInterrupted()) {
      throw new ChicoryInterruptedException("Thread interrupted");
    }
  }

  /** As {@link #check}, if this many steps of a long sequence have been made. */
  public static void checkAt(int step) {
    if ((step & 0xFFF) == 0) {
      check();
    }
  }
}
