package dev.wasmrun.wasi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.OptionalInt;

/** A descriptor for a regular file, with its position. */
final class OpenFile extends Descriptor {
  private final SteadyChannel channel;
  private final boolean appends;
  private final BasicFileAttributes atOpening;

  /** Where the file is on the host; written when a directory is renamed, under the names lock. */
  private volatile Path path;

  /** Where the next read or write goes, in bytes; guarded by this object's monitor. */
  private long position;

  /**
   * Creates the descriptor.
   *
   * @param appends whether the system itself puts every write at the end
   * @param atOpening what the file was then; its key is the file's identity
   */
  OpenFile(
      FileChannel channel,
      boolean appends,
      Path path,
      BasicFileAttributes atOpening,
      long rights,
      int flags) {
    super(rights, 0, flags);
    this.channel = new SteadyChannel(channel);
    this.appends = appends;
    this.path = path;
    this.atOpening = atOpening;
  }

  @Override
  FileType type() {
    return FileType.REGULAR_FILE;
  }

  Path path() {
    return path;
  }

  BasicFileAttributes atOpening() {
    return atOpening;
  }

  @Override
  synchronized void setFlags(int changed) {
    if (appends && (changed & APPEND) == 0) {
      throw new ErrnoException(Errno.NOTSUP);
    }
    super.setFlags(changed);
  }

  @Override
  synchronized int read(byte[] into, int length) throws IOException {
    int count = readAt(into, length, position);
    position += count;
    return count;
  }

  int readAt(byte[] into, int length, long at) throws IOException {
    return Math.max(0, readAt(ByteBuffer.wrap(into, 0, length), at));
  }

  /** Reads what the buffer has room for, or less; negative at the end of the file. */
  int readAt(ByteBuffer into, long at) throws IOException {
    return channel.read(into, at);
  }

  @Override
  synchronized int write(byte[] from, int length) throws IOException {
    if (appends) {
      int count = channel.write(ByteBuffer.wrap(from, 0, length));
      position = channel.position();
      return count;
    }
    long at = has(APPEND) ? channel.size() : position;
    int count = writeAt(from, length, at);
    position = at + count;
    return count;
  }

  int writeAt(byte[] from, int length, long at) throws IOException {
    return writeAt(ByteBuffer.wrap(from, 0, length), at);
  }

  int writeAt(ByteBuffer from, long at) throws IOException {
    return channel.write(from, at);
  }

  @Override
  synchronized OptionalInt available() throws IOException {
    long left = channel.size() - position;
    return OptionalInt.of((int) Math.max(0, Math.min(left, Integer.MAX_VALUE)));
  }

  /** Moves the position to {@code delta} bytes from its start, position or end; returns it. */
  synchronized long seek(long delta, Whence whence) throws IOException {
    long from =
        switch (whence) {
          case SET -> 0;
          case CURRENT -> position;
          case END -> channel.size();
        };
    long to = from + delta;
    if (to < 0) { // also where the sum overflows: both are never negative
      throw new ErrnoException(Errno.INVAL);
    }
    position = to;
    return to;
  }

  long size() throws IOException {
    return channel.size();
  }

  /** Cuts the file, or extends it by zeros. */
  synchronized void resize(long size) throws IOException {
    if (size < channel.size()) {
      channel.truncate(size);
    } else {
      extend(size);
    }
  }

  /** Has the file be at least so long, the new bytes being zeros. */
  synchronized void extend(long size) throws IOException {
    if (size <= channel.size()) {
      return;
    }
    if (appends) {
      throw new ErrnoException(Errno.NOTSUP); // no write can be put elsewhere than at the end
    }
    channel.write(ByteBuffer.wrap(new byte[1]), size - 1);
  }

  void force(boolean metadata) throws IOException {
    channel.force(metadata);
  }

  @Override
  void moved(Path from, Path to) {
    if (path.startsWith(from)) {
      path = to.resolve(from.relativize(path));
    }
  }

  @Override
  void close() throws IOException {
    channel.close();
  }
}
