package dev.wasmrun.programs;

import dev.wasmrun.memory.MemoryType;

/**
 * The memory that every program of the gallery works on; the package's documentation has its map.
 */
public final class GalleryMemory {
  /** What every module of the gallery that has a memory imports: 16 MiB, growing up to 64 MiB. */
  public static final MemoryType TYPE = new MemoryType(256, 1024, true);

  /** The address of a program's shared block. */
  static final int BLOCK = 0x400;

  /** The first address after the space for the shared block. */
  static final int BLOCK_END = 0x40_0000;

  private GalleryMemory() {}
}
