package dev.wasmrun.convention.emscripten;

import dev.wasmrun.convention.emscripten.GuestPaths.Location;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.wasi.Descriptors.Entry;
import dev.wasmrun.wasi.Errno;
import dev.wasmrun.wasi.FileStatus;
import dev.wasmrun.wasi.FileType;
import dev.wasmrun.wasi.OpenRequest;
import dev.wasmrun.wasi.Wasi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The system calls by which the C library works on files, over WASI's descriptors; what it reads,
 * writes and closes it does through WASI itself. They answer a negative error number, which is the
 * same in both worlds.
 */
final class FileImports {
  private static final int WORKING_DIRECTORY = GuestPaths.WORKING_DIRECTORY;
  private static final int NO_FOLLOW = 0x100;
  private static final int REMOVE_DIRECTORY = 0x200;
  private static final int FOLLOW = 0x400;
  private static final int EMPTY_PATH = 0x1000;

  private final Wasi wasi;
  private final GuestPaths paths;
  private final StatLayout stat;
  private final DevicePaths devices;

  /** How far each open directory has been listed, and how each descriptor was opened. */
  private final Map<Integer, Long> listed = new ConcurrentHashMap<>();

  private final Map<Integer, Integer> openedWith = new ConcurrentHashMap<>();

  FileImports(Wasi wasi, GuestPaths paths, StatLayout stat) {
    this.wasi = wasi;
    this.paths = paths;
    this.stat = stat;
    this.devices = new DevicePaths(wasi.descriptors());
  }

  Map<String, Import> all() {
    var calls = new HashMap<String, Import>();
    defineOpening(calls);
    defineStatus(calls);
    defineNames(calls);
    define(calls, "ftruncate64", 2, (m, a) -> resize((int) a[0], length(a)));
    define(calls, "truncate64", 2, this::truncate);
    calls.putAll(new DescriptorImports(wasi, listed, openedWith).all());
    calls.putAll(new PollImports(wasi.descriptors()).all());
    calls.putAll(new SystemImports(wasi, paths).all());
    calls.putAll(new AttributeImports(wasi, paths, stat).all());
    return calls;
  }

  private void defineOpening(Map<String, Import> calls) {
    define(calls, "open", 2, (m, a) -> open(m, WORKING_DIRECTORY, a[0], (int) a[1]));
    define(calls, "openat", 3, (m, a) -> open(m, a[0], a[1], (int) a[2]));
    define(calls, "getdents64", 3, (m, a) -> list(m, (int) a[0], (int) a[1], (int) a[2]));
    define(calls, "chdir", 1, (m, a) -> changeDirectory(text(m, a[0])));
    define(
        calls, "fchdir", 1, (m, a) -> changeDirectory("/" + wasi.descriptors().path((int) a[0])));
    define(calls, "getcwd", 2, (m, a) -> workingDirectory(m, (int) a[0], (int) a[1]));
  }

  private void defineStatus(Map<String, Import> calls) {
    define(calls, "stat64", 2, (m, a) -> status(m, WORKING_DIRECTORY, a[0], a[1], 0));
    define(calls, "lstat64", 2, (m, a) -> status(m, WORKING_DIRECTORY, a[0], a[1], NO_FOLLOW));
    define(calls, "fstatat64", 4, (m, a) -> status(m, a[0], a[1], a[2], a[3]));
    define(calls, "newfstatat", 4, (m, a) -> status(m, a[0], a[1], a[2], a[3]));
    define(
        calls, "fstat64", 2, (m, a) -> write(m, (int) a[1], wasi.descriptors().status((int) a[0])));
    define(calls, "access", 2, (m, a) -> access(m, WORKING_DIRECTORY, a[0]));
    define(calls, "faccessat", 3, (m, a) -> access(m, a[0], a[1]));
  }

