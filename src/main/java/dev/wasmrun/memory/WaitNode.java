package dev.wasmrun.memory;

import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** One wait: who, on what, and how it ended. */
final class WaitNode {
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

  final int address;
  final int width;
  final long expected;
  private final boolean timed;

  /** The blocked thread; null exactly if {@code future} is not. */
  private final Thread thread;

  private final AsyncWait future;

  /** Neighbours in the queue; guarded by the bucket's lock. */
  WaitNode previous;

  WaitNode next;

  /** What snapshots show of this wait; made by the first, guarded by the bucket's lock. */
  private Waiter shown;

  /** Written under the bucket's lock; read without it by the waiter. */
  private volatile State state = State.WAITING;

  // Written before the state that says so, under the bucket's lock; read by the waiter after it.
  private Thread waker;
  private long wokenNanos;

  private WaitNode(
      int address, int width, long expected, boolean timed, Thread thread, AsyncWait future) {
    this.address = address;
    this.width = width;
    this.expected = expected;
    this.timed = timed;
    this.thread = thread;
    this.future = future;
  }

  static WaitNode blocking(int address, int width, long expected, boolean timed) {
    return new WaitNode(address, width, expected, timed, Thread.currentThread(), null);
  }

  static WaitNode async(int address, int width, long expected, boolean timed, AsyncWait future) {
    return new WaitNode(address, width, expected, timed, null, future);
  }

  State state() {
    return state;
  }

  /** Decides the wait; the caller holds the bucket's lock. */
  void end(State end) {
    state = end;
  }

  /** Decides the wait as woken by the current thread; the caller holds the bucket's lock. */
  void endWoken(long nanos) {
    waker = Thread.currentThread();
    wokenNanos = nanos;
    state = State.WOKEN;
  }

  /** Who woke it; null if nobody has. */
  Thread waker() {
    return waker;
  }

  /** When it was woken; 0 if it was not, or nobody wanted to know. */
  long wokenNanos() {
    return wokenNanos;
  }

  /** Tells the waiter that its wait has ended; the caller holds no lock. */
  void wake() {
    if (future != null) {
      future.finish(state);
    } else {
      LockSupport.unpark(thread);
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
