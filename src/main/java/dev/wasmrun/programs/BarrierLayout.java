package dev.wasmrun.programs;

/**
 * Layout of the shared block of the barrier program.
 *
 * <pre>
 * address  1024       1036     1040         1048
 *         ┌──────────┬────────┬────────────┬────────────────────┬────────────────────┐
 *         │ barrier  │ unused │ lasts: i64 │ cells, buffer 0    │ cells, buffer 1    │
 *         └──────────┴────────┴────────────┴────────────────────┴────────────────────┘
 *           atomic              atomic       an i64 per thread, plain, ordered by the barrier
 *
 * lasts  how often a thread was the last to arrive: once per generation
 * </pre>
 */
final class BarrierLayout {
  static final int BARRIER = GalleryMemory.BLOCK;
  static final int LASTS = GalleryMemory.BLOCK + 16;

  private static final int CELLS = GalleryMemory.BLOCK + 24;

  /** The largest number of threads that there are cells for. */
  static final int CAPACITY = (GalleryMemory.BLOCK_END - CELLS) / (2 * Long.BYTES);

  private BarrierLayout() {}

  /** The address of a thread's cell in the buffer of a generation. */
  static int cell(long generation, int thread, int threads) {
    return CELLS + ((int) (generation & 1) * threads + thread) * Long.BYTES;
  }
}
