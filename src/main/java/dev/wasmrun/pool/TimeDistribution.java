package dev.wasmrun.pool;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** A set of durations, each kept to two significant digits. Immutable. */
public final class TimeDistribution {
  private static final int SIGNIFICANT_DIGITS = 2;

  private final Histogram nanos;
  private final long total;

  private TimeDistribution(Histogram nanos, long total) {
    this.nanos = nanos;
    this.total = total;
  }

  /** How many durations. */
  public long count() {
    return nanos.getTotalCount();
  }

  /** Their sum. */
  public Duration total() {
    return Duration.ofNanos(total);
  }

  /** The longest of them; zero if there is none. */
  public Duration max() {
    return Duration.ofNanos(nanos.getMaxValue());
  }

  /**
   * The duration that a part of all do not exceed.
   *
   * @param percent from 0 to 100
   */
  public Duration percentile(double percent) {
    if (!(percent >= 0 && percent <= 100)) {
      throw new IllegalArgumentException("a percentile is from 0 to 100: " + percent);
    }
    return Duration.ofNanos(count() == 0 ? 0 : nanos.getValueAtPercentile(percent));
  }

  /** How many are not longer than this, as far as two digits tell. */
  public long countUpTo(Duration limit) {
    long most = Math.min(limit.toNanos(), nanos.getMaxValue());
    return most < 0 ? 0 : nanos.getCountBetweenValues(0, most);
  }

  /** The count, mean, median and maximum. */
  @Override
  public String toString() {
    return count() == 0
        ? "0"
        : "%s, mean %s µs, median %s µs, max %s µs"
            .formatted(
                count(),
                TimeUnit.NANOSECONDS.toMicros(total / count()),
                TimeUnit.NANOSECONDS.toMicros(percentile(50).toNanos()),
                TimeUnit.NANOSECONDS.toMicros(max().toNanos()));
  }

  /** A distribution in the making; whoever owns it guards it. */
  static final class Recorder {
    private final Histogram nanos = new Histogram(SIGNIFICANT_DIGITS);
    private long total;

    void record(long duration) {
      long value = Math.max(0, duration);
      nanos.recordValue(value);
      total += value;
    }

    TimeDistribution snapshot() {
      return new TimeDistribution(nanos.copy(), total);
    }
  }
}
