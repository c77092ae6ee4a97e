package dev.wasmrun.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Hammer;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.GuestThread;
import dev.wasmrun.crew.Observers;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.guest.GuestExit;
import dev.wasmrun.guest.Trap;
import dev.wasmrun.guest.TrapCode;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import dev.wasmrun.trace.Timeline.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TraceTest {
  private static final int A = 1024;
  private static final long FOR_EVER = -1;

  private Trace trace = new Trace("test.wasm", 10_000);
  private Crew crew = crew();
  private LinearMemory memory = memory();

  private Crew crew() {
    return new Crew("test.wasm", 0, new Observers(Optional.empty(), List.of(trace)));
  }

  private LinearMemory memory() {
    return LinearMemory.create(new MemoryType(1, 3, true), List.of(trace), Optional.empty());
  }

  private void keepOnly(int limit) {
    trace = new Trace("test.wasm", limit);
    crew = crew();
    memory.close();
    memory = memory();
  }

  @AfterEach
  void close() {
    memory.close();
  }

  private Timeline written() throws IOException {
    var out = new ByteArrayOutputStream();
    trace.write(out, "finished");
    return Timeline.read(out.toByteArray());
  }

  @Test
  void aThreadsLifeAndWhatItDidAreOnItsTrack() throws Exception {
    Thread.currentThread().setName("host");
    crew.spawn(
        "leader",
        () -> {
          GuestThread other = crew.spawn("0", () -> memory.grow(2));
          other.join();
          crew.observers().told(new RunListener() {}).emitted(-1);
        });
    crew.await(null);
    Timeline timeline = written();
    assertEquals(List.of("host", "test.wasm#leader"), threads(timeline.named("start")));
    assertEquals(List.of("test.wasm#leader", "test.wasm#0"), threads(timeline.named("run")));
    Event grow = timeline.named("grow").get(0);
    assertEquals(
        List.of("test.wasm#0", 1, 3),
        List.of(grow.thread(), grow.argument("pages before"), grow.argument("pages after")));
    assertEquals("test.wasm#0", timeline.named("join").get(0).argument("thread"));
    assertEquals("18446744073709551615", timeline.named("emit").get(0).argument("value"));
    assertEquals("finished", timeline.about("outcome"));
  }

  @Test
  void arrowsLeadFromANotifyToEachWaitItEnds() throws Exception {
    Hammer.strike(
        thread -> waitAs("first", 0),
        thread -> waitAs("second", 0),
        thread -> {
          Thread.currentThread().setName("notifier");
          while (memory.waiters().size() < 2) {
            Thread.onSpinWait();
          }
          memory.notify(A, -1);
          memory.notify(A, 2);
        });
    Timeline timeline = written();
    List<Event> notifies = timeline.named("notify 0x400");
    assertEquals(2, notifies.size());
    Event woke = notifies.get(0);
    assertEquals("all", woke.argument("count"));
    assertEquals(2, woke.argument("woken"));
    assertEquals(
        List.of("first", "second"),
        ((List<?>) woke.argument("woke")).stream().map(Object::toString).sorted().toList());
    assertEquals(
        List.of("i", 2, 0),
        List.of(
            notifies.get(1).phase(),
            notifies.get(1).argument("count"),
            notifies.get(1).argument("woken")));
    assertEquals(2, timeline.named("waking").size());
    for (Event wait : timeline.named("wait")) {
      assertEquals("woken", wait.argument("ending"));
      assertEquals("notifier", wait.argument("woken by"));
    }
    assertEquals(2, timeline.events().stream().filter(e -> e.phase().equals("f")).count());
  }

  private void waitAs(String name, long expected) throws InterruptedException {
    Thread.currentThread().setName(name);
    memory.wait64(A, expected, FOR_EVER);
  }

  @Test
  void waitsThatNobodyEndsSayWhy() throws Exception {
    memory.wait32(A, -5, FOR_EVER);
    memory.wait64(A + 8, 0, 1);
    List<Event> waits = written().named("wait");
    assertEquals(
        List.of("wait 0x400", 4, -5, "not equal"),
        List.of(
            waits.get(0).name(),
            waits.get(0).argument("bytes"),
            waits.get(0).argument("expected"),
            waits.get(0).argument("ending")));
    assertEquals(
        List.of("wait 0x408", 8, "0", "1 ns", "timed out"),
        List.of(
            waits.get(1).name(),
            waits.get(1).argument("bytes"),
            waits.get(1).argument("expected"),
            waits.get(1).argument("timeout"),
            waits.get(1).argument("ending")));
  }

  @Test
  void trapsExitsAndInterruptsEndLives() throws Exception {
    crew.spawn("waiter", () -> memory.wait32(A, 0, FOR_EVER));
    crew.spawn(
        "trap",
        () -> {
          while (memory.waiters().isEmpty()) {
            Thread.onSpinWait();
          }
          throw new Trap(TrapCode.ABORT, "on purpose");
        });
    crew.await(null);
    Timeline timeline = written();
    assertEquals("abort: on purpose", timeline.named("trap").get(0).argument("message"));
    assertEquals("interrupted", timeline.named("wait").get(0).argument("ending"));
    assertEquals(
        List.of("interrupted", "trapped"),
        timeline.named("run").stream()
            .map(run -> (String) run.argument("ending"))
            .sorted()
            .toList());
    crew = crew();
    crew.spawn(
        "exit",
        () -> {
          throw new GuestExit(9);
        });
    crew.await(null);
    assertEquals(9, written().named("exit").get(0).argument("code"));
  }

  @Test
  void aThreadThatDidNotStopIsThereUntilNow() throws Exception {
    var begun = new CountDownLatch(1);
    var over = new CountDownLatch(1);
    crew.spawn(
        "stubborn",
        () -> {
          memory.notify(A, 1);
          begun.countDown();
          over.await();
        });
    begun.await();
    Event run = written().named("run").get(0);
    over.countDown();
    crew.await(null);
    assertEquals("did not stop", run.argument("ending"));
    assertEquals("returned", written().named("run").get(0).argument("ending"));
  }

  @Test
  void theLatestEventsAreKeptAndTheOthersCounted() throws Exception {
    keepOnly(100);
    for (int i = 0; i < 350; i++) {
      memory.notify(A + 4 * i, 1);
    }
    assertEquals(250, trace.dropped());
    Timeline timeline = written();
    assertEquals(250, timeline.about("dropped"));
    assertEquals(100, timeline.about("events"));
    assertEquals(
        "notify 0x" + Integer.toHexString(A + 4 * 250), timeline.named("notify").get(0).name());
  }

  @Test
  void whenANotifyWasDroppedItsArrowsAreToo() throws Exception {
    keepOnly(2);
    Hammer.strike(
        thread -> {
          memory.wait32(A, 0, FOR_EVER);
          memory.notify(A, 1);
        },
        thread -> {
          while (memory.notify(A, 1) == 0) {
            Thread.onSpinWait();
          }
          memory.notify(A, 1);
          memory.notify(A, 1);
        });
    assertTrue(trace.dropped() > 0);
    written();
  }

  @Test
  void manyThreadsRecordAtOnce() throws Exception {
    keepOnly(1000);
    Hammer.strike(
        8,
        thread -> {
          for (int i = 0; i < 2000; i++) {
            memory.notify(A, 1);
            memory.wait32(A, 0, 1);
          }
        });
    assertEquals(8 * 2 * 2000 - 1000, trace.dropped());
    assertEquals(1000, written().about("events"));
  }

  private static List<String> threads(List<Event> events) {
    return events.stream().map(Event::thread).toList();
  }
}
