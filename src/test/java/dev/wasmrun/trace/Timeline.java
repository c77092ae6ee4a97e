package dev.wasmrun.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A written trace, read again and held to what the trace event format and a viewer ask for. */
public final class Timeline {
  private final Map<String, Object> object;
  private final Map<Integer, String> names = new HashMap<>();

  /** One event, whose times are nanoseconds. */
  public record Event(
      String phase, String name, String thread, long begin, long end, Map<?, ?> fields) {

    /** An argument of the event; null if it has none of that name. */
    public Object argument(String name) {
      return ((Map<?, ?>) fields.get("args")).get(name);
    }
  }

  private Timeline(Map<String, Object> object) {
    this.object = object;
    for (Map<?, ?> event : raw()) {
      if (event.get("name").equals("thread_name")) {
        names.put((Integer) event.get("tid"), (String) ((Map<?, ?>) event.get("args")).get("name"));
      }
    }
  }

  /** Parses and checks a trace; whatever the run, this must hold. */
  public static Timeline read(byte[] json) throws IOException {
    var timeline =
        new Timeline(
            JSON.std
                .with(JSON.Feature.FAIL_ON_DUPLICATE_MAP_KEYS)
                .with(JSON.Feature.USE_BIG_DECIMAL_FOR_FLOATS)
                .mapFrom(json));
    timeline.assertWellFormed();
    timeline.assertTimesAscend();
    timeline.assertSlicesNest();
    timeline.assertArrowsLeadSomewhere();
    return timeline;
  }

  private List<Map<?, ?>> raw() {
    return ((List<?>) object.get("traceEvents"))
        .stream().<Map<?, ?>>map(event -> (Map<?, ?>) event).toList();
  }

  /** Everything but metadata, in the order of the file. */
  public List<Event> events() {
    return raw().stream().filter(event -> !event.get("ph").equals("M")).map(this::event).toList();
  }

  /** The slices and instants of one name, or of one kind, as in "wait" for "wait 0x400". */
  public List<Event> named(String name) {
    return events().stream()
        .filter(event -> "Xi".contains(event.phase()))
        .filter(event -> event.name().equals(name) || event.name().startsWith(name + " "))
        .toList();
  }

  /** What is said about the trace as a whole. */
  public Object about(String field) {
    return ((Map<?, ?>) object.get("otherData")).get(field);
  }

  private Event event(Map<?, ?> fields) {
    long begin = nanos(fields.get("ts"));
    long length = fields.containsKey("dur") ? nanos(fields.get("dur")) : 0;
    String thread = names.get((Integer) fields.get("tid"));
    return new Event(
        (String) fields.get("ph"),
        (String) fields.get("name"),
        thread,
        begin,
        begin + length,
        fields);
  }

  private static long nanos(Object micros) {
    return ((BigDecimal) micros).movePointRight(3).longValueExact();
  }

  private void assertWellFormed() {
    for (Event event : events()) {
      assertTrue("Xisf".contains(event.phase()), event::toString);
      assertNotNull(event.thread(), event::toString);
      assertNotNull(event.fields().get("cat"), event::toString);
      assertEquals(1, event.fields().get("pid"), event::toString);
      assertTrue(event.begin() >= 0 && event.end() >= event.begin(), event::toString);
      assertEquals(event.phase().equals("X"), event.fields().containsKey("dur"), event::toString);
      assertEquals(event.phase().equals("i"), event.fields().containsKey("s"), event::toString);
    }
  }

  private void assertTimesAscend() {
    long last = 0;
    for (Event event : events()) {
      assertTrue(event.begin() >= last, event::toString);
      last = event.begin();
    }
  }

  private void assertSlicesNest() {
    Map<String, Deque<Event>> open = new HashMap<>();
    for (Event event : events()) {
      if (event.phase().equals("X")) {
        Deque<Event> around = open.computeIfAbsent(event.thread(), thread -> new ArrayDeque<>());
        while (!around.isEmpty() && around.peek().end() <= event.begin()) {
          around.pop();
        }
        if (!around.isEmpty()) {
          assertTrue(
              event.end() <= around.peek().end(), () -> event + " sticks out of " + around.peek());
        }
        around.push(event);
      }
    }
  }

  /** Each arrow begins in a notify and ends in the waking of another thread, not before. */
  private void assertArrowsLeadSomewhere() {
    Map<Object, Event> begun = new HashMap<>();
    Event slice = null;
    for (Event event : events()) {
      if (event.phase().equals("X")) {
        slice = event;
      } else if (event.phase().equals("s")) {
        assertTrue(slice.name().startsWith("notify "), slice::toString);
        assertEquals(slice.begin(), event.begin());
        assertEquals(null, begun.put(event.fields().get("id"), event), event::toString);
      } else if (event.phase().equals("f")) {
        assertEquals("waking", slice.name());
        assertEquals(slice.thread(), event.thread());
        assertEquals("e", event.fields().get("bp"));
        Event begin = begun.remove(event.fields().get("id"));
        assertNotNull(begin, event::toString);
        assertTrue(begin.begin() <= event.begin());
      }
    }
    assertEquals(Map.of(), begun, "arrows without an end");
  }
}
