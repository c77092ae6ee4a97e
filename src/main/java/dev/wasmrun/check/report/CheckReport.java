package dev.wasmrun.check.report;

import dev.wasmrun.check.Finding;
import dev.wasmrun.check.schedule.Exploration;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What one check has found, and how it was made.
 *
 * @param module the name of the module's file
 * @param command the command line that asked for it
 * @param version of this program
 * @param findings in the order in which they are told
 * @param summary how much was run and what to try next, in lines
 * @param compared whether there is a baseline, so that what is not known is new
 * @param took how long it took
 * @param exitCode what the process exits with
 */
public record CheckReport(
    String module,
    String command,
    String version,
    List<Judged> findings,
    List<String> summary,
    boolean compared,
    Duration took,
    int exitCode) {

  /** Whether a finding is news. */
  public enum Standing {
    /** It is; the check has failed. */
    NEW("new"),
    /** The baseline has it. */
    KNOWN("known"),
    /** Nobody wants to hear of it. */
    SUPPRESSED("suppressed");

    private final String label;

    Standing(String label) {
      this.label = label;
    }

    @Override
    public String toString() {
      return label;
    }
  }

  /**
   * A finding and whether it counts.
   *
   * @param failure the run that shows it, step by step; empty if its schedule was not controlled
   */
  public record Judged(Finding finding, Standing standing, Optional<Exploration.Failure> failure) {}

  /** Copies the lists. */
  public CheckReport {
    findings = List.copyOf(findings);
    summary = List.copyOf(summary);
  }

  /** The findings that count. */
  public List<Finding> news() {
    return findings.stream()
        .filter(judged -> judged.standing() == Standing.NEW)
        .map(Judged::finding)
        .toList();
  }

  /** The findings that count or are known: all that nobody has suppressed. */
  public List<Finding> worthKnowing() {
    return findings.stream()
        .filter(judged -> judged.standing() != Standing.SUPPRESSED)
        .map(Judged::finding)
        .toList();
  }
}
