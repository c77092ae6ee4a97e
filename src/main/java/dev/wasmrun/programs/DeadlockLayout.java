package dev.wasmrun.programs;

/**
 * Layout of the shared block of the deadlock program.
 *
 * <pre>
 * address  1024            1028             1032       1044      1048               1056
 *         ┌───────────────┬────────────────┬──────────┬────────┬──────────────────┬───────────────────┐
 *         │ left mutex    │ right mutex    │ meeting  │ unused │ left money: i64  │ right money: i64  │
 *         └───────────────┴────────────────┴──────────┴────────┴──────────────────┴───────────────────┘
 *           atomic          atomic           barrier             plain, each guarded by its mutex
 * </pre>
 */
final class DeadlockLayout {
  static final int LEFT_MUTEX = GalleryMemory.BLOCK;
  static final int RIGHT_MUTEX = LEFT_MUTEX + SharedMutex.SIZE;
  static final int MEETING = RIGHT_MUTEX + SharedMutex.SIZE;
  static final int LEFT_MONEY = GalleryMemory.BLOCK + 24;
  static final int RIGHT_MONEY = GalleryMemory.BLOCK + 32;

  private DeadlockLayout() {}
}
