package dev.wasmrun.programs;

/**
 * Layout of the racy counter's shared block.
 *
 * <pre>
 * address  1024
 *         ┌────────────┐
 *         │ count: i32 │  plain: this is the mistake
 *         └────────────┘
 * </pre>
 */
final class RacyCounterLayout {
  static final int COUNT = GalleryMemory.BLOCK;

  private RacyCounterLayout() {}
}
