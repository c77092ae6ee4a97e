package dev.wasmrun.wasi;

import dev.wasmrun.memory.LinearMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;

/** The status and the times of files in the form that guests have them. */
final class FileStats {
  private static final int ACCESSED = 1;
  private static final int ACCESSED_NOW = 2;
  private static final int MODIFIED = 4;
  private static final int MODIFIED_NOW = 8;

  private FileStats() {}

  /** Times to be set; null for one that stays. */
  record Times(FileTime accessed, FileTime modified) {}

  static void write(WasiVersion version, LinearMemory memory, int at, FileStatus status) {
    int size = version.filestatField(WasiLayout.FILESTAT_SIZE);
    GuestData.require(memory, at, size);
    memory.fill(at, (byte) 0, size);
    memory.setLong(at + WasiLayout.FILESTAT_DEVICE, status.device());
    memory.setLong(at + WasiLayout.FILESTAT_INODE, status.inode());
    memory.setByte(at + WasiLayout.FILESTAT_TYPE, (byte) status.type().code());
    memory.setInt(at + version.filestatLinks(), 1); // the JDK does not count them
    memory.setLong(at + version.filestatField(WasiLayout.FILESTAT_BYTES), status.size());
    memory.setLong(at + version.filestatField(WasiLayout.FILESTAT_ACCESSED), status.accessed());
    memory.setLong(at + version.filestatField(WasiLayout.FILESTAT_MODIFIED), status.modified());
    memory.setLong(at + version.filestatField(WasiLayout.FILESTAT_CHANGED), status.changed());
  }

  static byte[] directoryEntry(Descriptors.Entry entry, long next) {
    byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
    var encoded =
        ByteBuffer.allocate(WasiLayout.DIRENT_SIZE + name.length).order(ByteOrder.LITTLE_ENDIAN);
    encoded.putLong(WasiLayout.DIRENT_NEXT, next);
    encoded.putLong(WasiLayout.DIRENT_INODE, entry.status().inode());
    encoded.putInt(WasiLayout.DIRENT_NAME_LENGTH, name.length);
    encoded.put(WasiLayout.DIRENT_TYPE, (byte) entry.status().type().code());
    encoded.put(WasiLayout.DIRENT_SIZE, name);
    return encoded.array();
  }

  /** The times that WASI's two numbers and its flags ask for. */
  static Times times(Clocks clocks, long accessed, long modified, int flags) {
    return new Times(
        time(clocks, accessed, flags, ACCESSED, ACCESSED_NOW),
        time(clocks, modified, flags, MODIFIED, MODIFIED_NOW));
  }

  private static FileTime time(Clocks clocks, long nanos, int flags, int given, int now) {
    if ((flags & given) != 0 && (flags & now) != 0) {
      throw new ErrnoException(Errno.INVAL);
    }
    if ((flags & given) != 0) {
      return FileTime.from(nanos, TimeUnit.NANOSECONDS);
    }
    return (flags & now) == 0
        ? null
        : FileTime.from(clocks.now(Clocks.REALTIME), TimeUnit.NANOSECONDS);
  }
}