  private void defineNames(Map<String, Import> calls) {
    define(calls, "unlink", 1, (m, a) -> remove(m, WORKING_DIRECTORY, a[0], 0));
    define(calls, "rmdir", 1, (m, a) -> remove(m, WORKING_DIRECTORY, a[0], REMOVE_DIRECTORY));
    define(calls, "unlinkat", 3, (m, a) -> remove(m, a[0], a[1], (int) a[2]));
    define(calls, "mkdir", 2, (m, a) -> makeDirectory(at(m, WORKING_DIRECTORY, a[0])));
    define(calls, "mkdirat", 3, (m, a) -> makeDirectory(at(m, a[0], a[1])));
    define(
        calls,
        "rename",
        2,
        (m, a) -> rename(at(m, WORKING_DIRECTORY, a[0]), at(m, WORKING_DIRECTORY, a[1])));
    define(calls, "renameat", 4, (m, a) -> rename(at(m, a[0], a[1]), at(m, a[2], a[3])));
    define(calls, "linkat", 5, (m, a) -> link(at(m, a[0], a[1]), at(m, a[2], a[3]), a[4]));
    define(
        calls, "symlink", 2, (m, a) -> symbolicLink(text(m, a[0]), at(m, WORKING_DIRECTORY, a[1])));
    define(calls, "symlinkat", 3, (m, a) -> symbolicLink(text(m, a[0]), at(m, a[1], a[2])));
    define(
        calls,
        "readlink",
        3,
        (m, a) -> readLink(m, at(m, WORKING_DIRECTORY, a[0]), (int) a[1], (int) a[2]));
    define(
        calls, "readlinkat", 4, (m, a) -> readLink(m, at(m, a[0], a[1]), (int) a[2], (int) a[3]));
  }

  private static void define(
      Map<String, Import> calls, String name, int parameters, SystemCall call) {
    SystemCall.define(calls, name, parameters, call);
  }

  private static String text(LinearMemory memory, long address) {
    return EndImports.text(memory, (int) address);
  }

  private Location at(LinearMemory memory, long directory, long path) {
    return paths.locate((int) directory, text(memory, path));
  }

  private int open(LinearMemory memory, long directory, long path, int flags) throws IOException {
    Location location = at(memory, directory, path);
    int number;
    if (location == null) {
      Optional<Integer> device = devices.open(paths.absolute(text(memory, path)));
      if (device.isEmpty()) {
        return -Errno.NOENT.code();
      }
      number = device.get();
    } else {
      OpenRequest request = OpenFlags.request(flags);
      number = wasi.files().open(location.directory(), location.path(), request);
    }
    listed.remove(number);
    openedWith.put(number, flags);
    return number;
  }

  private int status(LinearMemory memory, long directory, long path, long into, long flags)
      throws IOException {
    if ((flags & EMPTY_PATH) != 0 && memory.getByte((int) path) == 0) {
      return write(memory, (int) into, wasi.descriptors().status((int) directory));
    }
    Location location = at(memory, directory, path);
    if (location == null) {
      return statusOutside(memory, text(memory, path), (int) into);
    }
    return write(
        memory,
        (int) into,
        wasi.files().status(location.directory(), location.path(), (flags & NO_FOLLOW) == 0));
  }

  /** Of what is in no grant there are the directories that lead to one, and devices. */
  private int statusOutside(LinearMemory memory, String path, int into) throws IOException {
    if (paths.leadsToGrants(path)) {
      return write(memory, into, new FileStatus(0, 0, FileType.DIRECTORY, 0, 0, 0, 0));
    }
    String absolute = paths.absolute(path);
    if (DevicePaths.isDevice(absolute)) {
      return write(memory, into, new FileStatus(0, 0, FileType.CHARACTER_DEVICE, 0, 0, 0, 0));
    }
    Optional<Integer> number = devices.number(absolute);
    return number.isPresent()
        ? write(memory, into, wasi.descriptors().status(number.get()))
        : -Errno.NOENT.code();
  }

  private int write(LinearMemory memory, int into, FileStatus status) {
    stat.write(memory, into, status);
    return 0;
  }

  /** What may be done is decided when it is done; only that there is something is told before. */
  private int access(LinearMemory memory, long directory, long path) throws IOException {
    Location location = at(memory, directory, path);
    if (location == null) {
      String outside = text(memory, path);
      String absolute = paths.absolute(outside);
      boolean exists =
          paths.leadsToGrants(outside)
              || DevicePaths.isDevice(absolute)
              || devices.number(absolute).isPresent();
      return exists ? 0 : -Errno.NOENT.code();
    }
    wasi.files().status(location.directory(), location.path(), true);
    return 0;
  }

