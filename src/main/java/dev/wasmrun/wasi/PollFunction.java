package dev.wasmrun.wasi;

import dev.wasmrun.memory.LinearMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * The function {@code poll_oneoff}: it waits until one of its subscriptions has an event, and tells
 * all events of that moment. A clock's event is never early.
 */
final class PollFunction {
  private static final int CLOCK = 0;
  private static final int READ = 1;
  private static final int WRITE = 2;

  private static final int ABSOLUTE = 1;
  private static final int AT_END = 1;

  private static final int MOST = 4096;

  /** The realtime clock may be set while somebody waits for it; it is looked at this often. */
  private static final long REALTIME_LOOK = TimeUnit.SECONDS.toNanos(1);

  private final Descriptors descriptors;
  private final Clocks clocks;
  private final WasiVersion version;

  PollFunction(Descriptors descriptors, Clocks clocks, WasiVersion version) {
    this.descriptors = descriptors;
    this.clocks = clocks;
    this.version = version;
  }

  void define(Calls calls) {
    calls.define(
        "poll_oneoff", "iiii", (memory, a) -> poll(memory, (int) a[0], (int) a[1], a[2], a[3]));
  }

  private record Event(long userdata, Errno error, int type, long bytes, int flags) {}

  /** Something that is waited for. */
  private interface Subscription {
    /** Its event, if it has one now. */
    List<Event> poll() throws IOException, InterruptedException;

    /** How long it certainly has none, in nanoseconds. */
    default long quietFor() {
      return Long.MAX_VALUE;
    }
  }

  private void poll(LinearMemory memory, int in, int out, long count, long resultAt)
      throws IOException, InterruptedException {
    if ((int) count <= 0 || (int) count > MOST) {
      throw new ErrnoException(Errno.INVAL);
    }
    int size = version.clockField(WasiLayout.SUBSCRIPTION_SIZE);
    GuestData.require(memory, in, (int) count * size);
    GuestData.require(memory, out, (int) count * WasiLayout.EVENT_SIZE);
    GuestData.require(memory, (int) resultAt, Integer.BYTES);
    var subscriptions = new ArrayList<Subscription>();
    var inputs = new ArrayList<StandardInput>();
    for (int i = 0; i < count; i++) {
      subscriptions.add(read(memory, in + i * size, inputs));
    }
    List<Event> events = await(subscriptions, inputs);
    for (int i = 0; i < events.size(); i++) {
      write(memory, out + i * WasiLayout.EVENT_SIZE, events.get(i));
    }
    memory.setInt((int) resultAt, events.size());
  }

  private List<Event> await(List<Subscription> subscriptions, List<StandardInput> inputs)
      throws IOException, InterruptedException {
    while (true) {
      var events = new ArrayList<Event>();
      long quiet = Long.MAX_VALUE;
      for (Subscription subscription : subscriptions) {
        events.addAll(subscription.poll());
        quiet = Math.min(quiet, subscription.quietFor());
      }
      if (!events.isEmpty()) {
        return events;
      }
      if (inputs.isEmpty()) {
        clocks.sleep(quiet);
      } else {
        inputs.get(0).awaitReadable(quiet); // a guest has but one standard input
      }
    }
  }

  private Subscription read(LinearMemory memory, int at, List<StandardInput> inputs) {
    long userdata = memory.getLong(at + WasiLayout.SUBSCRIPTION_USERDATA);
    int tag = Byte.toUnsignedInt(memory.getByte(at + WasiLayout.SUBSCRIPTION_TAG));
    int descriptor = memory.getInt(at + WasiLayout.SUBSCRIPTION_DESCRIPTOR);
    return switch (tag) {
      case CLOCK -> clock(memory, at, userdata);
      case READ -> readable(userdata, descriptor, inputs);
      case WRITE -> writable(userdata, descriptor);
      default -> throw new ErrnoException(Errno.INVAL);
    };
  }

  private Subscription clock(LinearMemory memory, int at, long userdata) {
    int clock = memory.getInt(at + version.clockField(WasiLayout.SUBSCRIPTION_CLOCK));
    long timeout = memory.getLong(at + version.clockField(WasiLayout.SUBSCRIPTION_TIMEOUT));
    int flags = memory.getShort(at + version.clockField(WasiLayout.SUBSCRIPTION_FLAGS));
    boolean absolute = (flags & ABSOLUTE) != 0;
    if (clock != Clocks.REALTIME && clock != Clocks.MONOTONIC) {
      Errno error = clock < 0 || clock > Clocks.LAST ? Errno.INVAL : Errno.NOTSUP;
      return () -> List.of(new Event(userdata, error, CLOCK, 0, 0));
    }
    // A time span passes alike by both clocks, but only the monotonic one is never set.
    int by = absolute ? clock : Clocks.MONOTONIC;
    long deadline = saturated(timeout);
    if (!absolute) {
      deadline = saturated(clocks.now(by) + deadline);
    }
    return new Alarm(userdata, by, deadline);
  }

  /** WASI's times are unsigned; the latest of ours will not be lived to see. */
  private static long saturated(long unsigned) {
    return unsigned < 0 ? Long.MAX_VALUE : unsigned;
  }

  private final class Alarm implements Subscription {
    private final long userdata;
    private final int clock;
    private final long deadline;

    Alarm(long userdata, int clock, long deadline) {
      this.userdata = userdata;
      this.clock = clock;
      this.deadline = deadline;
    }

    @Override
    public List<Event> poll() {
      return quietFor() > 0 ? List.of() : List.of(new Event(userdata, Errno.SUCCESS, CLOCK, 0, 0));
    }

    @Override
    public long quietFor() {
      long left = deadline - clocks.now(clock);
      return clock == Clocks.REALTIME ? Math.min(left, REALTIME_LOOK) : left;
    }
  }

  private Subscription readable(long userdata, int number, List<StandardInput> inputs) {
    Descriptor descriptor;
    try {
      descriptor = descriptors.get(number, Right.POLL_FD_READWRITE);
      descriptor.require(Right.FD_READ);
    } catch (ErrnoException e) {
      return () -> List.of(new Event(userdata, e.errno(), READ, 0, 0));
    }
    if (descriptor instanceof InputDescriptor stdin) {
      inputs.add(stdin.input());
    }
    return () -> {
      OptionalInt available = descriptor.available();
      if (available.isEmpty()) {
        return List.of();
      }
      int bytes = available.getAsInt();
      return List.of(new Event(userdata, Errno.SUCCESS, READ, bytes, bytes == 0 ? AT_END : 0));
    };
  }

  /**
   * Whatever can be written is ready to be: a stream that makes its writer wait does not say so.
   */
  private Subscription writable(long userdata, int number) {
    Errno error = Errno.SUCCESS;
    try {
      descriptors.get(number, Right.POLL_FD_READWRITE).require(Right.FD_WRITE);
    } catch (ErrnoException e) {
      error = e.errno();
    }
    var event = new Event(userdata, error, WRITE, error == Errno.SUCCESS ? 1 : 0, 0);
    return () -> List.of(event);
  }

  private static void write(LinearMemory memory, int at, Event event) {
    memory.fill(at, (byte) 0, WasiLayout.EVENT_SIZE);
    memory.setLong(at + WasiLayout.EVENT_USERDATA, event.userdata());
    memory.setShort(at + WasiLayout.EVENT_ERROR, (short) event.error().code());
    memory.setByte(at + WasiLayout.EVENT_TYPE, (byte) event.type());
    memory.setLong(at + WasiLayout.EVENT_BYTES, event.bytes());
    memory.setShort(at + WasiLayout.EVENT_FLAGS, (short) event.flags());
  }
}
