package dev.wasmrun.wasi;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * What a number in a guest's descriptor table stands for. Thread-safe; an operation that runs while
 * another thread closes the descriptor answers {@link Errno#BADF} or has its effect.
 */
abstract sealed class Descriptor
    permits InputDescriptor,
        OutputDescriptor,
        OpenFile,
        OpenDirectory,
        PipeReader,
        PipeWriter,
        DeviceDescriptor {
  /** Every write goes to the end of the file. */
  static final int APPEND = 1;

  /** Reading answers {@link Errno#AGAIN} rather than wait. */
  static final int NONBLOCK = 4;

  /** Every write is on the device before it returns: WASI's DSYNC, RSYNC and SYNC. */
  static final int SYNCED = 2 | 8 | 16;

  // Written under this object's monitor, and rights only ever shrink; read without it.
  private volatile long rights;
  private volatile long inheriting;
  private volatile int flags;

  Descriptor(long rights, long inheriting, int flags) {
    this.rights = rights;
    this.inheriting = inheriting;
    this.flags = flags;
  }

  final long rights() {
    return rights;
  }

  /** The rights that what is opened through this descriptor can have at most. */
  final long inheriting() {
    return inheriting;
  }

  final int flags() {
    return flags;
  }

  final boolean has(int flag) {
    return (flags & flag) != 0;
  }

  synchronized void setFlags(int changed) {
    flags = changed;
  }

  /** Gives rights up; asking for more than there are is {@link Errno#NOTCAPABLE}. */
  final synchronized void reduceRights(long base, long inherited) {
    if ((base & ~rights) != 0 || (inherited & ~inheriting) != 0) {
      throw new ErrnoException(Errno.NOTCAPABLE);
    }
    rights = base;
    inheriting = inherited;
  }

  final void require(Right right) {
    if ((rights & right.bit()) == 0) {
      throw new ErrnoException(Errno.NOTCAPABLE);
    }
  }

  abstract FileType type();

  /** What is known of it, unless it is a file or a directory, which have more to tell. */
  FileStatus status() throws IOException {
    return FileStatus.ofStream(type());
  }

  /** Whether somebody sits at the other end. */
  boolean isTerminal() {
    return false;
  }

  /**
   * The number of bytes that a read finds at once, 0 at the end; empty if it would have to wait.
   */
  OptionalInt available() throws IOException, InterruptedException {
    return OptionalInt.of(0);
  }

  /** Whether it is an end of a pipe whose other end is closed. */
  boolean isAbandoned() {
    return false;
  }

  /** Whether a write would find room, or fail, without having to wait. */
  boolean hasRoom() {
    return true;
  }

  /** Reads up to {@code length} bytes; 0 at the end. */
  int read(byte[] into, int length) throws IOException, InterruptedException {
    throw new ErrnoException(Errno.BADF);
  }

  /** Writes at least one byte of {@code length}, unless that is 0; returns how many. */
  int write(byte[] from, int length) throws IOException, InterruptedException {
    throw new ErrnoException(Errno.BADF);
  }

  /** Has the host paths that begin with one begin with the other: a directory was renamed. */
  void moved(Path from, Path to) {}

  abstract void close() throws IOException;
}
