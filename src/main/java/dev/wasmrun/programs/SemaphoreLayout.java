package dev.wasmrun.programs;

/**
 * Layout of the shared block of the semaphore program.
 *
 * <pre>
 * address  1024         1032       1044          1048         1052     1056
 *         ┌────────────┬──────────┬─────────────┬───────────┬─────────┬────────────┐
 *         │ semaphore  │ meeting  │ inside: i32 │ most: i32 │ unused  │ turns: i64 │
 *         └────────────┴──────────┴─────────────┴───────────┴─────────┴────────────┘
 *           atomic       barrier    atomic        atomic                atomic
 *
 * meeting  where the first ones wait for each other
 * inside   how many threads are inside
 * most     how many there ever were
 * turns    how often a thread has entered
 * </pre>
 */
final class SemaphoreLayout {
  static final int SEMAPHORE = GalleryMemory.BLOCK;
  static final int MEETING = SEMAPHORE + SharedSemaphore.SIZE;
  static final int INSIDE = MEETING + SharedBarrier.SIZE;
  static final int MOST = INSIDE + 4;
  static final int TURNS = GalleryMemory.BLOCK + 32;

  private SemaphoreLayout() {}
}
