package dev.wasmrun.trace;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.RunTracer;
import dev.wasmrun.guest.GuestExit;
import dev.wasmrun.guest.Trap;
import dev.wasmrun.memory.WaitEnding;
import dev.wasmrun.trace.TraceEvent.Details;
import dev.wasmrun.trace.TraceEvent.Track;
import dev.wasmrun.trace.TraceEvent.Waking;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A timeline of a run, kept in memory until it is written in the trace event format, which Perfetto
 * and Chrome read. Of more events than its limit the latest remain; what lasts a while is an event
 * when it is over, so that the lives of threads remain longest.
 *
 * <p>Times are microseconds since the trace was created.
 */
public final class Trace implements RunTracer {
  /** How many events there is room for where memory is no concern. */
  public static final int USUAL_LIMIT = 1 << 18;

  static final String THREAD = "thread";
  static final String WAIT = "wait";
  static final String NOTIFY = "notify";
  static final String MEMORY = "memory";
  static final String RESULT = "result";

  /** What a thread is in the middle of; written and read by that thread, but for its life. */
  private static final class Current {
    private final Track track;

    /** Written before others can find it among the living. */
    private long lifeBegan;

    private long waitBegan;
    private int address;
    private int width;
    private long expected;
    private long timeoutNanos;
    private long joinBegan;
    private String awaited;

    private Current(Track track) {
      this.track = track;
    }
  }

  private final String module;
  private final long origin = System.nanoTime();

  /** A ring: event n is in slot n modulo its length, until a later one takes its place. */
  private final AtomicReferenceArray<TraceEvent> latest;

  private final AtomicLong recorded = new AtomicLong();
  private final Collection<Current> living = ConcurrentHashMap.newKeySet();
  private final ThreadLocal<Current> current =
      ThreadLocal.withInitial(() -> new Current(Track.of(Thread.currentThread())));

  /**
   * Creates a trace without events.
   *
   * @param module what the process is called in it
   * @param limit the most events kept, at least 1
   */
  public Trace(String module, int limit) {
    this.module = module;
    this.latest = new AtomicReferenceArray<>(limit);
  }

  /** How many events were recorded but are not kept. */
  public long dropped() {
    return Math.max(0, recorded.get() - latest.length());
  }

  /**
   * Writes the trace, as one JSON object. Threads that still run are in it until now.
   *
   * @param outcome how the run ended, in a word
   * @throws IOException if the stream fails
   */
  public void write(OutputStream out, String outcome) throws IOException {
    var events = new ArrayList<TraceEvent>();
    for (int i = 0; i < latest.length() && latest.get(i) != null; i++) {
      events.add(latest.get(i));
    }
    List<Current> alive = List.copyOf(living);
    long now = System.nanoTime(); // After the events, or one could end after its thread's life.
    alive.forEach(thread -> events.add(life(thread, now, "did not stop")));
    new TraceWriter(module, outcome, origin, now, dropped(), events).write(out);
  }

  @Override
  public boolean listening() {
    return true;
  }

  @Override
  public void onSpawn(Thread started) {
    String name = started.getName();
    moment(THREAD, "start", json -> json.writeStringField("thread", name));
  }

  @Override
  public void onBegin() {
    Current mine = current.get();
    mine.lifeBegan = System.nanoTime();
    living.add(mine);
  }

  @Override
  public void onEnd(Throwable failure) {
    if (failure instanceof Trap trap) {
      moment(THREAD, "trap", json -> describe(trap, json));
    } else if (failure instanceof GuestExit exit) {
      moment(THREAD, "exit", json -> json.writeNumberField("code", exit.code()));
    }
    Current mine = current.get();
    living.remove(mine);
    record(life(mine, System.nanoTime(), failure == null ? "returned" : Outcome.word(failure)));
  }

  @Override
  public void onJoin(Thread awaited) {
    Current mine = current.get();
    mine.awaited = awaited.getName();
    mine.joinBegan = System.nanoTime();
  }

  @Override
  public void onJoined() {
    Current mine = current.get();
    String awaited = mine.awaited;
    slice(THREAD, "join", mine.joinBegan, null, json -> json.writeStringField("thread", awaited));
  }

  @Override
  public void onEmit(long value) {
    moment(RESULT, "emit", json -> json.writeStringField("value", Long.toUnsignedString(value)));
  }

  @Override
  public void onWait(int address, int width, long expected, long timeoutNanos) {
    Current mine = current.get();
    mine.address = address;
    mine.width = width;
    mine.expected = expected;
    mine.timeoutNanos = timeoutNanos;
    mine.waitBegan = System.nanoTime();
  }

  @Override
  public void onWaitEnded(WaitEnding ending, Thread waker, long wokenNanos) {
    Current mine = current.get();
    var waking = ending == WaitEnding.WOKEN ? new Waking(Track.of(waker), wokenNanos) : null;
    int address = mine.address;
    int width = mine.width;
    long expected = mine.expected;
    long timeoutNanos = mine.timeoutNanos;
    slice(
        WAIT,
        "wait " + hex(address),
        mine.waitBegan,
        waking,
        json -> {
          json.writeStringField("address", hex(address));
          json.writeNumberField("bytes", width);
          if (width == Integer.BYTES) {
            json.writeNumberField("expected", expected);
          } else {
            json.writeStringField("expected", Long.toString(expected));
          }
          if (timeoutNanos >= 0) {
            json.writeStringField("timeout", timeoutNanos + " ns");
          }
          json.writeStringField("ending", ending.name().toLowerCase(Locale.ROOT).replace('_', ' '));
          if (waking != null) {
            json.writeStringField("woken by", waking.notifier().name());
          }
        });
  }

  @Override
  public void onNotify(int address, int count, int woken, long wokenNanos) {
    Details details =
        json -> {
          json.writeStringField("address", hex(address));
          if (count == -1) {
            json.writeStringField("count", "all");
          } else {
            json.writeNumberField("count", Integer.toUnsignedLong(count));
          }
          json.writeNumberField("woken", woken);
        };
    String name = "notify " + hex(address);
    if (woken == 0) {
      moment(NOTIFY, name, details);
    } else {
      var waking = new Waking(current.get().track, wokenNanos);
      slice(NOTIFY, name, wokenNanos, waking, details);
    }
  }

  @Override
  public void onGrow(int before, int after) {
    moment(
        MEMORY,
        "grow",
        json -> {
          json.writeNumberField("pages before", before);
          json.writeNumberField("pages after", after);
        });
  }

  private static TraceEvent life(Current thread, long end, String ending) {
    return new TraceEvent(
        thread.track,
        THREAD,
        "run",
        thread.lifeBegan,
        end,
        null,
        json -> json.writeStringField("ending", ending));
  }

  private void moment(String category, String name, Details details) {
    long now = System.nanoTime();
    record(new TraceEvent(current.get().track, category, name, now, now, null, details));
  }

  private void slice(String category, String name, long begin, Waking waking, Details details) {
    // What lasted must not look like a moment, even by a clock that ticks slowly.
    long end = Math.max(begin + 1, System.nanoTime());
    record(new TraceEvent(current.get().track, category, name, begin, end, waking, details));
  }

  private void record(TraceEvent event) {
    latest.set((int) (recorded.getAndIncrement() % latest.length()), event);
  }

  private static void describe(Trap trap, JsonGenerator json) throws IOException {
    json.writeStringField("message", trap.getMessage());
    json.writeArrayFieldStart("functions");
    for (String function : trap.backtrace()) {
      json.writeString(function);
    }
    json.writeEndArray();
  }

  private static String hex(int address) {
    return "0x" + Integer.toHexString(address);
  }
}
