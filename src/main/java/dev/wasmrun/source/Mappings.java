package dev.wasmrun.source;

/**
 * The mappings of a source map's first line: numbers in base 64, least significant digit first,
 * each the difference to the one of its kind before.
 */
final class Mappings {
  private static final String DIGITS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  private static final int NONE = -1;

  // A mapping each: from its offset on until that of the next.
  private final IntList offsets = new IntList();
  private final IntList sources = new IntList();
  private final IntList lines = new IntList();
  private final IntList columns = new IntList();

  private final String text;
  private int at;

  private Mappings(String text) {
    this.text = text;
  }

  static Mappings of(String text) {
    int end = text.indexOf(';');
    var mappings = new Mappings(end < 0 ? text : text.substring(0, end));
    mappings.read();
    return mappings;
  }

  private void read() {
    var last = new long[5]; // offset, source, line, column, name
    while (at < text.length()) {
      if (text.charAt(at) == ',') {
        at++;
        continue;
      }
      int fields = 0;
      for (; at < text.length() && text.charAt(at) != ','; fields++) {
        long difference = number();
        if (fields < last.length) {
          last[fields] += difference;
        }
      }
      add(last, fields);
    }
  }

  private void add(long[] values, int fields) {
    boolean ascends = offsets.size() == 0 || values[0] >= offsets.get(offsets.size() - 1);
    if (!ascends || values[0] > Integer.MAX_VALUE) {
      throw new BadDebugInformation("the source map's offsets do not ascend");
    }
    offsets.add((int) Math.max(0, values[0]));
    boolean known = fields >= 4 && isIndex(values[1]) && isIndex(values[2]) && isIndex(values[3]);
    sources.add(known ? (int) values[1] : NONE);
    lines.add(known ? (int) values[2] + 1 : 0);
    columns.add(known ? (int) values[3] + 1 : 0);
  }

  private static boolean isIndex(long value) {
    return value >= 0 && value < Integer.MAX_VALUE;
  }

  private long number() {
    long value = 0;
    for (int shift = 0; ; shift += 5) {
      int digit = at < text.length() ? DIGITS.indexOf(text.charAt(at++)) : -1;
      if (digit < 0 || shift > Integer.SIZE) {
        throw new BadDebugInformation("the source map's mappings are malformed");
      }
      value |= (long) (digit & 31) << shift;
      if (digit < 32) {
        return (value & 1) == 1 ? -(value >> 1) : value >> 1;
      }
    }
  }

  /** The mapping that an offset has, in a function that begins at another; -1 if it has none. */
  int at(int offset, int begin) {
    int found = offsets.lastAtMost(offset, 0, offsets.size());
    return found >= 0 && offsets.get(found) >= begin && sources.get(found) != NONE ? found : -1;
  }

  /** The number of its source, from 0. */
  int source(int mapping) {
    return sources.get(mapping);
  }

  /** From 1. */
  int line(int mapping) {
    return lines.get(mapping);
  }

  /** From 1. */
  int column(int mapping) {
    return columns.get(mapping);
  }
}
