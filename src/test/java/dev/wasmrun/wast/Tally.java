package dev.wasmrun.wast;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The results of one script's commands. Safe for any number of threads. */
final class Tally {
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
  private final Map<KnownDifference, Integer> known = new EnumMap<>(KnownDifference.class);
  private int passed;

  synchronized void pass() {
    passed++;
  }

  synchronized void fail(int line, String message) {
    failures.add(new Failure(line, message));
  }

  /** Counts a command that ended otherwise than its script says, for a reason that is known. */
  synchronized void differ(KnownDifference difference) {
    known.merge(difference, 1, Integer::sum);
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
  synchronized Map<KnownDifference, Integer> known() {
    return Map.copyOf(known);
  }

  synchronized void add(Tally other) {
    passed += other.passed();
    failures.addAll(other.failures());
    other.known().forEach((difference, count) -> known.merge(difference, count, Integer::sum));
    other.skipped().forEach((reason, count) -> skipped.merge(reason, count, Integer::sum));
  }

  /** The counts, and the reasons of what neither passed nor failed, in one line. */
  @Override
  public synchronized String toString() {
    var reasons = new ArrayList<String>();
    known.forEach((difference, count) -> reasons.add(count + " " + difference.reason()));
    skipped.forEach((reason, count) -> reasons.add(count + " " + reason));
    return "passed %5d  failed %3d  known %3d  skipped %3d  %s"
        .formatted(passed, failures.size(), sum(known), sum(skipped), String.join("; ", reasons))
        .strip();
  }

  private static int sum(Map<?, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }
}
