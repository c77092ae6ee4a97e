package dev.wasmrun.wast;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The results of one script's commands. Safe for any number of threads. */
final class ScriptTally {
  /**
   * A command that did not end as the script says.
   *
   * @param line where it stands, from 1
   * @param message what happened, and the command
   */
  record Failure(int line, String message) {
    @Override
    public String toString() {
      return "line " + line + ": " + message;
    }
  }

  // All guarded by this object.
  private final List<Failure> failures = new ArrayList<>();
  private final Map<String, Integer> skipped = new TreeMap<>();
  private final Map<String, Integer> known = new TreeMap<>();
  private int passed;

  synchronized void pass() {
    passed++;
  }

  synchronized void fail(int line, String message) {
    failures.add(new Failure(line, message));
  }

  /** Counts a command that ended otherwise than its script says, for a reason that is known. */
  synchronized void differ(String reason) {
    known.merge(reason, 1, Integer::sum);
  }

  /** Counts a command that tells nothing about us. */
  synchronized void skip(String reason) {
    skipped.merge(reason, 1, Integer::sum);
  }

  synchronized int passed() {
    return passed;
  }

  synchronized List<Failure> failures() {
    return List.copyOf(failures);
  }

  /** How many commands were skipped, by reason. */
  synchronized Map<String, Integer> skipped() {
    return Map.copyOf(skipped);
  }

  /** How many commands ended otherwise for a known reason. */
  synchronized Map<String, Integer> known() {
    return Map.copyOf(known);
  }

  synchronized void add(ScriptTally other) {
    passed += other.passed();
    failures.addAll(other.failures());
    other.known().forEach((reason, count) -> known.merge(reason, count, Integer::sum));
    other.skipped().forEach((reason, count) -> skipped.merge(reason, count, Integer::sum));
  }

  /** The counts, and the reasons of what neither passed nor failed, in one line. */
  @Override
  public synchronized String toString() {
    var reasons = new ArrayList<String>();
    known.forEach((reason, count) -> reasons.add(count + " " + reason));
    skipped.forEach((reason, count) -> reasons.add(count + " " + reason));
    return "passed %5s  failed %3s  known %3s  skipped %3s  %s"
        .formatted(passed, failures.size(), sum(known), sum(skipped), String.join("; ", reasons))
        .strip();
  }

  private static int sum(Map<?, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }
}
