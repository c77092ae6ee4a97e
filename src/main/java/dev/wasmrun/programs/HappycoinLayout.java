package dev.wasmrun.programs;

import dev.wasmrun.memory.LinearMemory;

/**
 * Layout of Happycoin's shared block.
 *
 * <pre>
 * address  1024        1032         1036      1040          1056
 *         ┌───────────┬────────────┬─────────┬─────────────┬─────┬───────── 0x400000
 *         │ next: i64 │ found: i32 │ unused  │ record 0    │  …  │ 262078
 *         └───────────┴────────────┴─────────┴─────────────┴─────┴─────────
 *           atomic      atomic                 index: i64, coin: i64
 *
 * next    the first candidate, counted from 0, of the next chunk
 * found   how many records have been claimed
 * record  plain memory: the thread that claimed it is the only one to write it, and finish reads it
 *         only after every worker has ended
 * </pre>
 */
final class HappycoinLayout {
  static final int NEXT = GalleryMemory.BLOCK;
  static final int FOUND = GalleryMemory.BLOCK + 8;

  private static final int RECORDS = GalleryMemory.BLOCK + 16;
  private static final int RECORD_SIZE = 16;
  private static final int INDEX = 0;
  private static final int COIN = 8;

  /** How many records there are. */
  static final int CAPACITY = (GalleryMemory.BLOCK_END - RECORDS) / RECORD_SIZE;

  private HappycoinLayout() {}

  static long index(LinearMemory memory, int slot) {
    return memory.getLong(record(slot) + INDEX);
  }

  static long coin(LinearMemory memory, int slot) {
    return memory.getLong(record(slot) + COIN);
  }

  static void setRecord(LinearMemory memory, int slot, long index, long coin) {
    memory.setLong(record(slot) + INDEX, index);
    memory.setLong(record(slot) + COIN, coin);
  }

  private static int record(int slot) {
    return RECORDS + slot * RECORD_SIZE;
  }
}
