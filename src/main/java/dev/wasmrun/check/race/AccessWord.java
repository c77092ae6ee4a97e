package dev.wasmrun.check.race;

/**
 * Where in the code an access is, and which bytes it was about, in one word. The code is a number
 * of 44 bits that only the detector's caller understands.
 *
 * <pre>
 *   63     52 51     48 47    44 43                 0
 *   ├ unused ─┼ width ─┼─ start ─┼────── code ──────┤
 *
 *   width   1 to 8 bytes; 0 for a bulk operation
 *   start   the address less that of the record's cell, plus 8; 0 when unknown
 * </pre>
 */
final class AccessWord {
  static final int CODE_BITS = 44;
  private static final long CODE = (1L << CODE_BITS) - 1;
  private static final int START_SHIFT = CODE_BITS;
  private static final int WIDTH_SHIFT = START_SHIFT + 4;
  private static final int FIELD = 0xF;
  private static final long START = (long) FIELD << START_SHIFT;

  private AccessWord() {}

  /** The place of an access, for the records of the cell in which it begins. */
  static long pack(long code, int address, int length) {
    if (length > Long.BYTES) {
      return code & CODE;
    }
    long start = (address & (Long.BYTES - 1)) + Long.BYTES;
    return (long) length << WIDTH_SHIFT | start << START_SHIFT | code & CODE;
  }

  /** The same place, for the records of the next cell. */
  static long inNextCell(long place) {
    return width(place) == 0 ? place : place - ((long) Long.BYTES << START_SHIFT);
  }

  static long code(long place) {
    return place & CODE;
  }

  /** In bytes; 0 for a bulk operation, whose length is not known. */
  static int width(long place) {
    return (int) (place >>> WIDTH_SHIFT) & FIELD;
  }

  /** The address, known from the cell of the record and from one of the bytes accessed. */
  static int address(long place, int cell, int someByte) {
    int start = (int) (place >>> START_SHIFT) & FIELD;
    return start == 0 ? someByte : cell * Long.BYTES + start - Long.BYTES;
  }

  /** Whether two accesses differ in the address only. */
  static boolean alike(long a, long b) {
    return (a & ~START) == (b & ~START);
  }

  /** The place of accesses that are {@link #alike}. */
  static long join(long a, long b) {
    return a == b ? a : a & ~START;
  }
}
