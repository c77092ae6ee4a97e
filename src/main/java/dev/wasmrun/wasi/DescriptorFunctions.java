package dev.wasmrun.wasi;

import dev.wasmrun.memory.LinearMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The functions whose names begin with {@code fd_}, and those of sockets, which no guest has. */
final class DescriptorFunctions {
  private static final int ADVICES = 6;
  private static final int KNOWN_FLAGS = 0x1f;

  private final Descriptors descriptors;
  private final Clocks clocks;

  DescriptorFunctions(Descriptors descriptors, Clocks clocks) {
    this.descriptors = descriptors;
    this.clocks = clocks;
  }

  void define(Calls calls) {
    defineTransfers(calls);
    defineStatus(calls);
    defineSockets(calls);
    calls.define("fd_close", "i", (memory, a) -> descriptors.close((int) a[0]));
    calls.define("fd_renumber", "ii", (memory, a) -> descriptors.renumber((int) a[0], (int) a[1]));
    calls.define("fd_sync", "i", (memory, a) -> descriptors.sync((int) a[0], true));
    calls.define("fd_datasync", "i", (memory, a) -> descriptors.sync((int) a[0], false));
    calls.define("fd_advise", "illi", (memory, a) -> advise((int) a[0], a[1], a[2], (int) a[3]));
    calls.define("fd_allocate", "ill", (memory, a) -> descriptors.allocate((int) a[0], a[1], a[2]));
  }

  private void defineTransfers(Calls calls) {
    calls.define(
        "fd_read",
        "iiii",
        (memory, a) ->
            read(memory, a[1], a[2], a[3], (into, n) -> descriptors.read((int) a[0], into, n)));
    calls.define(
        "fd_pread",
        "iiili",
        (memory, a) ->
            read(
                memory,
                a[1],
                a[2],
                a[4],
                (into, n) -> descriptors.readAt((int) a[0], into, n, a[3])));
    calls.define(
        "fd_write",
        "iiii",
        (memory, a) ->
            write(memory, a[1], a[2], a[3], (from, n) -> descriptors.write((int) a[0], from, n)));
    calls.define(
        "fd_pwrite",
        "iiili",
        (memory, a) ->
            write(
                memory,
                a[1],
                a[2],
                a[4],
                (from, n) -> descriptors.writeAt((int) a[0], from, n, a[3])));
    calls.define(
        "fd_seek",
        "ilii",
        (memory, a) -> {
          GuestData.require(memory, (int) a[3], Long.BYTES);
          memory.setLong(
              (int) a[3], descriptors.seek((int) a[0], a[1], calls.version().whence((int) a[2])));
        });
    calls.define(
        "fd_tell",
        "ii",
        (memory, a) -> memory.setLong((int) a[1], descriptors.seek((int) a[0], 0, Whence.CURRENT)));
    calls.define("fd_readdir", "iiili", this::readDirectory);
  }

  private void defineStatus(Calls calls) {
    calls.define("fd_fdstat_get", "ii", (memory, a) -> fdstat(memory, (int) a[0], (int) a[1]));
    calls.define("fd_fdstat_set_flags", "ii", (memory, a) -> setFlags((int) a[0], (int) a[1]));
    calls.define(
        "fd_fdstat_set_rights",
        "ill",
        (memory, a) -> descriptors.get((int) a[0]).reduceRights(a[1], a[2]));
    calls.define(
        "fd_filestat_get",
        "ii",
        (memory, a) ->
            FileStats.write(calls.version(), memory, (int) a[1], descriptors.status((int) a[0])));
    calls.define("fd_filestat_set_size", "il", (memory, a) -> descriptors.resize((int) a[0], a[1]));
    calls.define(
        "fd_filestat_set_times",
        "illi",
        (memory, a) -> {
          var times = FileStats.times(clocks, a[1], a[2], (int) a[3]);
          descriptors.setTimes((int) a[0], times.accessed(), times.modified());
        });
    calls.define(
        "fd_prestat_get",
        "ii",
        (memory, a) -> {
          int name = grantedAs((int) a[0]).length;
          GuestData.require(memory, (int) a[1], WasiLayout.PRESTAT_SIZE);
          memory.setInt((int) a[1] + WasiLayout.PRESTAT_TAG, 0);
          memory.setInt((int) a[1] + WasiLayout.PRESTAT_NAME_LENGTH, name);
        });
    calls.define(
        "fd_prestat_dir_name",
        "iii",
        (memory, a) -> {
          byte[] name = grantedAs((int) a[0]);
          if (Integer.compareUnsigned((int) a[2], name.length) < 0) {
            throw new ErrnoException(Errno.NAMETOOLONG);
          }
          memory.write((int) a[1], name, 0, name.length);
        });
  }

