package dev.wasmrun.serve;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The latest calls that did not return. Thread-safe. */
final class RecentFailures {
  private static final int MOST = 20;

  /** The latest first. Guarded by this. */
  private final Deque<Map<String, Object>> latest = new ArrayDeque<>();

  /** Adds a call of an export, and why it failed. */
  synchronized void add(String call, String error) {
    if (latest.size() == MOST) {
      latest.removeLast();
    }
    var failure = new LinkedHashMap<String, Object>();
    failure.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    failure.put("call", call);
    failure.put("error", error);
    latest.addFirst(failure);
  }

  /** As fields of JSON objects, the latest first. */
  synchronized List<Map<String, Object>> fields() {
    return new ArrayList<>(latest);
  }
}
