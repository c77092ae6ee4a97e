package dev.wasmrun.trace;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.wasmrun.trace.TraceEvent.Track;
import dev.wasmrun.trace.TraceEvent.Waking;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One trace on its way into a file, in the trace event format's object form: complete events (X)
 * and instants (i) by ascending time, names of tracks (M), and flows (s, f) from notifies to the
 * waits that they ended.
 */
final class TraceWriter {
  private static final int PROCESS = 1;

  /** A woken wait's last part, from the notify until the thread went on. */
  private static final String WAKING = "waking";

  /** An event, or the part of a wait in which its thread wakes. */
  private record Item(TraceEvent event, boolean isWaking) {
    /** A waking begins with the notify that causes it, which must come first: so do its arrows. */
    static final Comparator<Item> IN_ORDER =
        Comparator.comparingLong(Item::begin)
            .thenComparing(Item::isWaking)
            .thenComparing(Comparator.comparingLong((Item item) -> item.event.end()).reversed());

    long begin() {
      return isWaking ? event.waking().nanos() : event.begin();
    }
  }

  private final String module;
  private final String outcome;
  private final long origin;
  private final long end;
  private final long dropped;
  private final List<TraceEvent> events;

  /** The waits that each notify ended; only notifies that are among the events. */
  private final Map<Waking, List<TraceEvent>> wokenBy = new HashMap<>();

  /** The numbers of the arrows, by the wait that they lead to. */
  private final Map<TraceEvent, Integer> flows = new IdentityHashMap<>();

  /**
   * Creates a writer.
   *
   * @param origin the moment that is 0 in the file
   * @param end the moment of the run's end
   * @param dropped how many events are missing
   */
  TraceWriter(
      String module, String outcome, long origin, long end, long dropped, List<TraceEvent> events) {
    this.module = module;
    this.outcome = outcome;
    this.origin = origin;
    this.end = end;
    this.dropped = dropped;
    this.events = events;
    connect();
  }

  /** Finds the pairs of a notify and a wait; arrows lead nowhere when one of them was dropped. */
  private void connect() {
    Set<Waking> notifies = new HashSet<>();
    events.stream()
        .filter(TraceEvent::isWakingNotify)
        .forEach(notify -> notifies.add(notify.waking()));
    for (TraceEvent event : events) {
      if (event.isWokenWait() && notifies.contains(event.waking())) {
        wokenBy.computeIfAbsent(event.waking(), waking -> new ArrayList<>()).add(event);
        flows.put(event, flows.size() + 1);
      }
    }
  }

  void write(OutputStream out) throws IOException {
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("displayTimeUnit", "ns");
      json.writeObjectFieldStart("otherData");
      json.writeStringField("module", module);
      json.writeStringField("outcome", outcome);
      json.writeNumberField("events", events.size());
      json.writeNumberField("dropped", dropped);
      json.writeEndObject();
      json.writeArrayFieldStart("traceEvents");
      writeNames(json);
      for (Item item : items()) {
        if (item.isWaking()) {
          writeWaking(json, item.event());
        } else {
          writeEvent(json, item.event());
        }
      }
      writeOutcome(json);
      json.writeEndArray();
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  private List<Item> items() {
    var items = new ArrayList<Item>();
    for (TraceEvent event : events) {
      items.add(new Item(event, false));
      if (event.isWokenWait()) {
        items.add(new Item(event, true));
      }
    }
    items.sort(Item.IN_ORDER);
    return items;
  }

  private void writeNames(JsonGenerator json) throws IOException {
    beginMetadata(json, "process_name", 0);
    json.writeStringField("name", module);
    endArguments(json);
    Set<Track> tracks = new TreeSet<>(Comparator.comparingLong(Track::id));
    events.forEach(event -> tracks.add(event.track()));
    for (Track track : tracks) {
      beginMetadata(json, "thread_name", track.id());
      json.writeStringField("name", track.name());
      endArguments(json);
      beginMetadata(json, "thread_sort_index", track.id());
      json.writeNumberField("sort_index", track.id());
      endArguments(json);
    }
  }

  private void writeEvent(JsonGenerator json, TraceEvent event) throws IOException {
    begin(json, event.isMoment() ? "i" : "X", event.category(), event.name(), event.track());
    writeTime(json, "ts", event.begin() - origin);
    if (event.isMoment()) {
      json.writeStringField("s", "t");
    } else {
      writeTime(json, "dur", event.end() - event.begin());
    }
    json.writeObjectFieldStart("args");
    event.details().write(json);
    List<TraceEvent> woken =
        event.isWakingNotify() ? wokenBy.getOrDefault(event.waking(), List.of()) : List.of();
    if (!woken.isEmpty()) {
      json.writeArrayFieldStart("woke");
      for (TraceEvent wait : woken) {
        json.writeString(wait.track().name());
      }
      json.writeEndArray();
    }
    endArguments(json);
    for (TraceEvent wait : woken) {
      writeFlow(json, "s", event.track(), event.begin(), flows.get(wait));
    }
  }

  private void writeWaking(JsonGenerator json, TraceEvent wait) throws IOException {
    long begin = wait.waking().nanos();
    begin(json, "X", Trace.WAIT, WAKING, wait.track());
    writeTime(json, "ts", begin - origin);
    writeTime(json, "dur", wait.end() - begin);
    json.writeEndObject();
    Integer flow = flows.get(wait);
    if (flow != null) {
      writeFlow(json, "f", wait.track(), begin, flow);
    }
  }

  /** One end of an arrow; it belongs to the innermost slice of its track at that time. */
  private void writeFlow(JsonGenerator json, String phase, Track track, long at, int flow)
      throws IOException {
    begin(json, phase, Trace.NOTIFY, "wakes", track);
    writeTime(json, "ts", at - origin);
    json.writeNumberField("id", flow);
    if (phase.equals("f")) {
      json.writeStringField("bp", "e");
    }
    json.writeEndObject();
  }

  private void writeOutcome(JsonGenerator json) throws IOException {
    begin(json, "i", Trace.THREAD, outcome, anyTrack());
    writeTime(json, "ts", end - origin);
    json.writeStringField("s", "g");
    json.writeEndObject();
  }

  /** An event of the whole process needs a track too. */
  private Track anyTrack() {
    return events.isEmpty() ? new Track(0, module) : events.get(0).track();
  }

  private void begin(JsonGenerator json, String phase, String category, String name, Track track)
      throws IOException {
    json.writeRaw('\n'); // One event a line, for those who look at it with other tools.
    json.writeStartObject();
    json.writeStringField("ph", phase);
    json.writeStringField("cat", category);
    json.writeStringField("name", name);
    json.writeNumberField("pid", PROCESS);
    json.writeNumberField("tid", track.id());
  }

  private void beginMetadata(JsonGenerator json, String name, long track) throws IOException {
    json.writeRaw('\n');
    json.writeStartObject();
    json.writeStringField("ph", "M");
    json.writeStringField("name", name);
    json.writeNumberField("pid", PROCESS);
    json.writeNumberField("tid", track);
    json.writeObjectFieldStart("args");
  }

  private static void endArguments(JsonGenerator json) throws IOException {
    json.writeEndObject();
    json.writeEndObject();
  }

  /** Microseconds with three decimals: exactly the nanoseconds. */
  private static void writeTime(JsonGenerator json, String field, long nanos) throws IOException {
    json.writeFieldName(field);
    long thousandths = nanos % 1000;
    String zeros = thousandths < 10 ? "00" : thousandths < 100 ? "0" : "";
    json.writeNumber(nanos / 1000 + "." + zeros + thousandths);
  }
}
