package dev.wasmrun.memory;

import dev.wasmrun.memory.MemoryObserver.Access;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/** The way an access and its report go together: announced, performed, reported. */
final class Reports {
  private static final int CELLS = 64;

  private final MemoryObserver observer;

  /**
   * Held over an atomic access and its report: without them two threads could report in the
   * opposite order of their effects, and a checker would believe that order. Each stands for every
   * 64th 8-byte cell of the memory. No other lock is held when one is taken.
   */
  private final ReentrantLock[] cells = new ReentrantLock[CELLS];

  Reports(MemoryObserver observer) {
    this.observer = observer;
    for (int i = 0; i < CELLS; i++) {
      cells[i] = new ReentrantLock();
    }
  }

  /** A plain load. */
  long load(int address, int width, LongSupplier access) {
    observer.before(address, width, Access.LOAD);
    long value = access.getAsLong();
    observer.onLoad(address, width, false, value);
    return value;
  }

  /** A plain store. */
  void store(int address, int width, long value, Runnable access) {
    observer.before(address, width, Access.STORE);
    access.run();
    observer.onStore(address, width, false, value);
  }

  /** An atomic load. */
  long atomicLoad(int address, int width, LongSupplier access) {
    observer.before(address, width, Access.ATOMIC_LOAD);
    ReentrantLock cell = lockCell(address);
    try {
      long value = access.getAsLong();
      observer.onLoad(address, width, true, value);
      return value;
    } finally {
      cell.unlock();
    }
  }

  /** An atomic store. */
  void atomicStore(int address, int width, long value, Runnable access) {
    observer.before(address, width, Access.ATOMIC_STORE);
    ReentrantLock cell = lockCell(address);
    try {
      access.run();
      observer.onStore(address, width, true, value);
    } finally {
      cell.unlock();
    }
  }

  /** A read-modify-write; {@code stored} is sign-extended from the operand's width. */
  long update(int address, int width, LongSupplier access, LongUnaryOperator stored) {
    observer.before(address, width, Access.UPDATE);
    ReentrantLock cell = lockCell(address);
    try {
      long seen = access.getAsLong();
      observer.onUpdate(address, width, seen, stored.applyAsLong(seen), UpdateKind.ARITHMETIC);
      return seen;
    } finally {
      cell.unlock();
    }
  }

  /** A read-modify-write that stores a value whatever it finds. */
  long replace(int address, int width, long stored, LongSupplier access) {
    observer.before(address, width, Access.UPDATE);
    ReentrantLock cell = lockCell(address);
    try {
      long seen = access.getAsLong();
      observer.onUpdate(address, width, seen, stored, UpdateKind.EXCHANGE);
      return seen;
    } finally {
      cell.unlock();
    }
  }

  /** A compare-and-exchange: an update if it finds what is expected, else an atomic load. */
  long exchange(int address, int width, long expected, long replacement, LongSupplier access) {
    observer.before(address, width, Access.UPDATE);
    ReentrantLock cell = lockCell(address);
    try {
      long seen = access.getAsLong();
      if (seen == expected) {
        observer.onUpdate(address, width, seen, replacement, UpdateKind.COMPARE_EXCHANGE);
      } else {
        observer.onLoad(address, width, true, seen);
      }
      return seen;
    } finally {
      cell.unlock();
    }
  }

  private ReentrantLock lockCell(int address) {
    ReentrantLock cell = cells[(address >>> 3) % CELLS];
    cell.lock();
    return cell;
  }
}
