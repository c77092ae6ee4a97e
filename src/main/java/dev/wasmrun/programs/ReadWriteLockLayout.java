package dev.wasmrun.programs;

/**
 * Layout of the shared block of the read-write lock program.
 *
 * <pre>
 * address  1024      1040       1048                   1104
 *         ┌─────────┬──────────┬────────┬─────────────┬───────────┐
 *         │ lock    │ value 0  │   …    │ value 7     │ torn: i64 │
 *         └─────────┴──────────┴────────┴─────────────┴───────────┘
 *           atomic    i64 each, plain, guarded by lock  atomic
 *
 * value  how many writes there were, the same in all eight
 * torn   how often a reader found that they differ
 * </pre>
 */
final class ReadWriteLockLayout {
  static final int LOCK = GalleryMemory.BLOCK;
  static final int TORN = GalleryMemory.BLOCK + 80;

  /** How many values there are. */
  static final int VALUES = 8;

  private static final int FIRST_VALUE = LOCK + SharedReadWriteLock.SIZE;

  private ReadWriteLockLayout() {}

  /** The address of a value. */
  static int value(int index) {
    return FIRST_VALUE + index * Long.BYTES;
  }
}
