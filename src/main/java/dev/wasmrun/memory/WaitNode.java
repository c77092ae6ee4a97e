package dev.wasmrun.memory;

import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * One wait: who, on what, and how it ended. A thread has one of these for all its waits, one after
 * the other, so that waiting leaves no garbage.
 */
final class WaitNode {
  /*
   * Somebody who has ended a wait still tells its thread when that may be in its next wait already.
   * So what is used then, thread and future, never changes, and the thread's next wait may be told
   * for no reason, which waits are prepared for.
   */

  /** How far a wait has come. It leaves {@code WAITING} once, under its bucket's lock. */
  enum State {
    WAITING,
    WOKEN,
    TIMED_OUT,
    INTERRUPTED,
    CANCELLED,
    CLOSED;

    /** What the wait returns. */
    WaitResult result() {
      return switch (this) {
        case WOKEN -> WaitResult.WOKEN;
        case TIMED_OUT -> WaitResult.TIMED_OUT;
        case CLOSED -> throw MemoryTrap.closed();
        case WAITING, INTERRUPTED, CANCELLED ->
            throw new IllegalStateException("a wait has no result when it is " + this);
      };
    }
  }

  private static final ThreadLocal<WaitNode> OWN =
      ThreadLocal.withInitial(() -> new WaitNode(Thread.currentThread(), null));

  /** The blocked thread; null exactly if {@code future} is not. */
  private final Thread thread;

  private final AsyncWait future;

  /** Whether the thread is between {@link #blocking} and {@link #release}; used by it alone. */
  private boolean busy;

  // Written by the thread while in no queue; read by others in one, under the bucket's lock.
  private int address;
  private int width;
  private long expected;
  private boolean timed;

  // Links of the WaitTable; guarded by the bucket's lock. The last two are of a head only.
  WaitNode previous;
  WaitNode next;
  WaitNode last;
  WaitNode sibling;

  /** What snapshots show of this wait; made by the first, guarded by the bucket's lock. */
  private Waiter shown;

  /** Written under the bucket's lock, but for a new wait; read without it by the waiter. */
  private volatile State state = State.WAITING;

  // Written before the state that says so, under the bucket's lock; read by the waiter after it.
  private Thread waker;
  private long wokenNanos;
  private WakeUps others;

  private WaitNode(Thread thread, AsyncWait future) {
    this.thread = thread;
    this.future = future;
  }

  /** A wait of the current thread, which releases it in the end. */
  static WaitNode blocking(int address, int width, long expected, boolean timed) {
    WaitNode own = OWN.get();
    // A listener that is told of a wait may wait itself.
    WaitNode node = own.busy ? new WaitNode(Thread.currentThread(), null) : own;
    node.busy = true;
    node.state = State.WAITING;
    node.shown = null;
    return node.on(address, width, expected, timed);
  }

  static WaitNode async(int address, int width, long expected, boolean timed, AsyncWait future) {
    return new WaitNode(null, future).on(address, width, expected, timed);
  }

  private WaitNode on(int newAddress, int newWidth, long newExpected, boolean isTimed) {
    address = newAddress;
    width = newWidth;
    expected = newExpected;
    timed = isTimed;
    return this;
  }

  /** The wait is over, and nobody asks about it any more. */
  void release() {
    waker = null;
    wokenNanos = 0;
    others = null;
    busy = false;
  }

  int address() {
    return address;
  }

  int width() {
    return width;
  }

  long expected() {
    return expected;
  }

  State state() {
    return state;
  }

  /** Forgets its neighbours; the caller holds the bucket's lock. */
  void unlink() {
    previous = null;
    next = null;
    last = null;
    sibling = null;
  }

  /** Decides the wait; the caller holds the bucket's lock. */
  void end(State end) {
    state = end;
  }

  /**
   * Notes who is about to end the wait by a notify; the caller holds the bucket's lock.
   *
   * @param together who is woken by the same notify; null if nobody else is
   */
  void wokenBy(Thread notifier, long nanos, WakeUps together) {
    waker = notifier;
    wokenNanos = nanos;
    others = together;
  }

  /** Who woke it; null if nobody has. */
  Thread waker() {
    return waker;
  }

  /** When it was woken; 0 if it was not, or nobody wanted to know. */
  long wokenNanos() {
    return wokenNanos;
  }

  /** Tells others whose waits have ended together with this one, of the current thread. */
  void helpOthers() {
    if (others != null) {
      others.tellThreads();
    }
  }

  /** Tells the waiter that its wait has ended; the caller holds no lock. */
  void wake() {
    wakeThread();
    finishFuture();
  }

  /** Tells the thread, if it is one that waits. */
  void wakeThread() {
    LockSupport.unpark(thread);
  }

  /** Tells the future, if it is one that waits. */
  void finishFuture() {
    if (future != null) {
      future.finish(state);
    }
  }

  /** This wait in a snapshot; the caller holds the bucket's lock. */
  Waiter waiter() {
    if (shown == null) {
      shown = new Waiter(Optional.ofNullable(thread), address, width, expected, timed);
    }
    return shown;
  }
}
