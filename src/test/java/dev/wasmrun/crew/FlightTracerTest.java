package dev.wasmrun.crew;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.guest.GuestExit;
import dev.wasmrun.guest.Trap;
import dev.wasmrun.guest.TrapCode;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the JVM's flight recorder has of a run. */
@Timeout(120)
final class FlightTracerTest {
  private static final int A = 1024;
  private static final long FOR_EVER = -1;
  private static final String PREFIX = "dev.wasmrun.";

  @TempDir Path directory;

  private final Crew crew = new Crew("flown");
  private final LinearMemory memory = crew.observers().createShared(new MemoryType(1, 3, true));

  private Map<String, List<RecordedEvent>> recorded(Crew.Body body) throws Exception {
    Path file = directory.resolve("run.jfr");
    try (var recording = new Recording()) {
      recording.start();
      crew.closeAtEnd(memory);
      crew.spawn("leader", body);
      crew.await(null);
      recording.stop();
      recording.dump(file);
    }
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().startsWith(PREFIX))
        .collect(
            Collectors.groupingBy(
                event -> event.getEventType().getName().substring(PREFIX.length())));
  }

  @Test
  void aRunIsRecordedWithoutAnyOption() throws Exception {
    var events =
        recorded(
            () -> {
              GuestThread waiter = crew.spawn("waiter", () -> memory.wait64(A, 0, FOR_EVER));
              while (memory.notify(A, 3) == 0) {
                Thread.onSpinWait();
              }
              waiter.join();
              memory.wait32(A, 5, FOR_EVER);
              memory.grow(2);
              crew.observers().told(new RunListener() {}).emitted(-1);
            });
    List<RecordedEvent> lives = events.get("GuestThread");
    assertEquals(2, lives.size());
    for (RecordedEvent life : lives) {
      assertEquals("returned", life.getString("ending"));
    }
    RecordedEvent wait = on("flown#waiter", events.get("Wait"));
    assertEquals(A, wait.getLong("address"));
    assertEquals(8, wait.getInt("bytes"));
    assertEquals(0, wait.getLong("expected"));
    assertEquals("woken", wait.getString("ending"));
    assertEquals("flown#leader", wait.getString("wokenBy"));
    assertTrue(!wait.getDuration("sinceWoken").isNegative());
    assertTrue(wait.getDuration().compareTo(wait.getDuration("sinceWoken")) >= 0);
    assertEquals("not equal", on("flown#leader", events.get("Wait")).getString("ending"));
    List<RecordedEvent> notifies = events.get("Notify");
    RecordedEvent last = notifies.get(notifies.size() - 1);
    assertEquals(1, last.getInt("woken"));
    assertEquals(3, last.getLong("count"));
    assertEquals("flown#waiter", events.get("Join").get(0).getString("awaited"));
    assertEquals(3, events.get("MemoryGrow").get(0).getInt("pagesAfter"));
    assertEquals("18446744073709551615", events.get("Emit").get(0).getString("value"));
  }

  @Test
  void aMemoryOutsideOfCrewsIsRecordedToo() throws Exception {
    try (var alone = Observers.none().createPrivate(new MemoryType(1, 1, true))) {
      var events = recorded(() -> alone.notify(A, 5));
      assertEquals(5, events.get("Notify").get(0).getLong("count"));
    }
  }

  @Test
  void aTrapIsRecordedWithItsMessage() throws Exception {
    var trapped =
        recorded(
            () -> {
              throw new Trap(TrapCode.UNREACHABLE, "on purpose");
            });
    assertEquals(
        "unreachable instruction executed: on purpose",
        trapped.get("Trap").get(0).getString("message"));
    assertEquals("trapped", trapped.get("GuestThread").get(0).getString("ending"));
  }

  @Test
  void anExitIsRecordedWithItsCode() throws Exception {
    var exited =
        recorded(
            () -> {
              throw new GuestExit(7);
            });
    assertEquals(7, exited.get("Exit").get(0).getInt("code"));
  }

  @Test
  void everyEventAndFieldIsLabelled() throws Exception {
    recorded(() -> {});
    for (Class<?> event : FlightEvents.class.getDeclaredClasses()) {
      if (!Modifier.isAbstract(event.getModifiers())) {
        EventType type = EventType.getEventType(event.asSubclass(Event.class));
        assertTrue(type.getName().startsWith(PREFIX), type::getName);
        assertNotNull(type.getAnnotation(Category.class), type::getName);
        assertNotNull(type.getDescription(), type::getName);
        assertNotNull(type.getLabel(), type::getName);
        type.getFields().stream()
            .filter(field -> !List.of("startTime", "duration").contains(field.getName()))
            .filter(field -> !List.of("eventThread", "stackTrace").contains(field.getName()))
            .forEach(field -> assertNotNull(field.getAnnotation(Label.class), field::getName));
      }
    }
    assertTrue(FlightRecorder.isInitialized());
  }

  private static RecordedEvent on(String thread, List<RecordedEvent> events) {
    return events.stream()
        .filter(event -> event.getThread().getJavaName().equals(thread))
        .reduce((first, second) -> second)
        .orElseThrow();
  }
}
