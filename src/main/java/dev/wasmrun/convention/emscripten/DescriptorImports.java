package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.wasi.Descriptors;
import dev.wasmrun.wasi.Errno;
import dev.wasmrun.wasi.ErrnoException;
import dev.wasmrun.wasi.FileType;
import dev.wasmrun.wasi.Wasi;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The system calls that work on descriptors, whatever these stand for. WASI's {@code fd_seek} is
 * among them, as the C library also moves through directories with it.
 *
 * <pre>
 *   struct pollfd   0 descriptor: i32   4 events: i16   6 answer: i16
 * </pre>
 */
final class DescriptorImports {
  private static final int ENOTTY = 59;
  private static final int LAST_STANDARD_STREAM = 2;

  private static final int DUPLICATE = 0;
  private static final int GET_DESCRIPTOR_FLAGS = 1;
  private static final int SET_DESCRIPTOR_FLAGS = 2;
  private static final int GET_STATUS_FLAGS = 3;
  private static final int SET_STATUS_FLAGS = 4;
  private static final int DUPLICATE_CLOSING_ON_EXEC = 1030;

  private static final int POLL_ENTRY = 8;
  private static final int EVENTS = 4;
  private static final int ANSWER = 6;
  private static final int POLL_IN = 1;
  private static final int POLL_OUT = 4;
  private static final int POLL_INVALID = 32;
  private static final int POLL_ALSO_IN = 64;
  private static final int POLL_ALSO_OUT = 256;
  private static final int MOST_POLLED = 4096;

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
  }

  Map<String, Import> all() {
    var calls = new HashMap<String, Import>();
    SystemCall.define(calls, "ioctl", 2, (m, a) -> control((int) a[0]));
    SystemCall.define(calls, "fcntl64", 3, (m, a) -> flags(m, (int) a[0], (int) a[1], (int) a[2]));
    SystemCall.define(calls, "dup", 1, (m, a) -> duplicate((int) a[0], 0));
    SystemCall.define(calls, "dup2", 2, (m, a) -> duplicateAs((int) a[0], (int) a[1], (int) a[1]));
    SystemCall.define(
        calls, "dup3", 3, (m, a) -> duplicateAs((int) a[0], (int) a[1], -Errno.INVAL.code()));
    SystemCall.define(calls, "poll", 3, (m, a) -> poll(m, (int) a[0], (int) a[1], (int) a[2]));
    var sought = seeking();
    calls.put("fd_seek", sought);
    return calls;
  }

  /** The standard streams pass for a terminal, as in a page: a line is written when it ends. */
  private int control(int number) throws IOException {
    wasi.descriptors().status(number);
    return number <= LAST_STANDARD_STREAM ? 0 : -ENOTTY;
  }

  private int flags(LinearMemory memory, int number, int command, int more) throws IOException {
    wasi.descriptors().status(number);
    return switch (command) {
      case DUPLICATE, DUPLICATE_CLOSING_ON_EXEC -> duplicate(number, memory.getInt(more));
      case GET_STATUS_FLAGS -> openedWith.getOrDefault(number, 0);
      case GET_DESCRIPTOR_FLAGS, SET_DESCRIPTOR_FLAGS, SET_STATUS_FLAGS -> 0;
      default -> -Errno.INVAL.code();
    };
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

  private int poll(LinearMemory memory, int entries, int count, int millis)
      throws IOException, InterruptedException {
    if (count < 0 || count > MOST_POLLED) {
      return -Errno.INVAL.code();
    }
    long start = System.nanoTime();
    long limit = millis < 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(millis);
    while (true) {
      int ready = 0;
      for (int i = 0; i < count; i++) {
        ready += answer(memory, entries + i * POLL_ENTRY) ? 1 : 0;
      }
      long left = limit - (System.nanoTime() - start);
      if (ready > 0 || left <= 0) {
        return ready;
      }
      wasi.descriptors().awaitInput(left); // nothing else ever becomes ready
    }
  }

  /** Writes what a descriptor is ready for; whether it is for anything. */
  private boolean answer(LinearMemory memory, int entry) throws IOException, InterruptedException {
    int number = memory.getInt(entry);
    int events = memory.getShort(entry + EVENTS);
    int answer = number < 0 ? 0 : readiness(number, events);
    memory.setShort(entry + ANSWER, (short) answer);
    return answer != 0;
  }

  private int readiness(int number, int events) throws IOException, InterruptedException {
    Descriptors descriptors = wasi.descriptors();
    try {
      FileType type = descriptors.status(number).type();
      if (type == FileType.DIRECTORY) {
        return events & (POLL_IN | POLL_ALSO_IN);
      }
    } catch (ErrnoException e) {
      return POLL_INVALID;
    }
    int ready = 0;
    int in = events & (POLL_IN | POLL_ALSO_IN);
    int out = events & (POLL_OUT | POLL_ALSO_OUT);
    if (out != 0 && descriptors.isWritable(number)) {
      ready |= out;
    }
    if (in != 0 && isReadable(number)) {
      ready |= in;
    }
    return ready;
  }

  private boolean isReadable(int number) throws IOException, InterruptedException {
    try {
      return wasi.descriptors().isReadable(number);
    } catch (ErrnoException e) {
      return false; // it is for writing only
    }
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
