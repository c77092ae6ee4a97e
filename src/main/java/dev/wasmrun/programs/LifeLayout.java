package dev.wasmrun.programs;

/**
 * Layout of the Game of Life's shared block.
 *
 * <pre>
 * address  1024      1036     1040              1048        1052           1056
 *         ┌─────────┬────────┬─────────────────┬───────────┬──────────────┬──────────┬──────────┐
 *         │ barrier │ unused │ generation: i64 │ rows: i32 │ columns: i32 │ buffer 0 │ buffer 1 │
 *         └─────────┴────────┴─────────────────┴───────────┴──────────────┴──────────┴──────────┘
 *                              atomic
 *
 * barrier     a SharedBarrier of all threads
 * generation  the one that the threads have finished
 * buffer      generation g is in buffer g &amp; 1, and the next one is written to the other, so that
 *             nobody overwrites what a neighbour still has to read
 *
 * row   0                7       8                        8 + columns
 *      ┌────────────────┬───────┬──────┬─────┬───────────┬───────┬───────────────┐ a multiple
 *      │ unused         │ last  │ cell │  …  │ cell      │ first │ unused        │ of 8 bytes
 *      │                │ again │ 0    │     │ columns-1 │ again │               │
 *      └────────────────┴───────┴──────┴─────┴───────────┴───────┴───────────────┘
 * </pre>
 *
 * <p>A cell is a byte, 1 if it lives. The copies at the sides of a row are its neighbours on the
 * torus, so that no cell needs a case of its own. A row is plain memory: the thread in whose band
 * it is writes it, and others read it after the barrier.
 */
final class LifeLayout {
  static final int BARRIER = GalleryMemory.BLOCK;
  static final int GENERATION = GalleryMemory.BLOCK + 16;
  static final int ROWS = GalleryMemory.BLOCK + 24;
  static final int COLUMNS = GalleryMemory.BLOCK + 28;
  static final int BUFFERS = GalleryMemory.BLOCK + 32;

  /** How many bytes there are for both buffers together. */
  static final int BUFFERS_SIZE = GalleryMemory.BLOCK_END - BUFFERS;

  private static final int FIRST_CELL = 8;

  private LifeLayout() {}

  /** The address of a row's first cell. */
  static int cells(int rows, int columns, long generation, int row) {
    int buffer = (int) (generation & 1) * bufferSize(rows, columns);
    return BUFFERS + buffer + row * rowSize(columns) + FIRST_CELL;
  }

  static int bufferSize(int rows, int columns) {
    return rows * rowSize(columns);
  }

  private static int rowSize(int columns) {
    return FIRST_CELL + ((columns + 1 + 7) & ~7);
  }
}
