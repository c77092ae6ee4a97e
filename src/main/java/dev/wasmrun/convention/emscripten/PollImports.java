package dev.wasmrun.convention.emscripten;

import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.wasi.Descriptors;
import dev.wasmrun.wasi.Errno;
import dev.wasmrun.wasi.ErrnoException;
import dev.wasmrun.wasi.FileType;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * The system calls that wait until one of several descriptors is ready.
 *
 * <pre>
 *   struct pollfd    0 descriptor: i32   4 events: i16   6 answer: i16
 *   fd_set           a bit for each descriptor, the lowest first
 *   time             0 seconds: i32   4 microseconds: i32
 * </pre>
 */
final class PollImports {
  private static final int ENTRY = 8;
  private static final int EVENTS = 4;
  private static final int ANSWER = 6;
  private static final int IN = 1;
  private static final int OUT = 4;
  private static final int ERROR = 8;
  private static final int HANG_UP = 16;
  private static final int INVALID = 32;
  private static final int ALSO_IN = 64;
  private static final int ALSO_OUT = 256;
  private static final int MOST_POLLED = 4096;

  private static final int MOST_SELECTED = 1024;

  private final Descriptors descriptors;

  PollImports(Descriptors descriptors) {
    this.descriptors = descriptors;
  }

  Map<String, Import> all() {
    var calls = new HashMap<String, Import>();
    SystemCall.define(calls, "poll", 3, (m, a) -> poll(m, (int) a[0], (int) a[1], (int) a[2]));
    SystemCall.define(calls, "_newselect", 5, this::select);
    return calls;
  }

  /** Looks whether something is ready, and says how much is. */
  @FunctionalInterface
  private interface Look {
    int ready() throws IOException, InterruptedException;
  }

  private int await(long nanos, Look look) throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (true) {
      long seen = descriptors.events();
      int ready = look.ready();
      long left = nanos - (System.nanoTime() - start);
      if (ready > 0 || left <= 0) {
        return ready;
      }
      descriptors.awaitEvent(seen, left);
    }
  }

  private int poll(LinearMemory memory, int entries, int count, int millis)
      throws IOException, InterruptedException {
    if (count < 0 || count > MOST_POLLED) {
      return -Errno.INVAL.code();
    }
    return await(
        millis < 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(millis),
        () -> {
          int ready = 0;
          for (int i = 0; i < count; i++) {
            ready += answer(memory, entries + i * ENTRY) ? 1 : 0;
          }
          return ready;
        });
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
    int in = events & (IN | ALSO_IN);
    int out = events & (OUT | ALSO_OUT);
    try {
      if (descriptors.status(number).type() == FileType.DIRECTORY) {
        return in;
      }
    } catch (ErrnoException e) {
      return INVALID;
    }
    OptionalInt available = available(number);
    int ready = descriptors.isWritable(number) ? out : 0;
    if (descriptors.isAbandoned(number)) {
      ready |= available.isPresent() ? HANG_UP : ERROR;
      return available.orElse(0) > 0 ? ready | in : ready;
    }
    return available.isPresent() ? ready | in : ready;
  }

  /** Nothing where a read would have to wait, or there is none. */
  private OptionalInt available(int number) throws IOException, InterruptedException {
    try {
      return descriptors.available(number);
    } catch (ErrnoException e) {
      return OptionalInt.empty();
    }
  }

  private int select(LinearMemory memory, long[] args) throws IOException, InterruptedException {
    int count = (int) args[0];
    if (count < 0 || count > MOST_SELECTED) {
      return -Errno.INVAL.code();
    }
    int time = (int) args[4];
    byte[] reading = set(memory, (int) args[1], count);
    byte[] writing = set(memory, (int) args[2], count);
    byte[] failing = set(memory, (int) args[3], count);
    byte[] readable = new byte[reading.length];
    byte[] writable = new byte[writing.length];
    int ready =
        await(
            time == 0 ? Long.MAX_VALUE : nanos(memory, time),
            () -> {
              int found = 0;
              for (int number = 0; number < count; number++) {
                if (has(failing, number)) {
                  descriptors.status(number);
                }
                found += mark(readable, number, has(reading, number) && isReadable(number));
                found += mark(writable, number, has(writing, number) && isWritable(number));
              }
              return found;
            });
    put(memory, (int) args[1], readable);
    put(memory, (int) args[2], writable);
    put(memory, (int) args[3], new byte[failing.length]);
    return ready;
  }

  private boolean isReadable(int number) throws IOException, InterruptedException {
    return descriptors.status(number).type() == FileType.DIRECTORY || available(number).isPresent();
  }

  private boolean isWritable(int number) throws IOException {
    descriptors.status(number);
    return descriptors.isWritable(number);
  }

  private static long nanos(LinearMemory memory, int at) {
    return TimeUnit.SECONDS.toNanos(memory.getInt(at))
        + TimeUnit.MICROSECONDS.toNanos(memory.getInt(at + Integer.BYTES));
  }

  private static byte[] set(LinearMemory memory, int at, int count) {
    byte[] set = new byte[(count + Byte.SIZE - 1) / Byte.SIZE];
    if (at != 0) {
      memory.read(at, set, 0, set.length);
    }
    return set;
  }

  private static void put(LinearMemory memory, int at, byte[] set) {
    if (at != 0) {
      memory.write(at, set, 0, set.length);
    }
  }

  private static boolean has(byte[] set, int number) {
    return (set[number / Byte.SIZE] & 1 << number % Byte.SIZE) != 0;
  }

  private static int mark(byte[] set, int number, boolean ready) {
    int bit = 1 << number % Byte.SIZE;
    set[number / Byte.SIZE] = (byte) (set[number / Byte.SIZE] & ~bit | (ready ? bit : 0));
    return ready ? 1 : 0;
  }
}
