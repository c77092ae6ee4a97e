package dev.wasmrun.trace;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/**
 * Something that happened on one thread, at a moment or over a time.
 *
 * @param begin when, in nanoseconds as by {@link System#nanoTime}
 * @param end the same for a moment
 * @param waking what woke others, or by what this wait was woken; null if neither
 */
record TraceEvent(
    Track track,
    String category,
    String name,
    long begin,
    long end,
    Waking waking,
    Details details) {

  /** A thread, as the trace knows it. */
  record Track(long id, String name) {
    static Track of(Thread thread) {
      return new Track(thread.getId(), thread.getName());
    }
  }

  /** One notify that woke others: no thread does two at the same nanosecond. */
  record Waking(Track notifier, long nanos) {}

  /** Writes the fields of the event's arguments. */
  @FunctionalInterface
  interface Details {
    void write(JsonGenerator json) throws IOException;
  }

  boolean isMoment() {
    return begin == end;
  }

  /** Whether it is a wait that a notify ended. */
  boolean isWokenWait() {
    return waking != null && category.equals(Trace.WAIT);
  }

  /** Whether it is a notify that ended waits. */
  boolean isWakingNotify() {
    return waking != null && category.equals(Trace.NOTIFY);
  }
}
