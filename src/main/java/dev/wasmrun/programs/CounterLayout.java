package dev.wasmrun.programs;

/**
 * Layout of the counter's shared block.
 *
 * <pre>
 * address  1024           1028      1032
 *         ┌──────────────┬─────────┬──────────────┐
 *         │ count32: i32 │ unused  │ count64: i64 │
 *         └──────────────┴─────────┴──────────────┘
 *           atomic                   atomic
 * </pre>
 */
final class CounterLayout {
  static final int COUNT32 = GalleryMemory.BLOCK;
  static final int COUNT64 = GalleryMemory.BLOCK + 8;

  private CounterLayout() {}
}