  private int list(LinearMemory memory, int number, int into, int bytes) throws IOException {
    long from = listed.getOrDefault(number, 0L);
    List<Entry> entries = wasi.descriptors().entries(number, from, bytes / EntryLayout.SIZE);
    for (int i = 0; i < entries.size(); i++) {
      EntryLayout.write(memory, into + i * EntryLayout.SIZE, entries.get(i), from + i + 1);
    }
    listed.put(number, from + entries.size());
    return entries.size() * EntryLayout.SIZE;
  }

  private int changeDirectory(String path) throws IOException {
    Location location = paths.locate(path).orElse(null);
    if (location != null) {
      FileStatus found = wasi.files().status(location.directory(), location.path(), true);
      if (found.type() != FileType.DIRECTORY) {
        return -Errno.NOTDIR.code();
      }
    } else if (!paths.leadsToGrants(path)) {
      return -Errno.NOENT.code();
    }
    paths.work(path);
    return 0;
  }

  private int workingDirectory(LinearMemory memory, int into, int size) {
    byte[] path = (paths.workingDirectory() + '\0').getBytes(StandardCharsets.UTF_8);
    if (Integer.compareUnsigned(path.length, size) > 0) {
      return -Errno.RANGE.code();
    }
    memory.write(into, path, 0, path.length);
    return path.length;
  }

  private int remove(LinearMemory memory, long directory, long path, int flags) throws IOException {
    Location location = at(memory, directory, path);
    if (location == null) {
      return -Errno.NOENT.code();
    }
    if ((flags & REMOVE_DIRECTORY) != 0) {
      wasi.files().removeDirectory(location.directory(), location.path());
    } else {
      wasi.files().unlink(location.directory(), location.path());
    }
    return 0;
  }

  private int makeDirectory(Location location) throws IOException {
    if (location == null) {
      return -Errno.NOENT.code();
    }
    wasi.files().createDirectory(location.directory(), location.path());
    return 0;
  }

  private int rename(Location from, Location to) throws IOException {
    if (from == null || to == null) {
      return -Errno.NOENT.code();
    }
    wasi.files().rename(from.directory(), from.path(), to.directory(), to.path());
    return 0;
  }

  private int link(Location from, Location to, long flags) throws IOException {
    if (from == null || to == null) {
      return -Errno.NOENT.code();
    }
    boolean follow = (flags & FOLLOW) != 0;
    wasi.files().link(from.directory(), from.path(), follow, to.directory(), to.path());
    return 0;
  }

  private int symbolicLink(String target, Location location) throws IOException {
    if (location == null) {
      return -Errno.NOENT.code();
    }
    wasi.files().createLink(target, location.directory(), location.path());
    return 0;
  }

  private int readLink(LinearMemory memory, Location location, int into, int size)
      throws IOException {
    if (location == null) {
      return -Errno.NOENT.code();
    }
    String target = wasi.files().readLink(location.directory(), location.path());
    byte[] bytes = target.getBytes(StandardCharsets.UTF_8);
    int written = Math.min(bytes.length, Math.max(0, size));
    memory.write(into, bytes, 0, written);
    return written;
  }

  /** A 64-bit length after the first argument, in one piece or as two halves. */
  private static long length(long[] args) {
    return args.length > 2 ? args[1] & 0xFFFF_FFFFL | args[2] << Integer.SIZE : args[1];
  }

  private int resize(int number, long length) throws IOException {
    wasi.descriptors().resize(number, length);
    return 0;
  }

  private int truncate(LinearMemory memory, long[] args) throws IOException {
    Location location = at(memory, WORKING_DIRECTORY, args[0]);
    if (location == null) {
      return -Errno.NOENT.code();
    }
    var writing = new OpenRequest(true, false, false, false, false, false, true, 0);
    int number = wasi.files().open(location.directory(), location.path(), writing);
    try {
      return resize(number, length(args));
    } finally {
      wasi.descriptors().close(number);
    }
  }
}
