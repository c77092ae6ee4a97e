package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.wasi.Errno;
import dev.wasmrun.wasi.ErrnoException;
import dev.wasmrun.wasi.HeldFile;
import dev.wasmrun.wasi.Wasi;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The imports by which the C library maps files into memory. Its allocator has the memory; the
 * library itself keeps a list of what is mapped, and serves anonymous mappings alone.
 *
 * <pre>
 *   _mmap_js    3.1.6   (address, length, protection, flags, file, offset, allocated: ptr) -> address
 *               3.1.14  (length, protection, flags, file, offset, allocated: ptr) -> address
 *               3.1.25  (length, protection, flags, file, offset, allocated: ptr, address: ptr)
 *               today   (length, protection, flags, file, offset: i64, allocated: ptr, address: ptr)
 *   _msync_js   (address, length, …) -> i32
 *   _munmap_js  (address, length, …) -> i32
 * </pre>
 *
 * <p>An i64 may come in two halves. Two mappings of one part of a file are two copies.
 */
final class MappingImports implements AutoCloseable {
  private static final int WRITABLE = 2;
  private static final int SHARED = 1;
  private static final int SHARING = 3;
  private static final int PAGE = 65536;
  private static final long LOW_HALF = 0xFFFF_FFFFL;
  private static final int WITHOUT_ADDRESS = 6;
  private static final int SPLIT = 8;

  private final Wasi wasi;
  private final LinearMemory memory;
  private final LibraryAge age;
  private final Map<Integer, Mapping> mappings = new ConcurrentHashMap<>();

  /**
   * Creates the imports.
   *
   * @param age how old the program's library is
   */
  MappingImports(Wasi wasi, LinearMemory memory, LibraryAge age) {
    this.wasi = wasi;
    this.memory = memory;
    this.age = age;
  }

  Map<String, Import> all() {
    return Map.of(
        "_mmap_js", new Import(WITHOUT_ADDRESS, this::map),
        "_msync_js", SystemCall.plain(2, (m, a) -> writeBack((int) a[0])),
        "_munmap_js", SystemCall.plain(2, (m, a) -> unmap((int) a[0])));
  }

  /** However a program ends, what it has changed in shared mappings is written. */
  @Override
  public void close() {
    for (Mapping mapping : mappings.values()) {
      try {
        mapping.writeBack();
      } catch (IOException e) {
        // Nobody is left to be told; so it is natively.
      }
    }
  }

  private long map(Guest caller, long[] args) {
    return SystemCall.answer(
        caller,
        args,
        (m, a) -> {
          if (a.length == WITHOUT_ADDRESS) {
            int address = map(caller, (int) a[0], a[1], a[2], (int) a[3], a[4] & LOW_HALF);
            memory.setInt((int) a[5], 1);
            return address;
          }
          if (age == LibraryAge.NARROW_TIMES) {
            int address = map(caller, (int) a[1], a[2], a[3], (int) a[4], a[5] & LOW_HALF);
            memory.setInt((int) a[6], 1);
            return address;
          }
          boolean split = a.length == SPLIT;
          long offset = age == LibraryAge.TODAY ? a[4] : a[4] & LOW_HALF;
          if (split) {
            offset = a[4] & LOW_HALF | a[5] << Integer.SIZE;
          }
          int after = split ? 6 : 5;
          int address = map(caller, (int) a[0], a[1], a[2], (int) a[3], offset);
          memory.setInt((int) a[after], 1);
          memory.setInt((int) a[after + 1], address);
          return 0;
        });
  }

  private int map(Guest caller, int length, long protection, long flags, int number, long offset)
      throws IOException {
    if (length <= 0 || offset < 0) {
      throw new ErrnoException(Errno.INVAL);
    }
    HeldFile file = wasi.descriptors().hold(number);
    boolean mapped = false;
    try {
      boolean writesBack = (flags & SHARING) == SHARED && (protection & WRITABLE) != 0;
      if (!file.isReadable() || writesBack && !file.isWritable()) {
        throw new ErrnoException(Errno.ACCES);
      }
      int address = allocate(caller, length);
      mappings.put(address, Mapping.of(memory, address, length, file, offset, writesBack));
      mapped = true;
      return address;
    } finally {
      if (!mapped) {
        file.close();
      }
    }
  }

  private static int allocate(Guest caller, int length) {
    String allocator = Names.MEMALIGN.in(caller);
    if (allocator == null) {
      throw new ErrnoException(Errno.NOSYS);
    }
    int address = (int) ExportCalls.required(caller, Names.MEMALIGN, PAGE, length)[0];
    if (address == 0) {
      throw new ErrnoException(Errno.NOMEM);
    }
    return address;
  }

  private int writeBack(int address) throws IOException {
    Mapping mapping = mappings.get(address);
    if (mapping != null) {
      mapping.writeBack();
    }
    return 0;
  }

  private int unmap(int address) throws IOException {
    Mapping mapping = mappings.remove(address);
    if (mapping != null) {
      try (mapping) {
        mapping.writeBack();
      }
    }
    return 0;
  }
}
