package dev.wasmrun.memory;

import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * An address range for one memory after another, each of which finds it full of zeros. To reserve
 * one takes milliseconds, to clear the few pages that a short run has written microseconds.
 *
 * <p>Thread-safe, but only one memory at a time takes the shared range; one that is created beside
 * it gets its own.
 */
public final class ReservationPool implements AutoCloseable {
  /** The unit in which writes are remembered. */
  private static final int BLOCK_BITS = 12;

  private static final byte[] ZEROS = new byte[1 << BLOCK_BITS];

  // Guarded by this: the shared range and whether a memory has it, and what was written since.
  private Reservation shared;
  private boolean taken;
  private final BitSet written = new BitSet();
  private boolean closed;

  /** Takes the shared range if it is free and suits, or a new one. */
  synchronized Reservation take(MemoryType type) {
    if (closed || taken) {
      return Reservation.reserve(type, Reservation.defaultDirectories());
    }
    if (shared == null || shared.pages() != type.maximumPages()) {
      discard();
      shared = Reservation.reserve(type, Reservation.defaultDirectories());
      shared.belongTo(this);
    }
    taken = true;
    return shared;
  }

  /**
   * Remembers that the memory has been written to; to be called for every write.
   *
   * @param length in bytes, unsigned
   */
  public synchronized void wrote(int address, int length) {
    if (length != 0) {
      written.set(address >>> BLOCK_BITS, (address + length - 1 >>> BLOCK_BITS) + 1);
    }
  }

  synchronized void giveBack(Reservation reservation) {
    taken = false;
    if (closed) {
      discard();
    } else {
      clear(reservation);
    }
  }

  private void discard() {
    if (shared != null) {
      shared.belongTo(null);
      shared.release();
      shared = null;
      written.clear();
    }
  }

  private void clear(Reservation reservation) {
    ByteBuffer first = reservation.first();
    first.limit(first.capacity());
    for (int block = written.nextSetBit(0); block >= 0; block = written.nextSetBit(block + 1)) {
      int address = block << BLOCK_BITS;
      reservation.chunk(Chunks.of(address)).put(Chunks.within(address), ZEROS);
    }
    written.clear();
    first.limit(0);
  }

  /** Gives the range back; memories created later have their own. */
  @Override
  public synchronized void close() {
    closed = true;
    if (!taken) {
      discard();
    }
  }
}
