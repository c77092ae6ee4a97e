package dev.wasmrun.memory;

import java.util.Optional;

/**
 * A listener to everything that happens to a memory created with {@link
 * LinearMemory#create(MemoryType, MemoryObserver)}, whether a guest or a Java thread does it.
 *
 * <p>Every method is called on the thread that performs the access, at any number of threads at
 * once. An access that traps is announced, but not reported. Values narrower than 64 bits are
 * sign-extended; floating-point numbers are their bits. Addresses are unsigned.
 *
 * <p>The reports of atomic accesses to one aligned 8-byte cell come one at a time, in the order in
 * which the accesses took effect; a report of that kind must not itself access the memory
 * atomically. Plain accesses are reported after the fact, in no promised order among threads.
 */
public interface MemoryObserver {
  /** What an access is about to do; a compare-and-exchange is an update before it has compared. */
  enum Access {
    LOAD,
    STORE,
    ATOMIC_LOAD,
    ATOMIC_STORE,
    UPDATE
  }

  /**
   * Where the memory's address range comes from; asked once, before anything else. An observer of
   * many memories, one after another, has them share one.
   */
  default Optional<ReservationPool> reservations() {
    return Optional.empty();
  }

  /** An access is about to happen; no lock is held, so this may block to choose a schedule. */
  default void before(int address, int length, Access access) {}

  /** A copy of bytes within the memory is about to happen; as {@link #before}, this may block. */
  default void beforeCopy(int to, int from, int length) {}

  /** A fence is about to happen; as {@link #before}, this may block. */
  default void beforeFence() {}

  /** A guest asks how large a memory is that can grow; as {@link #before}, this may block. */
  default void beforeSize() {}

  /** The memory is about to grow; as {@link #before}, this may block. */
  default void beforeGrow() {}

  /**
   * Where threads that wait on the memory do so; asked once, before any access. An observer that
   * decides which thread goes on has a room of its own.
   *
   * @param contents the memory, for accesses that nobody is told of
   * @param usual the room of any other memory, where threads sleep until they are notified
   */
  default WaitingRoom waitingRoom(MemoryContents contents, WaitingRoom usual) {
    return usual;
  }

  /** A load, or a compare-and-exchange that found another value than expected. */
  void onLoad(int address, int width, boolean atomic, long value);

  /** A store. */
  void onStore(int address, int width, boolean atomic, long value);

  /** An atomic read-modify-write. */
  void onUpdate(int address, int width, long seen, long stored);

  /** Like {@link #onUpdate(int, int, long, long)}, which it calls, with the kind of operation. */
  default void onUpdate(int address, int width, long seen, long stored, UpdateKind kind) {
    onUpdate(address, width, seen, stored);
  }

  /** A plain read of {@code length} bytes in no stated order: the source of a copy, or a read. */
  void onBulkRead(int address, int length);

  /** A plain write of {@code length} bytes in no stated order: data, fill, copy's target, write. */
  void onBulkWrite(int address, int length);

  /** A fence: earlier accesses of this thread come before its later ones, for everybody. */
  default void onFence() {}

  /** A wait begins: the thread will compare, and then sleep if the value is as expected. */
  default void onWait(int address, int width, long expected, long timeoutNanos) {}

  /** A wait ended; one that was interrupted or overtaken by closing is not reported. */
  default void onWaitEnded(int address, int width, WaitResult result) {}

  /** A notify is about to take effect: before it does, no waiter can have been woken by it. */
  default void beforeNotify(int address, int count) {}

  /** A notify took effect and woke {@code woken} waiters. */
  default void onNotify(int address, int count, int woken) {}

  /**
   * The current thread is about to call a function of its C library, from where it says that it is.
   *
   * @param first its first argument; 0 if it has none
   * @param second its second argument; 0 if it has none
   */
  default void onCall(LibraryFunction function, int first, int second) {}

  /**
   * The current thread has returned from a function that it was told to call.
   *
   * @param result what the function returned; 0 if nothing
   */
  default void onReturn(LibraryFunction function, int result) {}

  /** The memory grew from one size in pages to another. */
  default void onGrow(int before, int after) {}
}
