package dev.wasmrun.crew;

import java.time.Duration;
import java.util.Optional;

/** How long something may take that has begun. Immutable. */
public final class TimeLimit {
  /** No limit. */
  public static final TimeLimit NONE = new TimeLimit(Optional.empty());

  private final Optional<Duration> length;
  private final long start = System.nanoTime();

  private TimeLimit(Optional<Duration> length) {
    this.length = length;
  }

  /**
   * A limit for what begins now.
   *
   * @param length how long it may take, at most 292 years; empty: as long as it likes
   */
  public static TimeLimit fromNow(Optional<Duration> length) {
    return length.isEmpty() ? NONE : new TimeLimit(length);
  }

  /** The nanoseconds that are left, none or fewer if the time is up. */
  long nanosLeft() {
    return length.map(time -> time.toNanos() - (System.nanoTime() - start)).orElse(Long.MAX_VALUE);
  }

  boolean isOver() {
    return nanosLeft() <= 0;
  }

  /** What becomes of a run whose time is up. */
  Outcome outcome() {
    return new Outcome.TimedOut(length.orElseThrow());
  }
}
