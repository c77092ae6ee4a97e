package dev.wasmrun.check.race;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * A happens-before race detector: told of what threads do, it finds every pair of accesses that
 * conflict and that nothing orders, as long as they are the first to race for their bytes.
 *
 * <p>As in {@link HappensBefore}, each thread tells what it does itself, and any number may at
 * once. Nothing here knows of WebAssembly.
 */
public final class RaceDetector {
  private final HappensBefore order = new HappensBefore();
  private final LibraryOrder libraryOrder = new LibraryOrder();
  private final Shadow shadow;
  private final Consumer<Race> found;
  private final Consumer<Trespass> trespass;

  /**
   * Whether there has been more than one thread whose accesses count. Until then all that happens
   * comes before every other thread, and need not be remembered. Set before a thread starts, which
   * makes it visible to that thread.
   */
  private boolean concurrent;

  /** Guarded by this. */
  private boolean hasRoot;

  /**
   * Creates a detector.
   *
   * @param found told of each race, on the thread of the current access; as often as a pair races
   */
  public RaceDetector(Consumer<Race> found) {
    this(found, access -> {});
  }

  /**
   * Creates a detector.
   *
   * @param found told of each race, on the thread of the current access; as often as a pair races
   * @param trespass told of each access to bytes that belong to nobody, on the thread that makes it
   */
  public RaceDetector(Consumer<Race> found, Consumer<Trespass> trespass) {
    this.found = found;
    this.trespass = trespass;
    this.shadow =
        new Shadow(
            new Shadow.Conflicts() {
              @Override
              public void found(
                  ThreadClock current, int touch, long at, int cell, long record, long place) {
                conflict(current, touch, at, cell, record, place);
              }

              @Override
              public void gone(ThreadClock current, int touch, long at, int cell, long record) {
                trespassed(current, touch, at, cell, record);
              }
            });
  }

  /** A thread that comes after nothing, and whose accesses count; told before any of them. */
  public ThreadClock root(String name) {
    rooted();
    return order.root(name, true);
  }

  /** A thread outside the run: it can order others, but its accesses do not count. */
  public ThreadClock outsider(String name) {
    return order.root(name, false);
  }

  /** The thread is about to start another, which comes after what it has done so far. */
  public ThreadClock spawn(ThreadClock parent, String name, long place) {
    if (parent.checked()) {
      concurrent = true;
    } else {
      rooted();
    }
    return order.spawn(parent, name, place);
  }

  private synchronized void rooted() {
    concurrent |= hasRoot;
    hasRoot = true;
  }

  /** The thread does nothing any more. */
  public void end(ThreadClock thread) {
    order.end(thread);
  }

  /** The thread has seen that another, which was told to have ended, has done so. */
  public void join(ThreadClock thread, ThreadClock ended, long place) {
    order.join(thread, ended, place);
  }

  /** A plain access, of any length. */
  public void plain(ThreadClock thread, int address, int length, boolean writes, long place) {
    if (!concurrent) {
      return;
    }
    remember(thread, address, length, writes ? Touch.STORE : Touch.LOAD, place);
  }

  /**
   * A plain load within an 8-byte cell that counts as an atomic one where the bytes are written
   * atomically: it does not race with such a store, and comes after it.
   */
  public void volatileLoad(ThreadClock thread, int address, int width, long place) {
    if (concurrent) {
      order.volatileLoad(thread, address, width);
      remember(thread, address, width, Touch.VOLATILE_LOAD, place);
    }
  }

  /** An atomic access that is remembered, but orders nobody; a plain load may be one, too. */
  public void unordered(ThreadClock thread, int address, int width, boolean writes, long place) {
    remember(thread, address, width, writes ? Touch.ATOMIC_STORE : Touch.VOLATILE_LOAD, place);
  }

  /**
   * An atomic access of a library's to a word of its own. It orders nobody and races with nobody,
   * but a race between accesses that it would order is told with that.
   */
  public void withinLibrary(ThreadClock thread, int address, boolean reads, boolean writes) {
    if (!concurrent) {
      return;
    }
    if (reads) {
      libraryOrder.acquire(thread, address);
    }
    if (writes) {
      libraryOrder.release(thread, address);
    }
  }

