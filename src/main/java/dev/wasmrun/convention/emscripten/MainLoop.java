package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.ClockAndRandomness;
import dev.wasmrun.guest.Guest;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A function that a thread calls again and again, as a game draws its frames: at a rate of its own,
 * at that of a screen with 60 frames a second, or without a pause. What is pushed as a blocker is
 * called first, one a turn.
 *
 * <pre>
 *   none ── set ──▶ running ── pause ──▶ paused ── resume ──▶ running
 *     ▲── cancel ──────┘──── cancel ───────┘
 * </pre>
 */
final class MainLoop {
  /** How long a call waits after the one before: the numbers are those of {@code emscripten.h}. */
  private enum Timing {
    MILLIS,
    FRAMES,
    AT_ONCE
  }

  private static final double FRAME_MILLIS = 1000.0 / 60;

  /** A frame that is so near is left out. */
  private static final double TOO_NEAR_MILLIS = 2;

  private static final double NANOS_PER_MILLI = 1e6;

  private final EventLoop events;
  private final ClockAndRandomness clock;
  private final Deque<EventLoop.Callback> blockers = new ArrayDeque<>();

  /** Null if there is none. */
  private EventLoop.Callback function;

  private boolean running;
  private int mode = Timing.FRAMES.ordinal();
  private double value = 1;

  /** Counts what makes the next call obsolete that has been asked for. */
  private int generation;

  /** What makes that call. */
  private int event;

  private int frame;
  private double called = Double.NEGATIVE_INFINITY;
  private double nextFrame = Double.NaN;

  MainLoop(EventLoop events, ClockAndRandomness clock) {
    this.events = events;
    this.clock = clock;
  }

  /**
   * Sets the function.
   *
   * @param perSecond how often it is called; 0 or less for once a frame
   */
  void set(EventLoop.Callback body, int perSecond) {
    if (function != null) {
      EndImports.abort(
          "emscripten_set_main_loop: there is a main loop already; call emscripten_cancel_main_loop first");
    }
    function = body;
    running = true;
    if (perSecond > 0) {
      time(Timing.MILLIS.ordinal(), 1000.0 / perSecond);
    } else {
      time(Timing.FRAMES.ordinal(), 1);
    }
    schedule();
  }

  /** Sets how long the next calls wait; 0, or 1 if there is no main loop. */
  int time(int newMode, double newValue) {
    mode = newMode;
    value = newValue;
    return function == null ? 1 : 0;
  }

  int mode() {
    return mode;
  }

  int value() {
    return (int) value;
  }

  void cancel() {
    pause();
    function = null;
  }

  void pause() {
    generation++;
    events.clear(event);
    running = false;
  }

  void resume() {
    if (function != null) {
      pause();
      running = true;
      schedule();
    }
  }

  void push(EventLoop.Callback blocker) {
    blockers.add(blocker);
  }

  boolean isRunning() {
    return running;
  }

  private double millis() {
    return clock.nanoTime() / NANOS_PER_MILLI;
  }

  private void schedule() {
    int asked = generation;
    EventLoop.Callback next = guest -> call(guest, asked);
    if (mode == Timing.AT_ONCE.ordinal()) {
      event = events.soon(next);
    } else if (mode == Timing.MILLIS.ordinal()) {
      event = events.after(Math.max(0, called + value - millis()), next);
    } else {
      event = events.after(untilFrame(), next);
    }
  }

  private double untilFrame() {
    double now = millis();
    if (Double.isNaN(nextFrame)) {
      nextFrame = now + FRAME_MILLIS;
    } else if (now + TOO_NEAR_MILLIS >= nextFrame) {
      double missed = Math.floor((now + TOO_NEAR_MILLIS - nextFrame) / FRAME_MILLIS) + 1;
      nextFrame += missed * FRAME_MILLIS;
    }
    return nextFrame - now;
  }

  private void call(Guest guest, int asked) {
    try {
      if (!blockers.isEmpty()) {
        blockers.remove().call(guest);
      } else if (isDrawn()) {
        called = millis();
        function.call(guest);
      }
    } finally {
      if (asked == generation) { // a call that unwinds is followed by the next all the same
        schedule();
      }
    }
  }

  /** Whether this is one of the frames that count. */
  private boolean isDrawn() {
    frame++;
    return mode != Timing.FRAMES.ordinal() || value <= 1 || frame % (int) value == 0;
  }
}
