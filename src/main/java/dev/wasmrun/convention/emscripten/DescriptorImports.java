package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.wasi.Errno;
import dev.wasmrun.wasi.ErrnoException;
import dev.wasmrun.wasi.FileType;
import dev.wasmrun.wasi.Wasi;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The system calls that work on descriptors, whatever these stand for. WASI's {@code fd_seek} is
 * among them, as the C library also moves through directories with it.
 */
final class DescriptorImports {
  private static final int ENOTTY = 59;
  private static final List<Integer> OUTPUTS = List.of(1, 2);

  private static final int DUPLICATE = 0;
  private static final int GET_DESCRIPTOR_FLAGS = 1;
  private static final int SET_DESCRIPTOR_FLAGS = 2;
  private static final int GET_STATUS_FLAGS = 3;
  private static final int SET_STATUS_FLAGS = 4;
  private static final int DUPLICATE_CLOSING_ON_EXEC = 1030;

  // Locks of parts of a file, by the numbers of 3.1.6 and by those of later releases.
  private static final int GET_LOCK_OF_3_1_6 = 5;
  private static final int SET_LOCK_OF_3_1_6 = 6;
  private static final int AWAIT_LOCK_OF_3_1_6 = 7;
  private static final int GET_LOCK = 12;
  private static final int SET_LOCK = 13;
  private static final int AWAIT_LOCK = 14;
  private static final short UNLOCKED = 2;

  private static final int WRITE_ONLY = 1;
  private static final int APPEND = 02000;
  private static final int NONBLOCK = 04000;

  private static final int BYTES_TO_READ = 0x541B;
  private static final int WINDOW_SIZE = 0x5413;
  private static final int SIZE_OF_WINDOW_SIZE = 8;

  private static final int SEEK_SET = 0;

  private final Wasi wasi;
  private final Map<Integer, Long> listed;
  private final Map<Integer, Integer> openedWith;

  /**
   * Creates the imports.
   *
   * @param listed how far each open directory has been listed
   * @param openedWith the flags that each descriptor was opened with
   */
  DescriptorImports(Wasi wasi, Map<Integer, Long> listed, Map<Integer, Integer> openedWith) {
    this.wasi = wasi;
    this.listed = listed;
    this.openedWith = openedWith;
    OUTPUTS.forEach(output -> openedWith.put(output, WRITE_ONLY));
  }

  Map<String, Import> all() {
    var calls = new HashMap<String, Import>();
    SystemCall.define(calls, "ioctl", 3, (m, a) -> control(m, (int) a[0], (int) a[1], (int) a[2]));
    SystemCall.define(calls, "fcntl64", 3, (m, a) -> flags(m, (int) a[0], (int) a[1], (int) a[2]));
    SystemCall.define(calls, "dup", 1, (m, a) -> duplicate((int) a[0], 0));
    SystemCall.define(calls, "dup2", 2, (m, a) -> duplicateAs((int) a[0], (int) a[1], (int) a[1]));
    SystemCall.define(
        calls, "dup3", 3, (m, a) -> duplicateAs((int) a[0], (int) a[1], -Errno.INVAL.code()));
    SystemCall.define(calls, "pipe", 1, (m, a) -> pipe(m, (int) a[0], 0));
    SystemCall.define(calls, "pipe2", 2, (m, a) -> pipe(m, (int) a[0], (int) a[1]));
    var sought = seeking();
    calls.put("fd_seek", sought);
    return calls;
  }

  /**
   * What a terminal is asked, in truth whether there is one. But the library asks for the size of
   * the window to decide when it writes: standard output passes for a window, whose size nobody
   * knows, so that no line is lost if the run ends by a trap or a limit.
   */
  private int control(LinearMemory memory, int number, int request, int into)
      throws IOException, InterruptedException {
    wasi.descriptors().status(number);
    if (request == BYTES_TO_READ) {
      memory.setInt(memory.getInt(into), wasi.descriptors().available(number).orElse(0));
      return 0;
    }
    boolean terminal = wasi.descriptors().isTerminal(number);
    if (request == WINDOW_SIZE && (terminal || OUTPUTS.contains(number))) {
      memory.fill(memory.getInt(into), (byte) 0, SIZE_OF_WINDOW_SIZE);
      return 0;
    }
    return terminal ? 0 : -ENOTTY;
  }

