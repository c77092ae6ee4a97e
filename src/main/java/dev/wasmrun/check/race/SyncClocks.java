package dev.wasmrun.check.race;

import java.util.Arrays;

/**
 * What atomic accesses have released, byte by byte: whoever reads a byte atomically comes after
 * whoever wrote it last, whatever widths the two used.
 *
 * <p>Thread-safe. No lock is held while another is taken.
 */
final class SyncClocks {
  private final CellTable<Cell> cells = new CellTable<>();

  /** The releases to one 8-byte cell; each byte belongs to one of them at most. */
  private static final class Cell {
    // Guarded by this cell; parallel, and as long as there were releases at a time.
    private int[] bytes = new int[1];
    private int[] slots = new int[1];
    private long[] moments = new long[1];
    private long[][] clocks = new long[1][];

    void acquire(ThreadClock thread, int mask) {
      for (int i = 0; i < bytes.length; i++) {
        // Who comes after the moment of a release comes after all that was released with it.
        if ((bytes[i] & mask) != 0 && !thread.comesAfter(slots[i], moments[i])) {
          thread.join(clocks[i]);
        }
      }
    }

    void release(ThreadClock thread, int mask) {
      int free = -1;
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] &= ~mask;
        if (bytes[i] == 0 && free < 0) {
          free = i;
        }
      }
      if (free < 0) {
        free = grow();
      }
      bytes[free] = mask;
      slots[free] = thread.slot();
      moments[free] = thread.moment();
      clocks[free] = copy(thread.moments(), clocks[free]);
    }

    private int grow() {
      int length = bytes.length;
      bytes = Arrays.copyOf(bytes, length * 2);
      slots = Arrays.copyOf(slots, length * 2);
      moments = Arrays.copyOf(moments, length * 2);
      clocks = Arrays.copyOf(clocks, length * 2);
      return length;
    }

    private static long[] copy(long[] from, long[] into) {
      if (into == null || into.length != from.length) {
        return from.clone();
      }
      System.arraycopy(from, 0, into, 0, from.length);
      return into;
    }
  }

  /** The thread has read these bytes of a cell atomically. */
  void acquire(ThreadClock thread, int cell, int mask) {
    Cell releases = made(cell);
    synchronized (releases) {
      releases.acquire(thread, mask);
    }
  }

  /** Like {@link #acquire}, for bytes of which few have ever been written atomically. */
  void acquireIfAny(ThreadClock thread, int cell, int mask) {
    Cell releases = cells.getAcquire(cell);
    if (releases != null) {
      synchronized (releases) {
        releases.acquire(thread, mask);
      }
    }
  }

  /** Whether any bytes of a cell have ever been written atomically. */
  boolean knows(int cell) {
    return cells.getAcquire(cell) != null;
  }

  /** The thread has written these bytes of a cell atomically. */
  void release(ThreadClock thread, int cell, int mask) {
    Cell releases = made(cell);
    synchronized (releases) {
      releases.release(thread, mask);
    }
    thread.tick();
  }

  private Cell made(int cell) {
    Cell releases = cells.getAcquire(cell);
    if (releases != null) {
      return releases;
    }
    synchronized (cells) {
      releases = cells.getAcquire(cell);
      if (releases == null) {
        releases = new Cell();
        cells.setRelease(cell, releases);
      }
      return releases;
    }
  }
}
