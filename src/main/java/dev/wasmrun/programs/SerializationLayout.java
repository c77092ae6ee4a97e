package dev.wasmrun.programs;

/**
 * Layout of the serialization program's shared block.
 *
 * <pre>
 * address  1024      1036     1040       1056                3088
 *         ┌─────────┬────────┬──────────┬──────────┬───┬────┬────────┬────────┬───┬──── 0x400000
 *         │ barrier │ unused │ reader 0 │ reader 1 │ … │ 127│ part 0 │ part 1 │ … │
 *         └─────────┴────────┴──────────┴──────────┴───┴────┴────────┴────────┴───┴────
 *         SharedBarrier        digest: i64, mismatches: i64: what this thread has found
 *
 * part   +0           +4          +8          +16          +24
 *       ┌─────────┬──┬───────────┬───────────┬────────┬───┬──────────┬─────────┬───────┬────────┐
 *       │ version │::│ items:i32 │ total:f64 │ writer │:::│ booleans │ item …  │ UTF-8 │ UTF-16 │
 *       └─────────┴──┴───────────┴───────────┴────────┴───┴──────────┴─────────┴───────┴────────┘
 *         i8                                  i16            booleans and both texts are filled up
 *                                                            to a multiple of 8 bytes
 * total     of the items' weights
 * booleans  one per item: item i has bit i % 8, counted from the lowest, of byte i / 8
 * UTF-8     the texts of all items one after another, with room for 28 bytes an item; UTF-16 alike
 *
 * item   +0      +4      +8          +16        +20    +24          +28     +32
 *       ┌────┬──┬───────┬───────────┬─────────┬┬──────┬──────────┬─┬───────┬───────────┐
 *       │kind│::│id: i32│weight: f64│ length8 ││ text8│ length16 │:│ text16│ stamp: i64│ 40 bytes
 *       └────┴──┴───────┴───────────┴─────────┴┴──────┴──────────┴─┴───────┴───────────┘
 *         i8                         i16        i32    i16          i32
 *
 * length8, text8    how many bytes the text takes in UTF-8, and where, counted from the part's begin
 * length16, text16  the same in UTF-16
 * ::                padding, so that each number lies at a multiple of its size; its bytes mean
 *                   nothing
 * </pre>
 *
 * <p>A part is plain memory: its writer writes it before the barrier, everybody reads it behind.
 */
final class SerializationLayout {
  static final int MAX_THREADS = 128;

  static final int BARRIER = GalleryMemory.BLOCK;
  static final int READERS = GalleryMemory.BLOCK + 16;
  private static final int READER_SIZE = 16;
  static final int READERS_SIZE = MAX_THREADS * READER_SIZE;
  static final int DIGEST = 0;
  static final int MISMATCHES = 8;

  private static final int PARTS = READERS + READERS_SIZE;

  /** How many bytes there are for all parts. */
  static final int PARTS_SIZE = GalleryMemory.BLOCK_END - PARTS;

  static final int VERSION = 0;
  static final int ITEMS = 4;
  static final int TOTAL = 8;
  static final int WRITER = 16;
  static final int BOOLEANS = 24;

  private static final int ITEM_SIZE = 40;
  static final int KIND = 0;
  static final int ID = 4;
  static final int WEIGHT = 8;
  static final int LENGTH8 = 16;
  static final int TEXT8 = 20;
  static final int LENGTH16 = 24;
  static final int TEXT16 = 28;
  static final int STAMP = 32;

  private static final int TEXT_SIZE = 28;

  private SerializationLayout() {}

  static int reader(int thread) {
    return READERS + thread * READER_SIZE;
  }

  static int part(int thread, int items) {
    return PARTS + thread * partSize(items);
  }

  /** How many bytes a part of so many items takes; at most 2^24 items. */
  static int partSize(int items) {
    return text8(items) + 2 * textsSize(items);
  }

  /** The address of an item of the part at {@code part}. */
  static int item(int part, int i, int items) {
    return part + BOOLEANS + booleansSize(items) + i * ITEM_SIZE;
  }

  /** Where the texts in UTF-8 begin, counted from the part's begin. */
  static int text8(int items) {
    return BOOLEANS + booleansSize(items) + items * ITEM_SIZE;
  }

  /** Where the texts in UTF-16 begin, counted from the part's begin. */
  static int text16(int items) {
    return text8(items) + textsSize(items);
  }

  static int booleansSize(int items) {
    return ((items + 7) / 8 + 7) & ~7;
  }

  private static int textsSize(int items) {
    return (items * TEXT_SIZE + 7) & ~7;
  }
}
