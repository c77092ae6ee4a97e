package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.ClockAndRandomness;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.HostFault;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The event loops of a program's threads, each by the thread's instance. Thread-safe. */
final class EventLoops {
  private final ClockAndRandomness clock;
  private final Map<Guest, EventLoop> loops = new ConcurrentHashMap<>();

  /** Whether Java calls the functions of a library, so that no thread is ever idle. */
  private final boolean calledFromJava;

  /** The main thread's; written by it before it makes a call. */
  private volatile EventLoop main;

  /** What the program ends with when its main thread has nothing left to do. */
  private volatile int exitCode;

  /**
   * Creates the loops of a program without threads.
   *
   * @param calledFromJava whether it is a library, called from Java
   */
  EventLoops(ClockAndRandomness clock, boolean calledFromJava) {
    this.clock = clock;
    this.calledFromJava = calledFromJava;
  }

  /** The loop of the current thread, which runs the instance. */
  EventLoop of(Guest guest) {
    return loops.computeIfAbsent(guest, thread -> new EventLoop(clock));
  }

  /** The same, to have something called later. */
  EventLoop toFill(Guest guest) {
    if (calledFromJava) {
      throw new HostFault(
          "a library that Java calls has no event loop: what it asks to have called later never would be; run it as a program");
    }
    return of(guest);
  }

  /** The loop of the main thread, which is the current one. */
  EventLoop startMain(Guest guest) {
    main = of(guest);
    return main;
  }

  /** Whether it is the main thread that runs the instance. */
  boolean isMain(Guest guest) {
    return main != null && loops.get(guest) == main;
  }

  /** The thread has ended. */
  void ended(Guest guest) {
    loops.remove(guest);
  }

  void exitsWith(int code) {
    exitCode = code;
  }

  int exitCode() {
    return exitCode;
  }
}
