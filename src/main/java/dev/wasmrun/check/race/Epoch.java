package dev.wasmrun.check.race;

/**
 * A moment of a thread, packed with room above it for a record of an access.
 *
 * <pre>
 *   63   61 60     53 52      41 40                 0
 *   ├ touch ┼─ bytes ─┼── slot ──┼───── moment ─────┤
 * </pre>
 */
final class Epoch {
  private static final int MOMENT_BITS = 41;
  private static final int SLOT_BITS = 12;
  private static final int BYTES_SHIFT = MOMENT_BITS + SLOT_BITS;
  private static final int TOUCH_SHIFT = BYTES_SHIFT + Byte.SIZE;
  private static final long MOMENT = (1L << MOMENT_BITS) - 1;
  private static final long EPOCH = (1L << BYTES_SHIFT) - 1;

  /** How many threads can be told apart. */
  static final int SLOTS = 1 << SLOT_BITS;

  private Epoch() {}

  static long pack(int slot, long moment) {
    return (long) slot << MOMENT_BITS | moment;
  }

  /** A record of an access: by whom and when, to which bytes of a cell, a bit each, and how. */
  static long record(long epoch, int bytes, int touch) {
    return (long) touch << TOUCH_SHIFT | (long) bytes << BYTES_SHIFT | epoch;
  }

  static long epochOf(long record) {
    return record & EPOCH;
  }

  static int slotOf(long record) {
    return (int) (record >>> MOMENT_BITS) & (SLOTS - 1);
  }

  static long momentOf(long record) {
    return record & MOMENT;
  }

  static int bytesOf(long record) {
    return (int) (record >>> BYTES_SHIFT) & 0xFF;
  }

  static int touchOf(long record) {
    return (int) (record >>> TOUCH_SHIFT);
  }

  /** The same record for fewer bytes. */
  static long without(long record, int bytes) {
    return record & ~((long) bytes << BYTES_SHIFT);
  }

  /** The same record for more bytes. */
  static long with(long record, int bytes) {
    return record | (long) bytes << BYTES_SHIFT;
  }
}
