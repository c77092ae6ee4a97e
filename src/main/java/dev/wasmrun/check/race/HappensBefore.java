package dev.wasmrun.check.race;

import dev.wasmrun.check.race.Synchronisation.Kind;

/**
 * What orders the threads of a run: told of it, it keeps each thread's vector clock.
 *
 * <p>What one thread does is told by that thread, in its order; what orders two threads is told
 * before what comes after it. Otherwise any number of threads may tell at once.
 */
public final class HappensBefore {
  private static final String SIZE = "the size of the memory";

  private final Slots slots = new Slots();
  private final SyncClocks atomics = new SyncClocks();
  private final Channels channels = new Channels();

  /**
   * A thread that comes after nothing.
   *
   * @param checked whether it is one of the run, rather than one outside that meets it
   */
  public ThreadClock root(String name, boolean checked) {
    return slots.root(name, checked);
  }

  /** The thread is about to start another, which comes after what it has done so far. */
  public ThreadClock spawn(ThreadClock parent, String name, long place) {
    ThreadClock child = slots.child(parent, name);
    parent.released(new Synchronisation(Kind.START_OF, 0, name, place, parent.moment()));
    child.acquired(new Synchronisation(Kind.STARTED_BY, 0, parent.name(), place, child.moment()));
    parent.tick();
    return child;
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

  /** An atomic load within an 8-byte cell: it comes after what wrote these bytes atomically. */
  public void load(ThreadClock thread, int address, int width, long place) {
    atomics.acquire(thread, cell(address), bytes(address, width));
    thread.acquired(at(Kind.ATOMIC_LOAD, thread, address, place));
  }

  /** A plain load that counts as an atomic one where the bytes have been written atomically. */
  public void volatileLoad(ThreadClock thread, int address, int width) {
    atomics.acquireIfAny(thread, cell(address), bytes(address, width));
  }

  /** Whether {@link #volatileLoad} may order anything. */
  public boolean isWrittenAtomically(int address) {
    return atomics.knows(cell(address));
  }

  /** An atomic store within an 8-byte cell: what reads these bytes next comes after it. */
  public void store(ThreadClock thread, int address, int width, long place) {
    thread.released(at(Kind.ATOMIC_STORE, thread, address, place));
    atomics.release(thread, cell(address), bytes(address, width));
  }

  /** The first half of a read-modify-write within an 8-byte cell. */
  public void beginUpdate(ThreadClock thread, int address, int width) {
    atomics.acquire(thread, cell(address), bytes(address, width));
  }

  /** The second half of a read-modify-write. */
  public void endUpdate(ThreadClock thread, int address, int width, long place) {
    Synchronisation how = at(Kind.ATOMIC_UPDATE, thread, address, place);
    thread.acquired(how);
    thread.released(how);
    atomics.release(thread, cell(address), bytes(address, width));
  }

  /** A notify that is about to take effect. */
  public void notify(ThreadClock thread, int address, long place) {
    thread.released(at(Kind.NOTIFY, thread, address, place));
    channels.release(thread, address);
  }

  /** A wait was ended by a notify. */
  public void woken(ThreadClock thread, int address, long place) {
    if (channels.acquire(thread, address)) {
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

  /** Who had a slot at a moment. */
  ThreadClock at(int slot, long moment) {
    return slots.at(slot, moment);
  }

  private static Synchronisation at(Kind kind, ThreadClock thread, int address, long place) {
    return new Synchronisation(kind, address, "", place, thread.moment());
  }

  private static int cell(int address) {
    return address >>> 3;
  }

  private static int bytes(int address, int width) {
    return (1 << width) - 1 << (address & (Long.BYTES - 1));
  }
}
