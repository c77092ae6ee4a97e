package dev.wasmrun.source;

import java.util.Arrays;

/** Numbers in the order in which they were added. */
final class IntList {
  /** So many are more than the largest unit that anybody builds has of anything. */
  private static final int MOST = 1 << 23;

  private int[] values = new int[16];
  private int size;

  /**
   * Adds a number.
   *
   * @throws BadDebugInformation if there are too many
   */
  void add(int value) {
    if (size == values.length) {
      if (size >= MOST) {
        throw new BadDebugInformation("it is too large");
      }
      values = Arrays.copyOf(values, 2 * size);
    }
    values[size++] = value;
  }

  int get(int index) {
    return values[index];
  }

  int size() {
    return size;
  }

  /** Leaves the first numbers only. */
  void truncate(int newSize) {
    size = newSize;
  }

  /** The index of a number, of numbers added in ascending order; negative if it is not there. */
  int indexOf(int value) {
    return Arrays.binarySearch(values, 0, size, value);
  }

  /** The index of the last number in a range of ascending ones that is at most this; or -1. */
  int lastAtMost(int value, int from, int to) {
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (values[middle] <= value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == from ? -1 : low - 1;
  }

  /** Gives back what is not needed. */
  IntList trimmed() {
    values = Arrays.copyOf(values, Math.max(1, size));
    return this;
  }
}
