package dev.wasmrun.convention.emscripten;

import static dev.wasmrun.convention.emscripten.Import.nothing;
import static dev.wasmrun.convention.emscripten.Import.ofVoid;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestUnwound;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;

/**
 * The imports of the event loop: timers, calls to be made at once, and the main loop, each of the
 * thread that asks for it.
 *
 * <pre>
 * emscripten_set_timeout(function, milliseconds: f64, data) -> id     likewise …_interval, …_immediate
 * emscripten_set_timeout_loop(function: (f64, data) -> goes on, milliseconds: f64, data) -> id
 * emscripten_async_call(function, data, milliseconds)
 * emscripten_set_main_loop_arg(function, data, per second, unwinds)
 * </pre>
 */
final class LoopImports {
  private final EventLoops loops;
  private final DoubleSupplier now;

  /**
   * Creates the imports.
   *
   * @param now the time in milliseconds, by the clock of {@code emscripten_get_now}
   */
  LoopImports(EventLoops loops, DoubleSupplier now) {
    this.loops = loops;
    this.now = now;
  }

  Map<String, Import> all() {
    var all = new TreeMap<String, Import>();
    timers(all);
    mainLoop(all);
    life(all);
    return all;
  }

  private void timers(Map<String, Import> all) {
    all.put(
        "emscripten_set_timeout",
        new Import(3, (c, args) -> loops.toFill(c).after(number(args[1]), call(args[0], args[2]))));
    all.put(
        "emscripten_set_interval",
        new Import(3, (c, args) -> loops.toFill(c).every(number(args[1]), call(args[0], args[2]))));
    all.put(
        "emscripten_set_immediate",
        new Import(2, (c, args) -> loops.toFill(c).soon(call(args[0], args[1]))));
    all.put(
        "emscripten_async_call",
        ofVoid(3, (c, args) -> loops.toFill(c).after((int) args[2], call(args[0], args[1]))));
    all.put(
        "emscripten_set_timeout_loop",
        new Import(3, (c, args) -> loops.toFill(c).after(0, timeoutLoop(args))));
    all.put(
        "emscripten_set_immediate_loop",
        new Import(2, (c, args) -> loops.toFill(c).soon(immediateLoop(args))));
    var clear = ofVoid(1, (c, args) -> loops.of(c).clear((int) args[0]));
    all.put("emscripten_clear_timeout", clear);
    all.put("emscripten_clear_interval", clear);
    all.put("emscripten_clear_immediate", clear);
  }

  private static double number(long bits) {
    return Double.longBitsToDouble(bits);
  }

  private static EventLoop.Callback call(long function, long... args) {
    return guest -> guest.callIndirect((int) function, args);
  }

  /** The next call is due so long after this one has begun. */
  private EventLoop.Callback timeoutLoop(long[] args) {
    return guest -> {
      double begun = now.getAsDouble();
      if (goesOn(guest, args[0], Double.doubleToRawLongBits(begun), args[2])) {
        double left = begun + number(args[1]) - now.getAsDouble();
        loops.of(guest).after(left, timeoutLoop(args));
      }
    };
  }

  private EventLoop.Callback immediateLoop(long[] args) {
    return guest -> {
      if (goesOn(guest, args[0], args[1])) {
        loops.of(guest).soon(immediateLoop(args));
      }
    };
  }

  private static boolean goesOn(Guest guest, long function, long... args) {
    long[] results = guest.callIndirect((int) function, args);
    return results.length > 0 && (int) results[0] != 0;
  }

  private void mainLoop(Map<String, Import> all) {
    all.put(
        "emscripten_set_main_loop",
        ofVoid(3, (c, args) -> start(c, call(args[0]), (int) args[1], (int) args[2] != 0)));
    all.put(
        "emscripten_set_main_loop_arg",
        ofVoid(
            4, (c, args) -> start(c, call(args[0], args[1]), (int) args[2], (int) args[3] != 0)));
    all.put("emscripten_cancel_main_loop", ofVoid(0, (c, args) -> loops.of(c).mainLoop().cancel()));
    all.put("emscripten_pause_main_loop", ofVoid(0, (c, args) -> loops.of(c).mainLoop().pause()));
    all.put("emscripten_resume_main_loop", ofVoid(0, (c, args) -> loops.of(c).mainLoop().resume()));
    all.put(
        "emscripten_set_main_loop_timing",
        new Import(2, (c, args) -> loops.of(c).mainLoop().time((int) args[0], (int) args[1])));
    all.put("emscripten_get_main_loop_timing", ofVoid(2, this::tellTiming));
    var push = ofVoid(2, (c, args) -> loops.toFill(c).mainLoop().push(call(args[0], args[1])));
    all.put("_emscripten_push_main_loop_blocker", push);
    all.put("_emscripten_push_uncounted_main_loop_blocker", push);
    all.put("emscripten_set_main_loop_expected_blockers", nothing());
  }

  /** The stack stays as it is when the caller unwinds: the function may use what lies on it. */
  private void start(Guest guest, EventLoop.Callback function, int perSecond, boolean unwinds) {
    loops.toFill(guest).mainLoop().set(function, perSecond);
    if (unwinds) {
      throw new GuestUnwound();
    }
  }

  private void tellTiming(Guest guest, long[] args) {
    MainLoop mainLoop = loops.of(guest).mainLoop();
    if ((int) args[0] != 0) {
      guest.memory().setInt((int) args[0], mainLoop.mode());
    }
    if ((int) args[1] != 0) {
      guest.memory().setInt((int) args[1], mainLoop.value());
    }
  }

  private void life(Map<String, Import> all) {
    all.put("emscripten_runtime_keepalive_push", ofVoid(0, (c, args) -> loops.of(c).retain()));
    all.put("emscripten_runtime_keepalive_pop", ofVoid(0, (c, args) -> loops.of(c).release()));
    all.put(
        "emscripten_runtime_keepalive_check",
        new Import(0, (c, args) -> loops.of(c).keepsAlive() ? 1 : 0));
    all.put(
        "_emscripten_runtime_keepalive_clear", ofVoid(0, (c, args) -> loops.of(c).releaseAll()));
    all.put(
        "emscripten_exit_with_live_runtime",
        ofVoid(
            0,
            (c, args) -> {
              loops.of(c).retain();
              throw new GuestUnwound();
            }));
  }
}
