package dev.wasmrun.wasi;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The host's input stream, made interruptible: a daemon thread of its own reads it, one chunk at a
 * time and only when a guest wants one, so that what no guest asked for is left to others.
 *
 * <pre>
 *   idle ──a guest wants input──▶ reading ──a chunk──▶ holding ──consumed──▶ idle
 *                                    └──end or failure──▶ ended
 * </pre>
 *
 * <p>The thread cannot be interrupted while it reads; closed meanwhile, it ends with that read.
 */
final class StandardInput implements AutoCloseable {
  private static final int CHUNK = 8192;

  private final InputStream in;
  private final Bell bell;

  // The lock guards all fields below it. It is not held while the stream is read.
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private byte[] chunk = {};
  private int next;
  private boolean ended;
  private IOException failure;
  private boolean wanted;
  private boolean closed;
  private Thread reader;

  /**
   * Creates the input of a run.
   *
   * @param bell rings when there is something to read, or the end
   */
  StandardInput(InputStream in, Bell bell) {
    this.in = in;
    this.bell = bell;
  }

  /**
   * Reads up to {@code length} bytes.
   *
   * @param wait whether to wait for input; otherwise {@link Errno#AGAIN} says that there is none
   * @return how many bytes; 0 at the end of the input
   */
  int read(byte[] into, int length, boolean wait) throws IOException, InterruptedException {
    if (length == 0) {
      return 0;
    }
    lock.lockInterruptibly();
    try {
      while (!readable()) {
        want();
        if (!wait) {
          throw new ErrnoException(Errno.AGAIN);
        }
        changed.await();
      }
      int count = Math.min(length, chunk.length - next);
      if (count == 0 && failure != null) {
        throw failure;
      }
      System.arraycopy(chunk, next, into, 0, count);
      next += count;
      return count;
    } finally {
      lock.unlock();
    }
  }

  /** How many bytes can be read without waiting; 0 also at the end. */
  int available() {
    lock.lock();
    try {
      return chunk.length - next;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until a read would not have to.
   *
   * @param nanos the longest time to wait
   * @return whether it would not
   */
  boolean awaitReadable(long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = nanos;
      while (!readable()) {
        want();
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean readable() {
    return next < chunk.length || ended;
  }

  private void want() {
    wanted = true;
    if (reader == null) {
      reader = new Thread(this::readOnDemand, "standard-input");
      reader.setDaemon(true);
      reader.start();
    }
    changed.signalAll();
  }

  private void readOnDemand() {
    var buffer = new byte[CHUNK];
    try {
      while (awaitDemand()) {
        int count = in.read(buffer);
        deliver(count < 0 ? null : Arrays.copyOf(buffer, count), null);
      }
    } catch (IOException e) {
      deliver(null, e);
    } catch (InterruptedException e) {
      deliver(null, new IOException("the reader of the standard input was interrupted", e));
    }
  }

  /** Whether another chunk is wanted; false once there will be none. */
  private boolean awaitDemand() throws InterruptedException {
    lock.lock();
    try {
      while (!closed && !ended && !(wanted && next == chunk.length)) {
        changed.await();
      }
      return !closed && !ended;
    } finally {
      lock.unlock();
    }
  }

  private void deliver(byte[] read, IOException failed) {
    lock.lock();
    try {
      if (read == null) {
        ended = true;
        failure = failed;
      } else {
        chunk = read;
        next = 0;
      }
      wanted = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    bell.ring();
  }
}
