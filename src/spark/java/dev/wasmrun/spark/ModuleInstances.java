package dev.wasmrun.spark;

import dev.wasmrun.crew.RunListener;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestFunction;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.pool.InstanceSource;
import dev.wasmrun.pool.MemorySharing;
import dev.wasmrun.pool.PoolConfig;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * The instances of a module in one process: those that a task has at the moment, and idle ones.
 * Thread-safe.
 */
final class ModuleInstances {
  /** What a guest has emitted on the current thread since it was asked to keep that. */
  private static final ThreadLocal<Emitted> EMITTED = new ThreadLocal<>();

  private static final class Emitted {
    private long[] values = new long[64];
    private int count;

    private void add(long value) {
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count++] = value;
    }
  }

  /** Emitted numbers are for who asks for them; the rest is for the executor's log. */
  private static final class Log implements RunListener {
    @Override
    public void emitted(long value) {
      Emitted wanted = EMITTED.get();
      if (wanted != null) {
        wanted.add(value);
      }
    }

    @Override
    public void printed(String text) {
      System.err.print(text);
    }
  }

  private final GuestModule module;
  private final InstanceSource source;
  private final ConcurrentLinkedDeque<Guest> idle = new ConcurrentLinkedDeque<>();

  private final Map<CodedBody, RowCalls.Maker> calls = new ConcurrentHashMap<>();

  ModuleInstances(GuestModule module) {
    this.module = module;
    this.source =
        new InstanceSource(
            module,
            PoolConfig.builder().sharing(MemorySharing.PRIVATE).listener(new Log()).build());
  }

  GuestModule module() {
    return module;
  }

  /** An instance for the current thread, to be given back or discarded. */
  Guest borrow() {
    Guest guest = idle.poll();
    return guest == null ? source.create() : guest;
  }

  /** Calls of one of the instances with rows' values. */
  ScalarFunction.Calls calls(Guest guest, CodedBody body) {
    GuestFunction function = guest.function(body.export());
    return calls
        .computeIfAbsent(body, made -> RowCalls.maker(made.code(function)))
        .of(function, body.texts(guest));
  }

  void giveBack(Guest guest) {
    idle.push(guest);
  }

  void discard(Guest guest) {
    source.discard(guest);
  }

  /** What guests emit on the current thread while something runs. */
  static long[] emittedDuring(Runnable calls) {
    var kept = new Emitted();
    EMITTED.set(kept);
    try {
      calls.run();
    } finally {
      EMITTED.remove();
    }
    return Arrays.copyOf(kept.values, kept.count);
  }
}
