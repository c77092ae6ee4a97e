package dev.wasmrun.convention.emscripten;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.guest.Guest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The imports of signals. The library keeps the handlers, and calls them through the host; timers
 * are the host's. What a timer brings about happens on the main thread, wherever that is: in a
 * loop, in a wait, or in a call of the host, which is then begun again.
 *
 * <pre>
 *   __call_sighandler(handler, signal)
 *   alarm(seconds) -> what was left of the one before           releases up to 3.1
 *   _setitimer_js(which, milliseconds: f64) -> 0                later ones
 * </pre>
 */
final class SignalImports implements AutoCloseable {
  private static final int SIGALRM = 14;
  private static final int ALARM = -1;
  private static final double MILLI = 1e6;

  private final Crew crew;
  private final Pthreads threads;

  /** What is to go off, by the number of the timer. */
  private final Map<Integer, ScheduledFuture<?>> timers = new ConcurrentHashMap<>();

  /** Made when it is first needed; guarded by this object's monitor. */
  private ScheduledExecutorService clock;

  private boolean closed;

  /**
   * Creates the imports.
   *
   * @param crew expects what a timer brings about
   */
  SignalImports(Crew crew, Pthreads threads) {
    this.crew = crew;
    this.threads = threads;
  }

  Map<String, Import> all() {
    return Map.of(
        "__call_sighandler",
        Import.ofVoid(2, (caller, args) -> caller.callIndirect((int) args[0], args[1])),
        "alarm",
        new Import(1, (caller, args) -> alarm(Integer.toUnsignedLong((int) args[0]))),
        "_setitimer_js",
        new Import(
            2,
            (caller, args) -> {
              int which = (int) args[0];
              double millis = Double.longBitsToDouble(args[1]);
              set(which, (long) (millis * MILLI), guest -> timeout(guest, which));
              return 0;
            }));
  }

  /** In whole seconds; less than a second that is left is told as one. */
  private long alarm(long seconds) {
    long left = set(ALARM, TimeUnit.SECONDS.toNanos(seconds), guest -> raise(guest, SIGALRM));
    return Duration.ofNanos(left).plusNanos(999_999_999).toSeconds();
  }

  /**
   * Sets a timer, or stops it.
   *
   * @param nanos until it goes off; 0 for never
   * @return how many nanoseconds were left before; 0 if it was not set
   */
  private synchronized long set(int timer, long nanos, Consumer<Guest> then) {
    ScheduledFuture<?> before = timers.remove(timer);
    long left = before == null ? 0 : Math.max(0, before.getDelay(TimeUnit.NANOSECONDS));
    if (before != null && before.cancel(false)) {
      crew.come();
    }
    if (nanos > 0 && !closed) {
      crew.expect();
      timers.put(timer, clock().schedule(() -> goesOff(then), nanos, TimeUnit.NANOSECONDS));
    }
    return left;
  }

  /** Has the main thread make a call, which is expected before the timer no longer is. */
  private void goesOff(Consumer<Guest> call) {
    Pthread main = threads.main();
    if (main != null) {
      main.interruptFor(call);
    }
    crew.come();
  }

  private ScheduledExecutorService clock() {
    if (clock == null) {
      clock =
          new ScheduledThreadPoolExecutor(
              1,
              task -> {
                var thread = new Thread(task, "signal-timer");
                thread.setDaemon(true);
                return thread;
              });
    }
    return clock;
  }

  private static void timeout(Guest guest, int which) {
    double now = System.nanoTime() / MILLI;
    ExportCalls.ifExported(guest, Names.TIMEOUT, which, Double.doubleToRawLongBits(now));
  }

  static void raise(Guest guest, int signal) {
    ExportCalls.ifExported(guest, Names.RAISE, signal);
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (clock != null) {
      clock.shutdownNow();
    }
  }
}