  private int pipe(LinearMemory memory, int into, int flags) throws IOException {
    int[] ends = wasi.descriptors().pipe();
    for (int i = 0; i < ends.length; i++) {
      openedWith.put(ends[i], i == 0 ? 0 : WRITE_ONLY);
      setStatusFlags(ends[i], flags);
      memory.setInt(into + i * Integer.BYTES, ends[i]);
    }
    return 0;
  }

  private int flags(LinearMemory memory, int number, int command, int more) throws IOException {
    wasi.descriptors().status(number);
    return switch (command) {
      case DUPLICATE, DUPLICATE_CLOSING_ON_EXEC -> duplicate(number, memory.getInt(more));
      case GET_STATUS_FLAGS -> openedWith.getOrDefault(number, 0);
      case SET_STATUS_FLAGS -> setStatusFlags(number, memory.getInt(more));
      case GET_DESCRIPTOR_FLAGS, SET_DESCRIPTOR_FLAGS -> 0;
      case GET_LOCK_OF_3_1_6, GET_LOCK -> unlocked(memory, memory.getInt(more));
      case SET_LOCK_OF_3_1_6, AWAIT_LOCK_OF_3_1_6, SET_LOCK, AWAIT_LOCK -> 0;
      default -> -Errno.INVAL.code();
    };
  }

  /**
   * A process's locks of a file never keep itself out, and a guest is the only process of its
   * system: the type, with which a lock begins, says that nobody else has one.
   */
  private static int unlocked(LinearMemory memory, int lock) {
    memory.setShort(lock, UNLOCKED);
    return 0;
  }

  private int setStatusFlags(int number, int flags) {
    int changeable = APPEND | NONBLOCK;
    wasi.descriptors().setModes(number, (flags & APPEND) != 0, (flags & NONBLOCK) != 0);
    openedWith.merge(number, flags & changeable, (old, now) -> old & ~changeable | now);
    return 0;
  }

  private int duplicate(int number, int least) {
    int second = wasi.descriptors().duplicate(number, least);
    copyState(number, second);
    return second;
  }

  /**
   * Duplicates under a number that is asked for.
   *
   * @param same what to answer if both numbers are one
   */
  private int duplicateAs(int from, int to, int same) throws IOException {
    if (from == to) {
      wasi.descriptors().status(from);
      return same;
    }
    wasi.descriptors().duplicateAs(from, to);
    copyState(from, to);
    return to;
  }

  private void copyState(int from, int to) {
    openedWith.put(to, openedWith.getOrDefault(from, 0));
    listed.put(to, listed.getOrDefault(from, 0L));
  }

  /** {@code fd_seek}, with the position in a directory's list as a directory's own. */
  private Import seeking() {
    var files =
        wasi.functions().stream()
            .filter(function -> function.name().equals("fd_seek"))
            .findFirst()
            .orElseThrow();
    return new Import(
        4,
        (caller, args) ->
            isDirectory((int) args[0]) && (int) args[2] == SEEK_SET
                ? seekInDirectory(caller, (int) args[0], args[1], (int) args[3])
                : files.body().call(caller, args)[0]);
  }

  private boolean isDirectory(int number) {
    try {
      return wasi.descriptors().status(number).type() == FileType.DIRECTORY;
    } catch (IOException | ErrnoException e) {
      return false; // WASI's own function says what is wrong
    }
  }

  private long seekInDirectory(Guest caller, int number, long position, int into) {
    if (position < 0) {
      return Errno.INVAL.code();
    }
    listed.put(number, position);
    caller.memory().setLong(into, position);
    return Errno.SUCCESS.code();
  }
}
