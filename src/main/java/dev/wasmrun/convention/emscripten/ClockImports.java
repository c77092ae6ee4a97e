package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.ClockAndRandomness;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestInterrupted;
import dev.wasmrun.memory.LinearMemory;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The imports that tell the time. A {@code time_t} has 32 bits in the releases that import them;
 * later ones ask WASI.
 */
final class ClockImports {
  private static final int REALTIME = 0;
  private static final int LAST_CLOCK = 6;
  private static final int EINVAL = 28;
  private static final long NANOS = 1_000_000_000;

  private static final long MILLI = 1_000_000;

  private final ClockAndRandomness clockAndRandomness;
  private final long start;

  ClockImports(ClockAndRandomness clockAndRandomness) {
    this.clockAndRandomness = clockAndRandomness;
    this.start = clockAndRandomness.nanoTime();
  }

  Map<String, Import> all() {
    var clock = new Import(2, (caller, args) -> clock(caller, (int) args[0], (int) args[1]));
    var now = new Import(0, (caller, args) -> bits(now()));
    return Map.ofEntries(
        Map.entry("emscripten_get_now", now),
        Map.entry("emscripten_performance_now", now),
        Map.entry("emscripten_get_now_is_monotonic", new Import(0, (caller, args) -> 1)),
        Map.entry("emscripten_get_now_res", new Import(0, (caller, args) -> bits(1))),
        Map.entry("emscripten_date_now", new Import(0, (caller, args) -> bits(millis()))),
        Map.entry("_emscripten_date_now", new Import(0, (caller, args) -> bits(millis()))),
        Map.entry("_emscripten_get_now_is_monotonic", new Import(0, (caller, args) -> 1)),
        Map.entry("emscripten_sleep", Import.ofVoid(1, (caller, args) -> sleep((int) args[0]))),
        Map.entry("clock_gettime", clock),
        Map.entry("__clock_gettime", clock),
        Map.entry("clock_getres", new Import(2, ClockImports::resolution)),
        Map.entry("gettimeofday", new Import(1, this::timeOfDay)),
        Map.entry("time", new Import(1, this::time)),
        Map.entry("clock", new Import(0, (caller, args) -> monotonic() / 1000)));
  }

  /** The time in milliseconds, as programs see it. */
  double now() {
    return monotonic() / 1e6;
  }

  private long monotonic() {
    return clockAndRandomness.nanoTime() - start;
  }

  private double millis() {
    return clockAndRandomness.epochNanos() / MILLI;
  }

  /** The thread waits by itself: nothing needs to be unwound for a page to go on meanwhile. */
  private void sleep(int millis) {
    try {
      clockAndRandomness.sleep(TimeUnit.MILLISECONDS.toNanos(Integer.toUnsignedLong(millis)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GuestInterrupted(e);
    }
  }

  private static long bits(double value) {
    return Double.doubleToRawLongBits(value);
  }

  private int clock(Guest guest, int clock, int into) {
    if (clock < REALTIME || clock > LAST_CLOCK) {
      return failed(guest);
    }
    if (clock == REALTIME) {
      putNanos(guest.memory(), into, clockAndRandomness.epochNanos());
    } else {
      putNanos(guest.memory(), into, monotonic());
    }
    return 0;
  }

  private static int resolution(Guest guest, long[] args) {
    put(guest.memory(), (int) args[1], 0, 1);
    return 0;
  }

  private int timeOfDay(Guest guest, long[] args) {
    long now = clockAndRandomness.epochNanos();
    put(guest.memory(), (int) args[0], now / NANOS, now % NANOS / 1000);
    return 0;
  }

  private long time(Guest guest, long[] args) {
    long seconds = clockAndRandomness.epochNanos() / NANOS;
    if ((int) args[0] != 0) {
      guest.memory().setInt((int) args[0], (int) seconds);
    }
    return seconds;
  }

  private static void putNanos(LinearMemory memory, int into, long nanos) {
    put(memory, into, nanos / NANOS, nanos % NANOS);
  }

  private static void put(LinearMemory memory, int into, long seconds, long fraction) {
    memory.setInt(into, (int) seconds);
    memory.setInt(into + Integer.BYTES, (int) fraction);
  }

  private static int failed(Guest guest) {
    ErrnoLocation.set(guest, EINVAL);
    return -1;
  }
}
