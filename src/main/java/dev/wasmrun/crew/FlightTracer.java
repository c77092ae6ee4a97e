package dev.wasmrun.crew;

import dev.wasmrun.guest.GuestExit;
import dev.wasmrun.guest.Trap;
import dev.wasmrun.memory.WaitEnding;
import java.util.Locale;

/** The tracer of every run: it hands what it is told to the JVM's flight recorder. */
final class FlightTracer implements RunTracer {
  /** What a thread is in the middle of; null where that began before anybody recorded. */
  private static final class Begun {
    private FlightEvents.GuestThread life;
    private FlightEvents.Wait wait;
    private FlightEvents.Join join;
  }

  private final ThreadLocal<Begun> begun = ThreadLocal.withInitial(Begun::new);

  @Override
  public boolean listening() {
    return FlightRecording.started();
  }

  /** Does nothing: the JDK has an event of its own for that. */
  @Override
  public void onSpawn(Thread started) {}

  @Override
  public void onBegin() {
    var event = new FlightEvents.GuestThread();
    event.begin();
    begun.get().life = event;
  }

  @Override
  public void onEnd(Throwable failure) {
    if (failure instanceof Trap trap) {
      var event = new FlightEvents.Trap();
      event.message = trap.getMessage();
      event.backtrace = String.join("\n", trap.backtrace());
      event.commit();
    } else if (failure instanceof GuestExit exit) {
      var event = new FlightEvents.Exit();
      event.code = exit.code();
      event.commit();
    }
    FlightEvents.GuestThread event = begun.get().life;
    begun.remove();
    if (event != null) {
      event.ending = failure == null ? "returned" : Outcome.word(failure);
      event.commit();
    }
  }

  @Override
  public void onJoin(Thread awaited) {
    var event = new FlightEvents.Join();
    event.awaited = awaited.getName();
    event.begin();
    begun.get().join = event;
  }

  @Override
  public void onJoined() {
    Begun mine = begun.get();
    if (mine.join != null) {
      mine.join.commit();
      mine.join = null;
    }
  }

  @Override
  public void onEmit(long value) {
    var event = new FlightEvents.Emit();
    event.value = Long.toUnsignedString(value);
    event.commit();
  }

  @Override
  public void onWait(int address, int width, long expected, long timeoutNanos) {
    var event = new FlightEvents.Wait();
    event.address = Integer.toUnsignedLong(address);
    event.bytes = width;
    event.expected = expected;
    event.timeout = timeoutNanos < 0 ? Long.MAX_VALUE : timeoutNanos; // the recorder's for ever
    event.begin();
    begun.get().wait = event;
  }

  @Override
  public void onWaitEnded(WaitEnding ending, Thread waker, long wokenNanos) {
    Begun mine = begun.get();
    FlightEvents.Wait event = mine.wait;
    if (event == null) {
      return;
    }
    mine.wait = null;
    event.end();
    if (event.shouldCommit()) {
      event.ending = ending.name().toLowerCase(Locale.ROOT).replace('_', ' ');
      event.wokenBy = waker == null ? null : waker.getName();
      event.sinceWoken = wokenNanos == 0 ? Long.MIN_VALUE : System.nanoTime() - wokenNanos;
      event.commit();
    }
  }

  @Override
  public void onNotify(int address, int count, int woken, long wokenNanos) {
    var event = new FlightEvents.Notify();
    event.address = Integer.toUnsignedLong(address);
    event.count = Integer.toUnsignedLong(count);
    event.woken = woken;
    event.commit();
  }

  @Override
  public void onGrow(int before, int after) {
    var event = new FlightEvents.MemoryGrow();
    event.pagesBefore = before;
    event.pagesAfter = after;
    event.commit();
  }
}
