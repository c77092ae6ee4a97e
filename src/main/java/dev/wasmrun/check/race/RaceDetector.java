package dev.wasmrun.check.race;

import dev.wasmrun.check.race.Synchronisation.Kind;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A happens-before race detector: told of what threads do, it finds every pair of accesses that
 * conflict and that nothing orders, as long as they are the first to race for their bytes.
 *
 * <p>What one thread does is told by that thread, in its order; what orders two threads is told
 * before what comes after it. Otherwise any number of threads may tell at once. Nothing here knows
 * of WebAssembly.
 */
public final class RaceDetector {
  private static final String SIZE = "the size of the memory";

  private final Slots slots = new Slots();
  private final SyncClocks atomics = new SyncClocks();
  private final Channels channels = new Channels();
  private final Shadow shadow;
  private final Consumer<Race> found;
  private final boolean volatileLoads;

  /**
   * Whether there has been more than one thread whose accesses count. Until then all that happens
   * comes before every other thread, and need not be remembered. Set before a thread starts, which
   * makes it visible to that thread.
   */
  private boolean concurrent;

  private boolean hasRoot;

  /**
   * Creates a detector.
   *
   * @param found told of each race, on the thread of the current access; as often as a pair races
   */
  public RaceDetector(Consumer<Race> found) {
    this(found, false);
  }

  /**
   * Creates a detector.
   *
   * @param volatileLoads whether a plain load of an aligned 4-byte word counts as an atomic one
   *     where the word is written atomically: it does not race with such a store, and comes after
   *     it
   */
  public RaceDetector(Consumer<Race> found, boolean volatileLoads) {
    this.found = found;
    this.volatileLoads = volatileLoads;
    this.shadow = new Shadow(this::conflict);
  }

  /** A thread that comes after nothing, and whose accesses count; told before any of them. */
  public synchronized ThreadClock root(String name) {
    concurrent |= hasRoot;
    hasRoot = true;
    return slots.root(name, true);
  }

  /** A thread outside the run: it can order others, but its accesses do not count. */
  public ThreadClock outsider(String name) {
    return slots.root(name, false);
  }

  /** The thread is about to start another, which comes after what it has done so far. */
  public ThreadClock spawn(ThreadClock parent, String name, long place) {
    if (parent.checked()) {
      concurrent = true;
    } else {
      rooted();
    }
    ThreadClock child = slots.child(parent, name);
    parent.released(new Synchronisation(Kind.START_OF, 0, name, place, parent.moment()));
    child.acquired(new Synchronisation(Kind.STARTED_BY, 0, parent.name(), place, child.moment()));
    parent.tick();
    return child;
  }

  private synchronized void rooted() {
    concurrent |= hasRoot;
    hasRoot = true;
  }

  /** The thread does nothing any more. */
  public void end(ThreadClock thread) {
    slots.end(thread);
  }

  /** The thread has seen that another, which was told to have ended, has done so. */
  public void join(ThreadClock thread, ThreadClock ended, long place) {
    thread.join(ended.moments());
    thread.acquired(new Synchronisation(Kind.JOINED, 0, ended.name(), place, thread.moment()));
  }

  /** A plain access, of any length. */
  public void plain(ThreadClock thread, int address, int length, boolean writes, long place) {
    if (!concurrent) {
      return;
    }
    Touch touch = Touch.STORE;
    if (!writes) {
      touch = Touch.LOAD;
      if (volatileLoads && length == Integer.BYTES && address % Integer.BYTES == 0) {
        touch = Touch.VOLATILE_LOAD;
        atomics.acquireIfAny(thread, address >>> 3, bytes(address, length));
      }
    }
    remember(thread, address, length, touch, place);
  }

  /** An atomic load within an 8-byte cell: it comes after what wrote these bytes atomically. */
  public void atomicLoad(ThreadClock thread, int address, int width, long place) {
    atomics.acquire(thread, address >>> 3, bytes(address, width));
    thread.acquired(at(Kind.ATOMIC_LOAD, thread, address, place));
    remember(thread, address, width, Touch.ATOMIC_LOAD, place);
  }

  /** An atomic store within an 8-byte cell. */
  public void atomicStore(ThreadClock thread, int address, int width, long place) {
    remember(thread, address, width, Touch.ATOMIC_STORE, place);
    thread.released(at(Kind.ATOMIC_STORE, thread, address, place));
    atomics.release(thread, address >>> 3, bytes(address, width));
  }

  /** An atomic read-modify-write within an 8-byte cell: a load and a store. */
  public void atomicUpdate(ThreadClock thread, int address, int width, long place) {
    int cell = address >>> 3;
    int bytes = bytes(address, width);
    atomics.acquire(thread, cell, bytes);
    remember(thread, address, width, Touch.ATOMIC_STORE, place);
    Synchronisation how = at(Kind.ATOMIC_UPDATE, thread, address, place);
    thread.acquired(how);
    thread.released(how);
    atomics.release(thread, cell, bytes);
  }

  /** A notify that is about to take effect. */
  public void notify(ThreadClock thread, int address, long place) {
    thread.released(at(Kind.NOTIFY, thread, address, place));
    channels.release(thread, address);
  }

  /** The end of a wait, which has looked at the value. */
  public void waited(ThreadClock thread, int address, int width, boolean woken, long place) {
    atomicLoad(thread, address, width, place);
    if (woken && channels.acquire(thread, address)) {
      thread.acquired(at(Kind.WOKEN, thread, address, place));
    }
  }

  /** The thread has made the memory grow; who does so later comes after it. */
  public void grow(ThreadClock thread, long place) {
    channels.acquire(thread, SIZE);
    thread.released(at(Kind.GROW, thread, 0, place));
    channels.release(thread, SIZE);
  }

  /** What the thread has done so far comes before what others do once they acquire this object. */
  public void release(ThreadClock thread, Object object, long place) {
    thread.released(at(Kind.HOST, thread, 0, place));
    channels.release(thread, object);
  }

  /** The thread comes after all who have released this object. */
  public void acquire(ThreadClock thread, Object object, long place) {
    if (channels.acquire(thread, object)) {
      thread.acquired(at(Kind.HOST, thread, 0, place));
    }
  }

  private void remember(ThreadClock thread, int address, int width, Touch touch, long place) {
    if (concurrent && thread.checked()) {
      shadow.access(thread, address, width, touch, Place.pack(place, address, width));
    }
  }

  private void conflict(
      ThreadClock current, int touch, long currentPlace, int cell, long record, long place) {
    int address = cell * Long.BYTES + Integer.numberOfTrailingZeros(Epoch.bytesOf(record));
    ThreadClock other = slots.at(Epoch.slotOf(record), Epoch.momentOf(record));
    Optional<Synchronisation> released =
        Optional.ofNullable(other.lastRelease())
            .filter(release -> release.moment() >= Epoch.momentOf(record));
    found.accept(
        new Race(
            address,
            access(current.name(), touch, currentPlace, cell, address),
            access(other.name(), Epoch.touchOf(record), place, cell, address),
            released,
            Optional.ofNullable(current.lastAcquire())));
  }

  private static Access access(String thread, int touch, long place, int cell, int address) {
    return new Access(
        thread,
        Touch.of(touch),
        Place.address(place, cell, address),
        Place.width(place),
        Place.code(place));
  }

  private static Synchronisation at(Kind kind, ThreadClock thread, int address, long place) {
    return new Synchronisation(kind, address, "", place, thread.moment());
  }

  private static int bytes(int address, int width) {
    return (1 << width) - 1 << (address & (Long.BYTES - 1));
  }
}
