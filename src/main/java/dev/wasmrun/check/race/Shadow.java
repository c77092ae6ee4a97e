package dev.wasmrun.check.race;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The accesses to each byte of a memory that a later one could still race with.
 *
 * <p>Thread-safe; a thread's own accesses are told by that thread.
 */
final class Shadow {
  /*
   * Each 8-byte cell has an array of records, two words each:
   *
   *   Epoch.record: by whom, when, which bytes, how      0 where there is none
   *   AccessWord.pack:   where in the code, address and width
   *
   * A byte's records are an antichain: an access that comes after another, and supersedes it, takes
   * its bytes over. So there is one plain store for a byte, as in FastTrack, and otherwise at most
   * one access of a kind for each thread; as a rule one or two for a cell.
   *
   * An access that the thread's latest epoch has a record of already changes nothing. It is looked
   * for without the lock: only the thread itself writes such records. Seeing one that somebody has
   * just taken away is harmless, for who took it away saw it and compared.
   *
   * Locks: one of many, each for every thousandth run of 8 cells; held for a few loads and stores
   * while nothing else is called, hence spinning.
   */

  private static final int TOUCHES = Touch.values().length;
  private static final int LOCKS = 1024;

  /** Ints between two locks, so that each has a cache line to itself. */
  private static final int STRIDE = 16;

  private static final int CELLS_PER_LOCK = 8;
  private static final int SPINS = 100;
  private static final int ALL_BYTES = 0xFF;

  /** So many cells of abandoned bytes are noted even where nobody has accessed them: 64 KiB. */
  private static final int CELLS_ABANDONED_UNSEEN = 8192;

  private static final int GONE = Touch.GONE.ordinal();
  private static final long CONFLICTS = table(Touch::conflictsWith);
  private static final long SUPERSEDES = table(Touch::supersedes);

  private final CellTable<long[]> cells = new CellTable<>();
  private final AtomicIntegerArray locks = new AtomicIntegerArray(LOCKS * STRIDE);
  private final Conflicts conflicts;

  /** Who is told of two accesses that nothing orders; holds no lock while being told. */
  interface Conflicts {
    /**
     * The current thread's access and an earlier one race.
     *
     * @param cell the first of whose bytes both have accessed is at {@code address}
     * @param record as {@link Epoch} has it
     * @param place as {@link AccessWord} has it
     */
    void found(
        ThreadClock current, int touch, long currentPlace, int cell, long record, long place);

    /** The current thread's access is of bytes that belong to nobody; the arguments as above. */
    void gone(ThreadClock current, int touch, long currentPlace, int cell, long record);
  }

  Shadow(Conflicts conflicts) {
    this.conflicts = conflicts;
  }

  /** Nothing is known any more of some bytes: they begin a new life. */
  void forget(int address, int length) {
    replace(address, length, 0, 0, false);
  }

  /**
   * Whatever accesses these bytes from now on, until they are forgotten, is told as one of bytes
   * that belong to nobody.
   *
   * @param unseen whether that holds for the first of those that nobody has accessed, too
   * @param record as {@link Epoch} has it, without bytes
   * @param place as {@link AccessWord} has it
   */
  void abandon(int address, int length, long record, long place, boolean unseen) {
    replace(address, length, record, place, unseen);
  }

  private void replace(int address, int length, long record, long place, boolean all) {
    long end = Integer.toUnsignedLong(address) + Integer.toUnsignedLong(length);
    int endCell = (int) (end + Long.BYTES - 1 >>> 3);
    int cell = address >>> 3;
    int sure = all ? Math.min(endCell, cell + CELLS_ABANDONED_UNSEEN) : cell;
    while (cell < endCell) {
      if (cell >= sure) {
        cell = cells.next(cell, endCell);
        if (cell == endCell) {
          return;
        }
      }
      long first = (long) cell << 3;
      int from = (int) Math.max(0, Integer.toUnsignedLong(address) - first);
      int to = (int) Math.min(Long.BYTES, end - first);
      int bytes = (1 << to) - (1 << from);
      if (cell < sure || cells.getAcquire(cell) != null) {
        replace(cell, bytes, record == 0 ? 0 : Epoch.with(record, bytes), place);
      }
      cell++;
    }
  }

  private void replace(int cell, int bytes, long record, long place) {
    int lock = lock(cell);
    try {
      long[] old = cells.get(cell);
      int kept = 0;
      int length = old == null ? 0 : old.length;
      var records = new long[length + 2];
      for (int i = 0; i < length; i += 2) {
        long rest = Epoch.without(old[i], bytes);
        if (Epoch.bytesOf(rest) != 0) {
          records[kept] = rest;
          records[kept + 1] = old[i + 1];
          kept += 2;
        }
      }
      if (record != 0) {
        records[kept] = record;
        records[kept + 1] = place;
        kept += 2;
      }
      cells.setRelease(cell, kept == 0 ? null : Arrays.copyOf(records, kept));
    } finally {
      locks.setRelease(lock, 0);
    }
  }

