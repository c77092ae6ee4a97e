package dev.wasmrun.bench;

import java.util.Arrays;
import java.util.List;

/**
 * Where some measured times lie.
 *
 * @param median the middle one, or the mean of the two in the middle, in nanoseconds
 * @param min the shortest, in nanoseconds
 * @param max the longest, in nanoseconds
 */
public record Spread(double median, double min, double max) {

  /**
   * The spread of at least one time.
   *
   * @param nanos in any order
   */
  static Spread of(List<Long> nanos) {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("there is no spread of nothing");
    }
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
    return new Spread(median, sorted[0], Arrays.stream(sorted).max().getAsLong());
  }
}
