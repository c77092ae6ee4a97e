package dev.wasmrun.wasi;

import dev.wasmrun.memory.LinearMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The functions whose names begin with {@code path_}. */
final class PathFunctions {
  private static final int FOLLOW = 1;

  private static final int CREATE = 1;
  private static final int DIRECTORY = 2;
  private static final int EXCLUSIVE = 4;
  private static final int TRUNCATE = 8;
  private static final int KNOWN_OPEN_FLAGS = 0xf;

  private static final int KNOWN_FLAGS = 0x1f;

  private final GrantedFiles files;
  private final Clocks clocks;

  PathFunctions(GrantedFiles files, Clocks clocks) {
    this.files = files;
    this.clocks = clocks;
  }

  void define(Calls calls) {
    calls.define("path_open", "iiiiillii", this::open);
    calls.define(
        "path_create_directory",
        "iii",
        (memory, a) -> files.createDirectory((int) a[0], GuestData.path(memory, a[1], a[2])));
    calls.define(
        "path_remove_directory",
        "iii",
        (memory, a) -> files.removeDirectory((int) a[0], GuestData.path(memory, a[1], a[2])));
    calls.define(
        "path_unlink_file",
        "iii",
        (memory, a) -> files.unlink((int) a[0], GuestData.path(memory, a[1], a[2])));
    calls.define("path_readlink", "iiiiii", this::readLink);
    calls.define(
        "path_symlink",
        "iiiii",
        (memory, a) ->
            files.createLink(
                GuestData.path(memory, a[0], a[1]),
                (int) a[2],
                GuestData.path(memory, a[3], a[4])));
    calls.define(
        "path_link",
        "iiiiiii",
        (memory, a) ->
            files.link(
                (int) a[0],
                GuestData.path(memory, a[2], a[3]),
                follows(a[1]),
                (int) a[4],
                GuestData.path(memory, a[5], a[6])));
    calls.define(
        "path_rename",
        "iiiiii",
        (memory, a) ->
            files.rename(
                (int) a[0],
                GuestData.path(memory, a[1], a[2]),
                (int) a[3],
                GuestData.path(memory, a[4], a[5])));
    calls.define(
        "path_filestat_get",
        "iiiii",
        (memory, a) -> {
          String path = GuestData.path(memory, a[2], a[3]);
          var status = files.status((int) a[0], path, follows(a[1]));
          FileStats.write(calls.version(), memory, (int) a[4], status);
        });
    calls.define(
        "path_filestat_set_times",
        "iiiilli",
        (memory, a) -> {
          String path = GuestData.path(memory, a[2], a[3]);
          var times = FileStats.times(clocks, a[4], a[5], (int) a[6]);
          files.setTimes((int) a[0], path, follows(a[1]), times.accessed(), times.modified());
        });
  }

  private void open(LinearMemory memory, long[] a) throws IOException {
    String path = GuestData.path(memory, a[2], a[3]);
    int openFlags = (int) a[4];
    long rights = a[5];
    int flags = (int) a[7];
    GuestData.require(memory, (int) a[8], Integer.BYTES); // before anything is opened
    if ((openFlags & ~KNOWN_OPEN_FLAGS) != 0 || (flags & ~KNOWN_FLAGS) != 0) {
      throw new ErrnoException(Errno.INVAL);
    }
    var request =
        new OpenRequest(
            follows(a[1]),
            (openFlags & CREATE) != 0,
            (openFlags & DIRECTORY) != 0,
            (openFlags & EXCLUSIVE) != 0,
            (openFlags & TRUNCATE) != 0,
            (rights & Right.FD_READ.bit()) != 0,
            (rights & Right.WRITING) != 0,
            flags);
    memory.setInt((int) a[8], files.open((int) a[0], path, request, rights, a[6]));
  }

  private void readLink(LinearMemory memory, long[] a) throws IOException {
    String path = GuestData.path(memory, a[1], a[2]);
    GuestData.require(memory, (int) a[3], (int) a[4]);
    GuestData.require(memory, (int) a[5], Integer.BYTES);
    byte[] target = files.readLink((int) a[0], path).getBytes(StandardCharsets.UTF_8);
    int length = Math.min(target.length, (int) a[4]); // cut without a word, as POSIX does
    memory.write((int) a[3], target, 0, length);
    memory.setInt((int) a[5], length);
  }

  private static boolean follows(long lookupFlags) {
    return (lookupFlags & FOLLOW) != 0;
  }
}
