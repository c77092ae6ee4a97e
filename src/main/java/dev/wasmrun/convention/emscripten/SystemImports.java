package dev.wasmrun.convention.emscripten;

import dev.wasmrun.convention.emscripten.GuestPaths.Location;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.wasi.Errno;
import dev.wasmrun.wasi.Wasi;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The imports that ask about the user and the system, and those that advise it.
 *
 * <pre>
 *   struct statfs   0 type  4 bsize  8 blocks  12 bfree  16 bavail  20 files  24 ffree
 *                   28 fsid: 2 × i32  36 namelen  40 frsize  44 flags           64 bytes
 * </pre>
 */
final class SystemImports {
  /** Every program is its own superuser, as in a page. */
  private static final int ROOT = 0;

  private static final int OPNOTSUPP = 138;
  private static final int ADVICES = 6;

  private static final int BLOCK = 4096;
  private static final int BLOCK_SIZE = 4;
  private static final int BLOCKS = 8;
  private static final int FREE = 12;
  private static final int AVAILABLE = 16;
  private static final int FILES = 20;
  private static final int FREE_FILES = 24;
  private static final int NAME_LENGTH = 36;
  private static final int FRAGMENT_SIZE = 40;
  private static final int STATFS_SIZE = 64;
  private static final int LONGEST_NAME = 255;
  private static final int SOME_FILES = 1_000_000;

  private static final int LOADS = 3;
  private static final long LOW_HALF = 0xFFFF_FFFFL;

  private final Wasi wasi;
  private final GuestPaths paths;

  SystemImports(Wasi wasi, GuestPaths paths) {
    this.wasi = wasi;
    this.paths = paths;
  }

  Map<String, Import> all() {
    var calls = new HashMap<String, Import>();
    for (String user : new String[] {"getuid32", "getgid32", "geteuid32", "getegid32"}) {
      SystemCall.define(calls, user, 0, (m, a) -> ROOT);
    }
    SystemCall.define(calls, "fdatasync", 1, (m, a) -> sync((int) a[0]));
    SystemCall.define(calls, "fadvise64_64", 2, this::advise);
    SystemCall.define(calls, "fadvise64", 2, this::advise);
    SystemCall.define(calls, "fallocate", 4, this::allocate);
    SystemCall.define(calls, "statfs64", 3, (m, a) -> space(m, a[0], (int) a[2]));
    SystemCall.define(
        calls,
        "fstatfs64",
        3,
        (m, a) -> space(m, (int) a[2], wasi.descriptors().store((int) a[0])));
    SystemCall.define(calls, "mknod", 1, (m, a) -> -Errno.PERM.code());
    SystemCall.define(calls, "mknodat", 1, (m, a) -> -Errno.PERM.code());
    calls.put("system", new Import(1, (caller, args) -> system(caller, (int) args[0])));
    calls.put(
        "_emscripten_system",
        new Import(1, (caller, args) -> args[0] == 0 ? 0 : -Errno.NOSYS.code()));
    calls.put(
        "getloadavg",
        new Import(2, (caller, args) -> load(caller.memory(), (int) args[0], (int) args[1])));
    return calls;
  }

  private int sync(int number) throws IOException {
    wasi.descriptors().sync(number, false);
    return 0;
  }

  /** Advice is welcome, for a file, but changes nothing. */
  private int advise(LinearMemory memory, long[] args) {
    wasi.descriptors().requireFile((int) args[0]);
    int advice = (int) args[args.length - 1];
    return advice < 0 || advice >= ADVICES ? -Errno.INVAL.code() : 0;
  }

  /**
   * Has a file be long enough.
   *
   * @param args descriptor, mode, then offset and length, each in one piece or as two halves
   */
  private int allocate(LinearMemory memory, long[] args) throws IOException {
    if ((int) args[1] != 0) {
      return -OPNOTSUPP;
    }
    boolean split = args.length > 4;
    long offset = split ? joined(args, 2) : args[2];
    long length = split ? joined(args, 4) : args[3];
    wasi.descriptors().allocate((int) args[0], offset, length);
    return 0;
  }

  private static long joined(long[] args, int low) {
    return args[low] & LOW_HALF | args[low + 1] << Integer.SIZE;
  }

  private int space(LinearMemory memory, long path, int into) throws IOException {
    Location location =
        paths.locate(GuestPaths.WORKING_DIRECTORY, EndImports.text(memory, (int) path));
    return location == null
        ? -Errno.NOENT.code()
        : space(memory, into, wasi.files().store(location.directory(), location.path()));
  }

  private static int space(LinearMemory memory, int into, FileStore store) throws IOException {
    memory.fill(into, (byte) 0, STATFS_SIZE);
    memory.setInt(into + BLOCK_SIZE, BLOCK);
    memory.setInt(into + FRAGMENT_SIZE, BLOCK);
    memory.setInt(into + BLOCKS, blocks(store.getTotalSpace()));
    memory.setInt(into + FREE, blocks(store.getUnallocatedSpace()));
    memory.setInt(into + AVAILABLE, blocks(store.getUsableSpace()));
    memory.setInt(into + FILES, SOME_FILES);
    memory.setInt(into + FREE_FILES, SOME_FILES);
    memory.setInt(into + NAME_LENGTH, LONGEST_NAME);
    return 0;
  }

  private static int blocks(long bytes) {
    return (int) Math.min(bytes / BLOCK, 0xFFFF_FFFFL);
  }

  /** There is no command interpreter to run a command. */
  private static int system(Guest caller, int command) {
    if (command == 0) {
      return 0;
    }
    ErrnoLocation.set(caller, Errno.NOSYS.code());
    return -1;
  }

  /** How busy the machine has been, over one, five and fifteen minutes; how many it knows. */
  private static int load(LinearMemory memory, int into, int count) {
    List<Double> loads = loads();
    int told = Math.max(0, Math.min(count, loads.size()));
    for (int i = 0; i < told; i++) {
      memory.setLong(into + i * Double.BYTES, Double.doubleToRawLongBits(loads.get(i)));
    }
    return told == 0 && count > 0 ? -1 : told;
  }

  private static List<Double> loads() {
    try {
      String[] words = Files.readString(Path.of("/proc/loadavg")).split(" ");
      return Stream.of(words).limit(LOADS).map(Double::valueOf).toList();
    } catch (IOException | NumberFormatException e) {
      double last = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
      return last < 0 ? List.of() : List.of(last);
    }
  }
}
