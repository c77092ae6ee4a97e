package dev.wasmrun.corpus;

import dev.wasmrun.guest.GuestInterrupted;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.module.ValueType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The barriers of ThreadSanitizer's tests: they have threads meet, and order nobody as far as a
 * checker can tell. Thread-safe.
 */
final class InvisibleBarrier {
  /** By the address of a barrier; guarded by this. */
  private final Map<Long, Meeting> meetings = new HashMap<>();

  /** Who is to meet. */
  private static final class Meeting {
    private final long wanted;
    private long arrived;

    Meeting(long wanted) {
      this.wanted = wanted;
    }
  }

  /** Functions by which threads really meet. */
  static HostFunction[] meeting() {
    var barrier = new InvisibleBarrier();
    return functions(args -> barrier.begin(args[0], args[1]), args -> barrier.await(args[0]));
  }

  /** Functions that do nothing, for threads that run one at a time. */
  static HostFunction[] passing() {
    return functions(args -> {}, args -> {});
  }

  /** What a function of a barrier does with its arguments. */
  private interface Deed {
    void with(long[] args);
  }

  private static HostFunction[] functions(Deed begin, Deed await) {
    return new HostFunction[] {
      HostFunction.ofVoid(
          "corpus",
          "barrier_init",
          List.of(ValueType.I32, ValueType.I32),
          (caller, args) -> begin.with(args)),
      HostFunction.ofVoid(
          "corpus", "barrier_wait", List.of(ValueType.I32), (caller, args) -> await.with(args))
    };
  }

  private synchronized void begin(long address, long count) {
    meetings.put(address, new Meeting(count));
  }

  private synchronized void await(long address) {
    Meeting meeting = meetings.get(address);
    if (meeting == null) {
      return;
    }
    long number = meeting.arrived++ / meeting.wanted;
    notifyAll();
    try {
      while (meeting.arrived / meeting.wanted == number) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GuestInterrupted(e);
    }
  }
}
