package dev.wasmrun.wasi;

import dev.wasmrun.guest.ClockAndRandomness;

/** The clocks of WASI, by number; times are nanoseconds. Thread-safe. */
final class Clocks {
  static final int REALTIME = 0;
  static final int MONOTONIC = 1;
  private static final int PROCESS_CPU = 2;
  private static final int THREAD_CPU = 3;

  /** The highest number of a clock. */
  static final int LAST = THREAD_CPU;

  private static final long MICROSECOND = 1_000;

  private final ClockAndRandomness clockAndRandomness;
  private final long origin;

  Clocks(ClockAndRandomness clockAndRandomness) {
    this.clockAndRandomness = clockAndRandomness;
    this.origin = clockAndRandomness.nanoTime();
  }

  /** The time by a clock; the monotonic clock starts with this object. */
  long now(int clock) {
    return switch (clock) {
      case REALTIME -> clockAndRandomness.epochNanos();
      case MONOTONIC -> clockAndRandomness.nanoTime() - origin;
      case PROCESS_CPU -> processorTime(false);
      case THREAD_CPU -> processorTime(true);
      default -> throw new ErrnoException(Errno.INVAL);
    };
  }

  /** The step of a clock. */
  long resolution(int clock) {
    return switch (clock) {
      case REALTIME, PROCESS_CPU, THREAD_CPU -> MICROSECOND;
      case MONOTONIC -> 1;
      default -> throw new ErrnoException(Errno.INVAL);
    };
  }

  /** Waits at least this long by the monotonic clock. */
  void sleep(long nanos) throws InterruptedException {
    clockAndRandomness.sleep(nanos);
  }

  private long processorTime(boolean threadOnly) {
    long nanos = clockAndRandomness.processorNanos(threadOnly);
    if (nanos < 0) {
      throw new ErrnoException(Errno.NOTSUP);
    }
    return nanos;
  }
}
