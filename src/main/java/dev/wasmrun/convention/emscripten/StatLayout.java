package dev.wasmrun.convention.emscripten;

import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.wasi.Errno;
import dev.wasmrun.wasi.ErrnoException;
import dev.wasmrun.wasi.FileStatus;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

/**
 * Where the fields of C's {@code struct stat} lie, in bytes from its start.
 *
 * <pre>
 *   3.1.6   0 dev  8 ino'  12 mode  16 nlink  20 uid  24 gid  28 rdev  40 size: i64  48 blksize
 *           52 blocks  56 atim  64 mtim  72 ctim  80 ino: i64                              88 bytes
 *           a time is sec: i32, nsec: i32
 *   3.1.20  the same up to blocks, then
 *           56 atim  72 mtim  88 ctim  104 ino: i64                                       112 bytes
 *           a time is sec: i64, nsec: i32
 *   today   0 dev          4 mode   8 nlink  12 uid  16 gid  20 rdev  24 size: i64  32 blksize
 *           36 blocks  40 atim  56 mtim  72 ctim  88 ino: i64                              96 bytes
 *           a time is sec: i64, nsec: i32
 * </pre>
 *
 * <p>What is not named above is 32 bits wide; what lies between is padding.
 */
enum StatLayout {
  OF_3_1_6(88, 12, 16, 40, 48, 52, 56, 8, 80),
  OF_3_1_20(112, 12, 16, 40, 48, 52, 56, 16, 104),
  TODAY(96, 4, 8, 24, 32, 36, 40, 16, 88);

  private static final int BLOCK = 4096;
  private static final int SECTOR = 512;
  private static final long NANOS = 1_000_000_000;

  private static final int TRUNCATED_INODE = 8;

  /** What POSIX calls UTIME_NOW and UTIME_OMIT, in place of nanoseconds. */
  private static final int NOW = 0x3FFF_FFFF;

  private static final int UNCHANGED = 0x3FFF_FFFE;

  private final int size;
  private final int mode;
  private final int links;
  private final int length;
  private final int blockSize;
  private final int blocks;
  private final int times;
  private final int timeSize;
  private final int inode;

  StatLayout(
      int size,
      int mode,
      int links,
      int length,
      int blockSize,
      int blocks,
      int times,
      int timeSize,
      int inode) {
    this.size = size;
    this.mode = mode;
    this.links = links;
    this.length = length;
    this.blockSize = blockSize;
    this.blocks = blocks;
    this.times = times;
    this.timeSize = timeSize;
    this.inode = inode;
  }

  void write(LinearMemory memory, int at, FileStatus status) {
    memory.fill(at, (byte) 0, size);
    memory.setInt(at, (int) status.device());
    memory.setInt(at + mode, mode(status));
    memory.setInt(at + links, 1);
    memory.setLong(at + length, status.size());
    memory.setInt(at + blockSize, BLOCK);
    memory.setInt(at + blocks, (int) ((status.size() + SECTOR - 1) / SECTOR));
    writeTime(memory, at + times, status.accessed());
    writeTime(memory, at + times + timeSize, status.modified());
    writeTime(memory, at + times + 2 * timeSize, status.changed());
    memory.setLong(at + inode, status.inode());
    if (this != TODAY) {
      memory.setInt(at + TRUNCATED_INODE, (int) status.inode());
    }
  }

  private void writeTime(LinearMemory memory, int at, long nanos) {
    long seconds = Math.floorDiv(nanos, NANOS);
    int fraction = (int) Math.floorMod(nanos, NANOS);
    if (timeSize == 2 * Integer.BYTES) {
      memory.setInt(at, (int) seconds);
      memory.setInt(at + Integer.BYTES, fraction);
    } else {
      memory.setLong(at, seconds);
      memory.setInt(at + Long.BYTES, fraction);
    }
  }

  /** Where the second of two times is that lie one behind the other. */
  int timeSize() {
    return timeSize;
  }

  /** The time at an address, to be set; null if it says that nothing is to change. */
  FileTime time(LinearMemory memory, int at) {
    boolean narrow = timeSize == 2 * Integer.BYTES;
    long seconds = narrow ? memory.getInt(at) : memory.getLong(at);
    int nanos = memory.getInt(at + (narrow ? Integer.BYTES : Long.BYTES));
    if (nanos == UNCHANGED) {
      return null;
    }
    if (nanos == NOW) {
      return FileTime.from(Instant.now());
    }
    if (nanos < 0 || nanos >= NANOS) {
      throw new ErrnoException(Errno.INVAL);
    }
    return FileTime.from(Instant.ofEpochSecond(seconds, nanos));
  }

  /** Type and permissions; the latter are what an owner usually has, as WASI knows none. */
  private static int mode(FileStatus status) {
    return switch (status.type()) {
      case DIRECTORY -> 0040755;
      case REGULAR_FILE -> 0100644;
      case SYMBOLIC_LINK -> 0120777;
      case CHARACTER_DEVICE -> 0020666;
      case PIPE -> 0010600;
      case UNKNOWN -> 0;
    };
  }
}
