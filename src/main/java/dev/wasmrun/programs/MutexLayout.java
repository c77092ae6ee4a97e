package dev.wasmrun.programs;

/**
 * Layout of the shared block of the mutex program, and, up to the count, of its racy variant.
 *
 * <pre>
 * address  1024         1028      1032         1040        1048        1056           1064
 *         ┌────────────┬─────────┬────────────┬───────────┬───────────┬──────────────┬───────────────┐
 *         │ mutex: i32 │ unused  │ count: i64 │ twin: i64 │ torn: i64 │ refused: i64 │ timedOut: i64 │
 *         └────────────┴─────────┴────────────┴───────────┴───────────┴──────────────┴───────────────┘
 *           atomic                 plain, guarded by the mutex
 *
 * count     how many turns there were
 * twin      the same
 * torn      how often a thread that held the mutex found that they differ
 * refused   how often a thread that held the mutex could not lock it once more by trying
 * timedOut  how often such a thread could not by waiting with a time limit
 * </pre>
 */
final class MutexLayout {
  static final int MUTEX = GalleryMemory.BLOCK;
  static final int COUNT = GalleryMemory.BLOCK + 8;
  static final int TWIN = GalleryMemory.BLOCK + 16;
  static final int TORN = GalleryMemory.BLOCK + 24;
  static final int REFUSED = GalleryMemory.BLOCK + 32;
  static final int TIMED_OUT = GalleryMemory.BLOCK + 40;

  private MutexLayout() {}
}