  /** These bytes begin a new life, as the block of memory that they are part of is taken. */
  public void begin(int address, int length) {
    shadow.forget(address, length);
  }

  /**
   * These bytes belong to nobody until they {@link #begin} again: an access is told, whatever
   * orders it.
   */
  public void abandon(ThreadClock thread, int address, int length, long place) {
    shadow.abandon(address, length, gone(thread), bulk(place, address), true);
  }

  /** As {@link #abandon}, for as far as these bytes have been accessed. */
  public void abandonSeen(ThreadClock thread, int address, int length, long place) {
    shadow.abandon(address, length, gone(thread), bulk(place, address), false);
  }

  private static long gone(ThreadClock thread) {
    return Epoch.record(thread.epoch(), 0, Touch.GONE.ordinal());
  }

  private static long bulk(long place, int address) {
    return AccessWord.pack(place, address, Integer.MAX_VALUE);
  }

  /** An atomic load within an 8-byte cell: it comes after what wrote these bytes atomically. */
  public void atomicLoad(ThreadClock thread, int address, int width, long place) {
    order.load(thread, address, width, place);
    remember(thread, address, width, Touch.ATOMIC_LOAD, place);
  }

  /** An atomic store within an 8-byte cell. */
  public void atomicStore(ThreadClock thread, int address, int width, long place) {
    // Before it is released: whoever comes after the store comes after its record.
    remember(thread, address, width, Touch.ATOMIC_STORE, place);
    order.store(thread, address, width, place);
  }

  /** An atomic read-modify-write within an 8-byte cell: a load and a store. */
  public void atomicUpdate(ThreadClock thread, int address, int width, long place) {
    order.beginUpdate(thread, address, width);
    remember(thread, address, width, Touch.ATOMIC_STORE, place);
    order.endUpdate(thread, address, width, place);
  }

  /** A notify that is about to take effect. */
  public void notify(ThreadClock thread, int address, long place) {
    order.notify(thread, address, place);
  }

  /** The end of a wait, which has looked at the value. */
  public void waited(ThreadClock thread, int address, int width, boolean woken, long place) {
    atomicLoad(thread, address, width, place);
    if (woken) {
      order.woken(thread, address, place);
    }
  }

  /** The thread has made the memory grow; who does so later comes after it. */
  public void grow(ThreadClock thread, long place) {
    order.grow(thread, place);
  }

  /** What the thread has done so far comes before what others do once they acquire this object. */
  public void release(ThreadClock thread, Object object, long place) {
    order.release(thread, object, place);
  }

  /** The thread comes after all who have released this object. */
  public void acquire(ThreadClock thread, Object object, long place) {
    order.acquire(thread, object, place);
  }

  private void remember(ThreadClock thread, int address, int length, Touch touch, long place) {
    if (concurrent && thread.checked()) {
      shadow.access(thread, address, length, touch, AccessWord.pack(place, address, length));
    }
  }

  private void conflict(
      ThreadClock current, int touch, long currentPlace, int cell, long record, long place) {
    int address = cell * Long.BYTES + Integer.numberOfTrailingZeros(Epoch.bytesOf(record));
    ThreadClock other = order.at(Epoch.slotOf(record), Epoch.momentOf(record));
    Optional<Synchronisation> released =
        Optional.ofNullable(other.lastRelease())
            .filter(release -> release.moment() >= Epoch.momentOf(record));
    found.accept(
        new Race(
            address,
            access(current.name(), touch, currentPlace, cell, address),
            access(other.name(), Epoch.touchOf(record), place, cell, address),
            released,
            Optional.ofNullable(current.lastAcquire()),
            current.comesAfterByLibrary(Epoch.slotOf(record), Epoch.momentOf(record))));
  }

  private void trespassed(ThreadClock current, int touch, long at, int cell, long record) {
    int address = cell * Long.BYTES + Integer.numberOfTrailingZeros(Epoch.bytesOf(record));
    trespass.accept(new Trespass(address, access(current.name(), touch, at, cell, address)));
  }

  private static RaceSide access(String thread, int touch, long place, int cell, int address) {
    return new RaceSide(
        thread,
        Touch.of(touch),
        AccessWord.address(place, cell, address),
        AccessWord.width(place),
        AccessWord.code(place));
  }
}
