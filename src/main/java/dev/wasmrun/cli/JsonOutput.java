package dev.wasmrun.cli;

import dev.wasmrun.check.Findings;
import dev.wasmrun.check.report.CheckReport.Judged;
import dev.wasmrun.cli.RunReport.ThreadReport;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.source.SourceFrame;
import dev.wasmrun.trace.ThreadStatistics;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Results as one JSON object, written when the run has ended.
 *
 * <p>Integers of 64 bits are strings, because most readers of JSON round large numbers. What a
 * guest prints, emits and returns is held until the end, so there is a limit; what came after it is
 * counted in the field {@code dropped}.
 */
final class JsonOutput extends Output {
  /** The most bytes of what is printed that are held. */
  static final int MOST_PRINTED = 16 << 20;

  /** The most results that are held, and the most values. */
  static final int MOST_RESULTS = 1_000_000;

  // Guards the fields below it up to the facts; guest threads change them at the same time.
  private final Object lock = new Object();
  private final List<String> results = new ArrayList<>();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final List<String> values = new ArrayList<>();
  private long droppedBytes;
  private long droppedResults;
  private long droppedValues;

  private final Map<String, Object> facts;

  /** Used by the thread that tells the end of the run. */
  private final Map<String, Object> findings = new LinkedHashMap<>();

  /**
   * Creates a JSON output.
   *
   * @param facts what is known of the run before it starts; comes first in the object
   */
  JsonOutput(Console console, boolean quiet, Progress progress, Map<String, Object> facts) {
    super(console, quiet, progress);
    this.facts = facts;
  }

  @Override
  public void emitted(long value) {
    synchronized (lock) {
      if (results.size() < MOST_RESULTS) {
        results.add(Long.toUnsignedString(value));
      } else {
        droppedResults++;
      }
    }
  }

  @Override
  public void printed(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    hold(bytes, 0, bytes.length);
  }

  private void hold(byte[] bytes, int offset, int length) {
    synchronized (lock) {
      int held = Math.min(length, MOST_PRINTED - printed.size());
      printed.write(bytes, offset, held);
      droppedBytes += length - held;
    }
  }

  @Override
  public void returned(int thread, Returned returned) {
    synchronized (lock) {
      if (values.size() < MOST_RESULTS) {
        values.add(returned.toString());
      } else {
        droppedValues++;
      }
    }
  }

  @Override
  OutputStream standardOutput() {
    return new OutputStream() {
      @Override
      public void write(int oneByte) {
        write(new byte[] {(byte) oneByte}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        hold(bytes, offset, length);
      }
    };
  }

  @Override
  void found(String module, Findings found, int most) {
    super.found(module, found, most);
    findings.put("races", found.races().stream().limit(most).map(FindingFields::of).toList());
    findings.put(
        "memoryErrors", found.memoryErrors().stream().limit(most).map(FindingFields::of).toList());
    findings.put(
        "lockMisuses", found.lockMisuses().stream().limit(most).map(FindingFields::of).toList());
    findings.put(
        "lockOrders", found.lockOrders().stream().limit(most).map(FindingFields::of).toList());
  }

  @Override
  void judged(List<Judged> judged) {
    findings.put("findings", judged.stream().map(FindingFields::of).toList());
  }

  @Override
  void ended(RunReport report, List<String> stillRunning, List<ThreadStatistics> statistics) {
    super.ended(report, stillRunning, statistics);
    var object = new LinkedHashMap<String, Object>(facts);
    synchronized (lock) {
      object.put("results", List.copyOf(results));
      object.put("output", printed.toString(StandardCharsets.UTF_8));
      object.put("values", List.copyOf(values));
      if (droppedBytes + droppedResults + droppedValues > 0) {
        object.put("dropped", dropped());
      }
    }
    end(object, report);
    if (!statistics.isEmpty()) {
      object.put("statistics", StatisticsTable.fields(statistics));
    }
    object.putAll(findings);
    console().json(object);
  }

  /** The object of a run that ended before it began; the same fields, as far as there are any. */
  static Map<String, Object> ofNoRun(Map<String, Object> facts, RunReport report) {
    var object = new LinkedHashMap<String, Object>(facts);
    object.put("results", List.of());
    object.put("output", "");
    object.put("values", List.of());
    end(object, report);
    return object;
  }

  private static void end(Map<String, Object> object, RunReport report) {
    object.put("outcome", report.outcome());
    object.put("exitCode", report.exitCode());
    if (!report.message().isEmpty()) {
      object.put("error", error(report));
    }
  }

  private Map<String, Object> dropped() {
    var dropped = new LinkedHashMap<String, Object>();
    dropped.put("outputBytes", droppedBytes);
    dropped.put("results", droppedResults);
    dropped.put("values", droppedValues);
    return dropped;
  }

  private static Map<String, Object> error(RunReport report) {
    var error = new LinkedHashMap<String, Object>();
    error.put("message", report.message());
    error.put("threads", report.threads().stream().map(JsonOutput::fields).toList());
    return error;
  }

  private static Map<String, Object> fields(ThreadReport thread) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("name", thread.name());
    if (!thread.waitsFor().isEmpty()) {
      fields.put("waitsFor", thread.waitsFor());
    }
    fields.put("backtrace", thread.frames().stream().map(SourceFrame::toString).toList());
    return fields;
  }
}
