package dev.wasmrun.wasi;

import dev.wasmrun.guest.ClockAndRandomness;
import java.util.OptionalInt;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A queue of bytes between the threads of one guest, as large as Linux makes it. Thread-safe.
 *
 * <p>A write of at most {@link #WHOLE} bytes goes in as one piece.
 */
final class Pipe {
  /** POSIX's PIPE_BUF. */
  static final int WHOLE = 4096;

  private static final int CAPACITY = 65536;

  private final Bell bell;
  private final ClockAndRandomness circumstances;

  // The lock guards the fields below it.
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final byte[] bytes = new byte[CAPACITY];
  private int first;
  private int count;
  private boolean readerClosed;
  private boolean writerClosed;

  /**
   * Creates an empty pipe.
   *
   * @param bell is rung when an end may have become ready
   */
  Pipe(Bell bell, ClockAndRandomness circumstances) {
    this.bell = bell;
    this.circumstances = circumstances;
  }

  /**
   * Takes up to {@code length} bytes, waiting for the first.
   *
   * @param wait otherwise {@link Errno#AGAIN} says that there are none
   * @return how many; 0 once the writing end is closed
   */
  int read(byte[] into, int length, boolean wait) throws InterruptedException {
    if (length == 0) {
      return 0;
    }
    if (wait) {
      circumstances.beforeWaiting(this::isReadable);
    }
    int taken;
    lock.lockInterruptibly();
    try {
      while (count == 0 && !writerClosed) {
        awaitChange(wait);
      }
      taken = Math.min(length, count);
      for (int i = 0; i < taken; i++) {
        into[i] = bytes[(first + i) % CAPACITY];
      }
      first = (first + taken) % CAPACITY;
      count -= taken;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    bell.ring();
    return taken;
  }

  /**
   * Puts bytes in, all of them if it may wait.
   *
   * @return how many
   */
  int write(byte[] from, int length, boolean wait) throws InterruptedException {
    int put = 0;
    try {
      while (put < length) {
        int more = putSome(from, put, length, wait, put == 0);
        if (more == 0) {
          break;
        }
        put += more;
        bell.ring();
      }
    } catch (InterruptedException e) {
      if (put == 0) {
        throw e;
      }
      Thread.currentThread().interrupt(); // what is in the pipe has been written
    }
    return put;
  }

  private int putSome(byte[] from, int at, int end, boolean wait, boolean beginning)
      throws InterruptedException {
    int needed = end - at <= WHOLE && beginning ? end - at : 1;
    if (wait) {
      circumstances.beforeWaiting(() -> hasRoom(needed));
    }
    lock.lockInterruptibly();
    try {
      while (!readerClosed && CAPACITY - count < needed) {
        if (!wait && !beginning) {
          return 0;
        }
        awaitChange(wait);
      }
      if (readerClosed) {
        throw new ErrnoException(Errno.PIPE);
      }
      int more = Math.min(end - at, CAPACITY - count);
      for (int i = 0; i < more; i++) {
        bytes[(first + count + i) % CAPACITY] = from[at + i];
      }
      count += more;
      changed.signalAll();
      return more;
    } finally {
      lock.unlock();
    }
  }

  private void awaitChange(boolean wait) throws InterruptedException {
    if (!wait) {
      throw new ErrnoException(Errno.AGAIN);
    }
    changed.await();
  }

  /** How many bytes can be read at once, 0 at the end; empty if a reader would have to wait. */
  OptionalInt available() {
    lock.lock();
    try {
      return count == 0 && !writerClosed ? OptionalInt.empty() : OptionalInt.of(count);
    } finally {
      lock.unlock();
    }
  }

  private boolean isReadable() {
    return available().isPresent();
  }

  /** Whether so many bytes could be written, or writing would fail, without waiting. */
  boolean hasRoom(int needed) {
    lock.lock();
    try {
      return readerClosed || CAPACITY - count >= needed;
    } finally {
      lock.unlock();
    }
  }

  boolean isReaderClosed() {
    lock.lock();
    try {
      return readerClosed;
    } finally {
      lock.unlock();
    }
  }

  boolean isWriterClosed() {
    lock.lock();
    try {
      return writerClosed;
    } finally {
      lock.unlock();
    }
  }

  void closeReader() {
    close(true);
  }

  void closeWriter() {
    close(false);
  }

  private void close(boolean reader) {
    lock.lock();
    try {
      readerClosed |= reader;
      writerClosed |= !reader;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    bell.ring();
  }
}