  /** The thread has accessed some bytes. */
  void access(ThreadClock thread, int address, int length, Touch touch, long place) {
    int inCell = address & (Long.BYTES - 1);
    int cell = address >>> 3;
    if (inCell + length <= Long.BYTES) {
      access(thread, cell, (1 << length) - 1 << inCell, touch.ordinal(), place);
      return;
    }
    int left = length - (Long.BYTES - inCell);
    access(thread, cell, ALL_BYTES << inCell & ALL_BYTES, touch.ordinal(), place);
    long placeThere = AccessWord.inNextCell(place);
    while (left > 0) {
      cell++;
      int bytes = left >= Long.BYTES ? ALL_BYTES : (1 << left) - 1;
      access(thread, cell, bytes, touch.ordinal(), placeThere);
      left -= Long.BYTES;
    }
  }

  private void access(ThreadClock thread, int cell, int bytes, int touch, long place) {
    long[] records = cells.get(cell);
    if (records == null || !has(records, thread.epoch(), bytes, touch)) {
      update(thread, cell, bytes, touch, place);
    }
  }

  private static boolean has(long[] records, long epoch, int bytes, int touch) {
    for (int i = 0; i < records.length; i += 2) {
      long record = records[i];
      if (Epoch.epochOf(record) == epoch
          && (bytes & ~Epoch.bytesOf(record)) == 0
          && is(SUPERSEDES, Epoch.touchOf(record), touch)) {
        return true;
      }
    }
    return false;
  }

  private void update(ThreadClock thread, int cell, int bytes, int touch, long place) {
    long[] raced = null;
    long[] gone = null;
    int lock = lock(cell);
    try {
      long[] records = cells.get(cell);
      if (records == null) {
        records = new long[2];
      }
      int free = -1;
      for (int i = 0; i < records.length; i += 2) {
        long record = records[i];
        int common = Epoch.bytesOf(record) & bytes;
        if (common != 0) {
          if (Epoch.touchOf(record) == GONE) {
            gone = added(gone, Epoch.without(record, ~common & ALL_BYTES), records[i + 1]);
          } else if (is(CONFLICTS, Epoch.touchOf(record), touch)
              && !thread.comesAfter(Epoch.slotOf(record), Epoch.momentOf(record))) {
            raced = added(raced, Epoch.without(record, ~common & ALL_BYTES), records[i + 1]);
            // Taken over as if ordered: what comes later is compared with the later of the two.
            records[i] = replaced(record, common, touch);
          } else if (thread.comesAfter(Epoch.slotOf(record), Epoch.momentOf(record))) {
            records[i] = replaced(record, common, touch);
          }
        }
        if (Epoch.bytesOf(records[i]) == 0) {
          free = i;
        }
      }
      cells.setRelease(
          cell, inserted(records, free, Epoch.record(thread.epoch(), bytes, touch), place));
    } finally {
      locks.setRelease(lock, 0);
    }
    for (int i = 0; raced != null && i < raced.length; i += 2) {
      conflicts.found(thread, touch, place, cell, raced[i], raced[i + 1]);
    }
    for (int i = 0; gone != null && i < gone.length; i += 2) {
      conflicts.gone(thread, touch, place, cell, gone[i]);
    }
  }

  /** The earlier record, without the bytes that a later access has superseded. */
  private static long replaced(long record, int bytes, int touch) {
    return is(SUPERSEDES, touch, Epoch.touchOf(record)) ? Epoch.without(record, bytes) : record;
  }

  /**
   * The records with one more: joined to one that differs in its bytes only, or in a free place.
   */
  private static long[] inserted(long[] records, int free, long record, long place) {
    int bytes = Epoch.bytesOf(record);
    for (int i = 0; i < records.length; i += 2) {
      long same = Epoch.without(records[i], Epoch.bytesOf(records[i]));
      if (Epoch.bytesOf(records[i]) != 0
          && same == Epoch.without(record, bytes)
          && AccessWord.alike(records[i + 1], place)) {
        records[i] = Epoch.with(records[i], bytes);
        records[i + 1] = AccessWord.join(records[i + 1], place);
        return records;
      }
    }
    long[] roomy = records;
    int at = free;
    if (free < 0) {
      at = records.length;
      roomy = Arrays.copyOf(records, records.length + 2);
    }
    roomy[at + 1] = place;
    roomy[at] = record;
    return roomy;
  }

  private static long[] added(long[] pairs, long record, long place) {
    long[] more = pairs == null ? new long[2] : Arrays.copyOf(pairs, pairs.length + 2);
    more[more.length - 2] = record;
    more[more.length - 1] = place;
    return more;
  }

  private int lock(int cell) {
    int lock = cell / CELLS_PER_LOCK % LOCKS * STRIDE;
    for (int spins = 0; !locks.compareAndSet(lock, 0, 1); spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield(); // its holder may have lost the processor
      }
    }
    return lock;
  }

  private static boolean is(long table, int first, int second) {
    return (table >>> first * TOUCHES + second & 1) != 0;
  }

  private interface Relation {
    boolean holds(Touch first, Touch second);
  }

  private static long table(Relation relation) {
    long table = 0;
    for (Touch first : Touch.values()) {
      for (Touch second : Touch.values()) {
        if (relation.holds(first, second)) {
          table |= 1L << first.ordinal() * TOUCHES + second.ordinal();
        }
      }
    }
    return table;
  }
}
