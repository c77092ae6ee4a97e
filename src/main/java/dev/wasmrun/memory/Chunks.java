package dev.wasmrun.memory;

import static dev.wasmrun.memory.MemoryType.PAGE_SIZE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The division of a memory's address range into buffers, each of which has less than 2 GiB.
 *
 * <pre>
 *   0                  32767 pages          49152 pages          65536 pages
 *   ├──── chunk 0 ────┼───── chunk 1 ─────┼───── chunk 2 ─────┤
 * </pre>
 *
 * <p>The last two are alike since kernels put a small mapping into some hole, far from the others.
 * An access that is aligned lies in one chunk. Addresses are unsigned.
 */
final class Chunks {
  /** Pages of the first chunk. */
  static final int PAGES = 32_767;

  /** Bytes of the first chunk. */
  static final int BYTES = PAGES * PAGE_SIZE;

  /** Where chunks begin, and the end of the last one, in pages. */
  private static final int[] BEGINS = {0, PAGES, 49_152, MemoryType.MAX_PAGES};

  private static final long LAST = begin(2);

  private Chunks() {}

  /** The address with which a chunk begins, or the last one ends. */
  static long begin(int chunk) {
    return (long) BEGINS[chunk] * PAGE_SIZE;
  }

  /** The chunk that has an address. */
  static int of(int address) {
    long unsigned = Integer.toUnsignedLong(address);
    return unsigned < BYTES ? 0 : unsigned < LAST ? 1 : 2;
  }

  /** The distance of an address from the beginning of its chunk. */
  static int within(int address) {
    return (int) (Integer.toUnsignedLong(address) - begin(of(address)));
  }

  /** How many of some bytes at an address are in its chunk. */
  static int piece(int address, long length) {
    return (int) Math.min(length, begin(of(address) + 1) - Integer.toUnsignedLong(address));
  }

  /** How many of some bytes before an address are in the chunk of the last of them. */
  static int pieceBefore(int end, long length) {
    return (int) Math.min(length, within(end - 1) + 1L);
  }

  /** How many chunks so many pages need, of which there is one at least. */
  static int count(int pages) {
    int chunk = 1;
    while (pages > BEGINS[chunk]) {
      chunk++;
    }
    return chunk;
  }

  /**
   * Maps all of a file as chunks, the last one first: most kernels put each mapping right below the
   * one before, so that the chunks follow each other in the process as they do in the memory.
   *
   * @param first the chunk with which the file begins
   * @param pages the end of the file, from the memory's beginning
   * @throws OutOfMemoryError if there is no room for one; those that were mapped are garbage
   */
  static ByteBuffer[] map(SparseFile file, int first, int pages) throws IOException {
    var chunks = new ByteBuffer[count(pages) - first];
    for (int i = chunks.length - 1; i >= 0; i--) {
      long from = begin(first + i);
      long end = Math.min(begin(first + i + 1), (long) pages * PAGE_SIZE);
      chunks[i] = file.map(from - begin(first), end - from).order(ByteOrder.LITTLE_ENDIAN);
    }
    return chunks;
  }
}
