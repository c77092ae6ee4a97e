package dev.wasmrun.check.report;

import dev.wasmrun.check.Finding;
import dev.wasmrun.check.report.CheckReport.Judged;
import dev.wasmrun.check.report.CheckReport.Standing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Says of each finding whether it is news, and remembers those that are not. */
public final class Triage {
  private final SuppressionList suppressions;
  private final Baseline baseline;

  /** What was no news, by fingerprint, in the order in which it was found. */
  private final Map<String, Judged> passedOver = new LinkedHashMap<>();

  /** Creates one that has judged nothing. */
  public Triage(SuppressionList suppressions, Baseline baseline) {
    this.suppressions = suppressions;
    this.baseline = baseline;
  }

  /** Whether a finding is news. */
  public boolean isNew(Finding finding) {
    return judged(finding).standing() == Standing.NEW;
  }

  /** A finding with its standing. */
  public Judged judged(Finding finding) {
    var judged = new Judged(finding, standing(finding), Optional.empty());
    if (judged.standing() != Standing.NEW) {
      passedOver.putIfAbsent(finding.fingerprint(), judged);
    }
    return judged;
  }

  private Standing standing(Finding finding) {
    if (suppressions.matches(finding)) {
      return Standing.SUPPRESSED;
    }
    return baseline.contains(finding) ? Standing.KNOWN : Standing.NEW;
  }

  /** What was no news, each told once. */
  public List<Judged> passedOver() {
    return List.copyOf(passedOver.values());
  }

  /** The lines of the suppressions that have matched nothing. */
  public List<String> unused() {
    return suppressions.unused();
  }
}
