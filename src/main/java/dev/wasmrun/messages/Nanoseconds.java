package dev.wasmrun.messages;

import java.time.Duration;

/** Durations as the numbers that waits take: not negative, and at most 292 years. */
final class Nanoseconds {
  private static final Duration MOST = Duration.ofNanos(Long.MAX_VALUE);

  private Nanoseconds() {}

  static long of(Duration duration) {
    if (duration.isNegative()) {
      return 0;
    }
    return duration.compareTo(MOST) > 0 ? Long.MAX_VALUE : duration.toNanos();
  }
}
