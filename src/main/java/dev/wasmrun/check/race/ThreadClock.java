package dev.wasmrun.check.race;

import java.util.Arrays;

/**
 * One thread as the detector sees it: its vector clock, which says up to which moment of every
 * thread it comes after, and its own moment, the epoch.
 *
 * <p>Used by its thread alone, but for its start, which is its creator's, and its clock at its end,
 * which whoever joins it reads. {@link #lastRelease} is read by anybody for a report.
 */
public final class ThreadClock {
  private static final int LEAST_LENGTH = 4;

  private final String name;
  private final int slot;
  private final boolean checked;

  /** Moments by slot; those beyond its end are 0. */
  private long[] moments;

  /** Moments after which it comes if {@link LibraryOrder} is believed; others are in the above. */
  private long[] byLibrary = {};

  /** The slot and the own moment as {@link Epoch} packs them, so that a record needs no packing. */
  private long epoch;

  private volatile Synchronisation lastRelease;
  private Synchronisation lastAcquire;

  ThreadClock(String name, int slot, long moment, long[] inherited, boolean checked) {
    this.name = name;
    this.slot = slot;
    this.checked = checked;
    this.moments =
        Arrays.copyOf(inherited, Math.max(Math.max(inherited.length, slot + 1), LEAST_LENGTH));
    setMoment(moment);
  }

  /** What the thread is called. */
  public String name() {
    return name;
  }

  /** Whether its plain accesses count: those of a thread outside the run do not. */
  boolean checked() {
    return checked;
  }

  /** Its place in vector clocks. */
  public int slot() {
    return slot;
  }

  /** Its own moment. */
  public long moment() {
    return moments[slot];
  }

  long epoch() {
    return epoch;
  }

  /** Whether what happened in that slot up to this moment comes before what this thread does. */
  public boolean comesAfter(int otherSlot, long moment) {
    return otherSlot < moments.length && moments[otherSlot] >= moment;
  }

  /** Comes after all that is in these moments. */
  void join(long[] others) {
    moments = latest(moments, others);
  }

  /** Whether it would come after that moment if {@link LibraryOrder} were believed. */
  boolean comesAfterByLibrary(int otherSlot, long moment) {
    return otherSlot < byLibrary.length && byLibrary[otherSlot] >= moment;
  }

  /** Comes after all that is in these moments, if {@link LibraryOrder} is believed. */
  void joinByLibrary(long[] others) {
    byLibrary = latest(byLibrary, others);
  }

  /** A copy of the moments after which it comes if {@link LibraryOrder} is believed. */
  long[] momentsByLibrary() {
    return latest(moments.clone(), byLibrary);
  }

  /** The later of each two moments; in the first array if it is long enough. */
  private static long[] latest(long[] into, long[] others) {
    long[] latest = into.length >= others.length ? into : Arrays.copyOf(into, others.length);
    for (int i = 0; i < others.length; i++) {
      latest[i] = Math.max(latest[i], others[i]);
    }
    return latest;
  }

  /** The moments, to be copied by whoever keeps them. */
  long[] moments() {
    return moments;
  }

  /** The moments up to which it comes after each slot's thread. */
  public long[] copyOfMoments() {
    return moments.clone();
  }

  /**
   * Comes after nothing but what it came after once.
   *
   * @param earlier a copy of its moments then
   */
  public void forgetSince(long[] earlier) {
    long own = moment();
    moments = Arrays.copyOf(earlier, Math.max(earlier.length, moments.length));
    moments[slot] = own;
  }

  /** Whoever came after this thread so far does not come after what it does from now on. */
  void tick() {
    setMoment(moments[slot] + 1);
  }

  private void setMoment(long moment) {
    moments[slot] = moment;
    epoch = Epoch.pack(slot, moment);
  }

  void released(Synchronisation how) {
    lastRelease = how;
  }

  void acquired(Synchronisation how) {
    lastAcquire = how;
  }

  /** Its latest release; null if there was none. */
  Synchronisation lastRelease() {
    return lastRelease;
  }

  /** Its latest acquire; null if there was none. */
  Synchronisation lastAcquire() {
    return lastAcquire;
  }
}
