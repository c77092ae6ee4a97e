package dev.wasmrun.memory;

import dev.wasmrun.Internal;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;

/**
 * Interrupts of a guest thread that mean something else than its end: calls that it is to make
 * where it is, as a signal has a process call a handler. Whoever finds the current thread
 * interrupted asks {@link #served} first, and goes on if that says so.
 *
 * <p>Thread-safe.
 */
@Internal
public final class Interruptions {
  private static final ThreadLocal<Interruptions> OF_THREAD = new ThreadLocal<>();

  private final Thread thread = Thread.currentThread();
  private final BooleanSupplier ends;
  private final Queue<Runnable> calls = new ConcurrentLinkedQueue<>();

  /** Whether an interrupt would break what the thread does; guarded by this object's monitor. */
  private boolean undisturbed;

  /** Whether the thread makes calls now; used by itself alone. */
  private boolean serving;

  private Interruptions(BooleanSupplier ends) {
    this.ends = ends;
  }

  /**
   * Those of the current thread, from now on.
   *
   * @param ends whether an interrupt means the end of the thread, whatever else it was asked for
   */
  public static Interruptions ofCurrentThread(BooleanSupplier ends) {
    var interruptions = new Interruptions(ends);
    OF_THREAD.set(interruptions);
    return interruptions;
  }

  /** Has the thread make a call as soon as it can be interrupted. May be called by any thread. */
  public void request(Runnable call) {
    synchronized (this) {
      calls.add(call);
      if (!undisturbed) {
        thread.interrupt();
      }
    }
  }

  /**
   * Whether the current thread, which is interrupted or was, has made the calls that this was for;
   * its interrupt flag is clear then. What a call throws leaves this. Calls that come while others
   * are made wait for those.
   */
  public static boolean served() {
    Interruptions own = OF_THREAD.get();
    if (own == null || own.calls.isEmpty() || own.ends.getAsBoolean()) {
      return false;
    }
    if (own.serving) {
      Thread.interrupted();
    } else {
      own.serve();
    }
    return !own.endsNow();
  }

  private void serve() {
    serving = true;
    try {
      for (Runnable call = next(); call != null; call = next()) {
        call.run();
      }
    } finally {
      serving = false;
    }
  }

  /** The next call, whose interrupt is over with it: left set, it would seem to mean the end. */
  private synchronized Runnable next() {
    Thread.interrupted();
    return calls.poll();
  }

  /** Whether the thread is to end, whose interrupt may just have been cleared: it is set again. */
  private boolean endsNow() {
    boolean now = ends.getAsBoolean();
    if (now) {
      thread.interrupt();
    }
    return now;
  }

  /** Until {@link #disturb} no call interrupts the current thread: it uses an open file, say. */
  public static void leaveUndisturbed() {
    Interruptions own = OF_THREAD.get();
    if (own != null) {
      synchronized (own) {
        own.undisturbed = true;
        if (!own.calls.isEmpty()) {
          Thread.interrupted(); // they have to wait
          own.endsNow();
        }
      }
    }
  }

  /** Calls interrupt the current thread again, also those that have come meanwhile. */
  public static void disturb() {
    Interruptions own = OF_THREAD.get();
    if (own != null) {
      synchronized (own) {
        own.undisturbed = false;
        if (!own.calls.isEmpty()) {
          own.thread.interrupt();
        }
      }
    }
  }
}
