package dev.wasmrun.wasi;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The clocks of WASI, by number; times are nanoseconds. Thread-safe. */
final class Clocks {
  static final int REALTIME = 0;
  static final int MONOTONIC = 1;
  private static final int PROCESS_CPU = 2;
  private static final int THREAD_CPU = 3;

  /** The highest number of a clock. */
  static final int LAST = THREAD_CPU;

  private static final long MICROSECOND = 1_000;

  private final long origin = System.nanoTime();

  /** The time by a clock; the monotonic clock starts with this object. */
  long now(int clock) {
    return switch (clock) {
      case REALTIME -> ChronoUnit.NANOS.between(Instant.EPOCH, Instant.now());
      case MONOTONIC -> System.nanoTime() - origin;
      case PROCESS_CPU ->
          ProcessHandle.current()
              .info()
              .totalCpuDuration()
              .map(Duration::toNanos)
              .orElseThrow(() -> new ErrnoException(Errno.NOTSUP));
      case THREAD_CPU -> threadTime();
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

  private static long threadTime() {
    var threads = ManagementFactory.getThreadMXBean();
    if (!threads.isCurrentThreadCpuTimeSupported()) {
      throw new ErrnoException(Errno.NOTSUP);
    }
    return threads.getCurrentThreadCpuTime();
  }
}
