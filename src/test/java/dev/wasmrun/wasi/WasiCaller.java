package dev.wasmrun.wasi;

import dev.wasmrun.Fixtures;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.Linker;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A guest written in Java: calls the functions of a WASI context as modules do, through a linear
 * memory. Threads each use a block of the memory of their own, see {@link #at}.
 */
final class WasiCaller implements AutoCloseable {
  static final int GRANT = 3;
  static final long FILE_RIGHTS = Right.OF_FILE;
  static final long READ_RIGHTS = Right.OF_FILE & ~Right.WRITING;

  static final int CREATE = 1;
  static final int DIRECTORY = 2;
  static final int EXCLUSIVE = 4;
  static final int TRUNCATE = 8;

  private static final int BLOCK = 8192;
  private static final int PATHS = 1024;
  private static final int DATA = 4096;

  final Wasi wasi;
  final LinearMemory memory;
  final ByteArrayOutputStream out;

  /** Every answer that this guest has got, on any thread. */
  final Set<Errno> answers;

  private final Guest guest;
  private final int block;

  private WasiCaller(
      Wasi wasi,
      LinearMemory memory,
      ByteArrayOutputStream out,
      Set<Errno> answers,
      Guest guest,
      int block) {
    this.wasi = wasi;
    this.memory = memory;
    this.out = out;
    this.answers = answers;
    this.guest = guest;
    this.block = block;
  }

  static WasiCaller granted(Path... directories) {
    return with(InputStream.nullInputStream(), directories);
  }

  static WasiCaller with(InputStream in, Path... directories) {
    var out = new ByteArrayOutputStream();
    List<DirectoryGrant> grants =
        Stream.of(directories).map(d -> new DirectoryGrant(d, "/" + d.getFileName())).toList();
    return with(
        new WasiOptions(List.of("program", "één"), Map.of("NAME", "VALUE"), in, out, out, grants),
        out);
  }

  static WasiCaller with(WasiOptions options, ByteArrayOutputStream out) {
    var wasi = Wasi.create(options);
    var module = Fixtures.module("memory-only");
    var memory = MemoryLimit.NONE.create(module.name(), module.memory().orElseThrow());
    var guest =
        new Linker(module, Engine.INTERPRETER, wasi.functions())
            .instantiate(Optional.of(memory), ActiveData.WRITE);
    return new WasiCaller(wasi, memory, out, ConcurrentHashMap.newKeySet(), guest, 0);
  }

  /** The same guest with another block of memory, for another thread. */
  WasiCaller at(int thread) {
    return new WasiCaller(wasi, memory, out, answers, guest, thread);
  }

  /** Calls a function; returns its error number. */
  Errno call(String name, long... args) {
    HostFunction function =
        wasi.functions().stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
    int code = (int) function.body().call(guest, args)[0];
    Errno answer =
        Stream.of(Errno.values()).filter(e -> e.code() == code).findFirst().orElseThrow();
    answers.add(answer);
    return answer;
  }

  /** Address of {@code offset} in this caller's block. */
  int address(int offset) {
    return block * BLOCK + offset;
  }

  /** Puts a path into memory; returns where it is. */
  int path(int slot, String path) {
    int at = address(PATHS + slot * 1024);
    memory.setUtf8(at, path);
    return at;
  }

  static int bytes(String path) {
    return path.getBytes(StandardCharsets.UTF_8).length;
  }

  /** Calls a function that takes a descriptor and a path. */
  Errno onPath(String name, String path) {
    return call(name, GRANT, path(0, path), bytes(path));
  }

  Errno stat(String path, boolean follow) {
    return call(
        "path_filestat_get", GRANT, follow ? 1 : 0, path(0, path), bytes(path), address(64));
  }

  long statSize() {
    return memory.getLong(address(64) + WasiLayout.FILESTAT_BYTES);
  }

  int statType() {
    return memory.getByte(address(64) + WasiLayout.FILESTAT_TYPE);
  }

  Errno open(int directory, String path, boolean follow, int openFlags, long rights, int flags) {
    return call(
        "path_open",
        directory,
        follow ? 1 : 0,
        path(0, path),
        bytes(path),
        openFlags,
        rights,
        Right.ALL,
        flags,
        address(0));
  }

  Errno open(String path) {
    return open(GRANT, path, true, 0, READ_RIGHTS, 0);
  }

  /** The descriptor that the last successful open returned. */
  int opened() {
    return memory.getInt(address(0));
  }

  Errno two(String name, String from, String to) {
    return call(name, GRANT, path(0, from), bytes(from), GRANT, path(1, to), bytes(to));
  }

  Errno hardLink(String from, boolean follow, String to) {
    return call(
        "path_link",
        GRANT,
        follow ? 1 : 0,
        path(0, from),
        bytes(from),
        GRANT,
        path(1, to),
        bytes(to));
  }

  Errno symlink(String target, String path) {
    return call("path_symlink", path(0, target), bytes(target), GRANT, path(1, path), bytes(path));
  }

  Errno readLink(String path) {
    return call("path_readlink", GRANT, path(0, path), bytes(path), address(DATA), 256, address(8));
  }

  String linkRead() {
    return memory.getUtf8(address(DATA), memory.getInt(address(8)));
  }

  /** Reads with one vector of {@code length} bytes. */
  Errno read(int descriptor, int length) {
    vector(0, address(DATA), length);
    return call("fd_read", descriptor, address(16), 1, address(8));
  }

  /** What the last successful read got. */
  String text() {
    return memory.getUtf8(address(DATA), memory.getInt(address(8)));
  }

  Errno write(int descriptor, String text) {
    vector(0, address(DATA), memory.setUtf8(address(DATA), text));
    return call("fd_write", descriptor, address(16), 1, address(8));
  }

  void vector(int index, int buffer, int length) {
    memory.setInt(address(16) + index * WasiLayout.IOVEC_SIZE, buffer);
    memory.setInt(address(16) + index * WasiLayout.IOVEC_SIZE + 4, length);
  }

  Errno close(int descriptor) {
    return call("fd_close", descriptor);
  }

  /** The names in an open directory, read with a buffer that several do not fit in. */
  List<String> list(int descriptor, int bufferSize) {
    var names = new ArrayList<String>();
    long cookie = 0;
    while (true) {
      Errno errno = call("fd_readdir", descriptor, address(DATA), bufferSize, cookie, address(8));
      if (errno != Errno.SUCCESS) {
        throw new AssertionError(errno);
      }
      int used = memory.getInt(address(8));
      int at = 0;
      while (at + WasiLayout.DIRENT_SIZE <= used) {
        int entry = address(DATA) + at;
        int length = memory.getInt(entry + WasiLayout.DIRENT_NAME_LENGTH);
        if (at + WasiLayout.DIRENT_SIZE + length > used) {
          break;
        }
        names.add(memory.getUtf8(entry + WasiLayout.DIRENT_SIZE, length));
        cookie = memory.getLong(entry + WasiLayout.DIRENT_NEXT);
        at += WasiLayout.DIRENT_SIZE + length;
      }
      if (used < bufferSize) {
        return names;
      }
    }
  }

  String output() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    wasi.close();
    memory.close();
  }
}