  private void defineSockets(Calls calls) {
    calls.define("sock_accept", "iii", (memory, a) -> noSocket((int) a[0]));
    calls.define("sock_recv", "iiiiii", (memory, a) -> noSocket((int) a[0]));
    calls.define("sock_send", "iiiii", (memory, a) -> noSocket((int) a[0]));
    calls.define("sock_shutdown", "ii", (memory, a) -> noSocket((int) a[0]));
  }

  private interface Transfer {
    int run(byte[] bytes, int length) throws IOException, InterruptedException;
  }

  private static void read(
      LinearMemory memory, long vectorsAt, long count, long resultAt, Transfer transfer)
      throws IOException, InterruptedException {
    GuestData.require(memory, (int) resultAt, Integer.BYTES); // before anything is consumed
    var vectors = IoVectors.read(memory, vectorsAt, count);
    var bytes = new byte[vectors.total()];
    int done = transfer.run(bytes, bytes.length);
    vectors.scatter(bytes, done);
    memory.setInt((int) resultAt, done);
  }

  private static void write(
      LinearMemory memory, long vectorsAt, long count, long resultAt, Transfer transfer)
      throws IOException, InterruptedException {
    GuestData.require(memory, (int) resultAt, Integer.BYTES); // before anything is written
    byte[] bytes = IoVectors.read(memory, vectorsAt, count).gather();
    memory.setInt((int) resultAt, transfer.run(bytes, bytes.length));
  }

  /** Entries that do not fit are cut: a full buffer tells the guest that there are more. */
  private void readDirectory(LinearMemory memory, long[] a) throws IOException {
    int buffer = (int) a[1];
    int size = (int) a[2];
    long cookie = a[3];
    GuestData.require(memory, buffer, size);
    GuestData.require(memory, (int) a[4], Integer.BYTES);
    int most = size / WasiLayout.DIRENT_SIZE + 1;
    int used = 0;
    for (var entry : descriptors.entries((int) a[0], cookie, most)) {
      byte[] encoded = FileStats.directoryEntry(entry, ++cookie);
      int fitting = Math.min(encoded.length, size - used);
      memory.write(buffer + used, encoded, 0, fitting);
      used += fitting;
      if (used == size) {
        break;
      }
    }
    memory.setInt((int) a[4], used);
  }

  private void fdstat(LinearMemory memory, int number, int at) {
    Descriptor descriptor = descriptors.get(number);
    GuestData.require(memory, at, WasiLayout.FDSTAT_SIZE);
    memory.fill(at, (byte) 0, WasiLayout.FDSTAT_SIZE);
    memory.setByte(at + WasiLayout.FDSTAT_TYPE, (byte) shown(descriptor).code());
    memory.setShort(at + WasiLayout.FDSTAT_FLAGS, (short) descriptor.flags());
    memory.setLong(at + WasiLayout.FDSTAT_RIGHTS, descriptor.rights());
    memory.setLong(at + WasiLayout.FDSTAT_INHERITING, descriptor.inheriting());
  }

  /** To guests a device that is no terminal is none: they ask no further. */
  private static FileType shown(Descriptor descriptor) {
    FileType type = descriptor.type();
    return type == FileType.CHARACTER_DEVICE && !descriptor.isTerminal() ? FileType.UNKNOWN : type;
  }

  private void setFlags(int number, int flags) {
    Descriptor descriptor = descriptors.get(number, Right.FD_FDSTAT_SET_FLAGS);
    if ((flags & ~KNOWN_FLAGS) != 0) {
      throw new ErrnoException(Errno.INVAL);
    }
    if (((flags ^ descriptor.flags()) & Descriptor.SYNCED) != 0) {
      throw new ErrnoException(Errno.NOTSUP); // the JDK decides on syncing when it opens
    }
    descriptor.setFlags(flags);
  }

  private void advise(int number, long offset, long length, int advice) {
    descriptors.seekable(number, Right.FD_ADVISE);
    if (offset < 0 || length < 0 || advice < 0 || advice >= ADVICES) {
      throw new ErrnoException(Errno.INVAL);
    }
  }

  private byte[] grantedAs(int number) {
    return descriptors
        .grantedAs(number)
        .orElseThrow(() -> new ErrnoException(Errno.BADF))
        .getBytes(StandardCharsets.UTF_8);
  }

  private void noSocket(int number) {
    descriptors.get(number);
    throw new ErrnoException(Errno.NOTSOCK);
  }
}
