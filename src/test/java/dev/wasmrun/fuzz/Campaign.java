package dev.wasmrun.fuzz;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Many cases compared on two engines, and what has come of it. */
final class Campaign {
  private static final int MOST_FINDINGS = 5;
  private static final int SHRINKING_SECONDS = 20;

  private final Differential engines;
  private final Set<Proposal> proposals;
  private final Map<String, Integer> kinds = new LinkedHashMap<>();
  private final List<FuzzFinding> findings = new ArrayList<>();
  private int modules;
  private long calls;

  Campaign(Differential engines, Set<Proposal> proposals) {
    this.engines = engines;
    this.proposals = proposals;
  }

  /** Compares a case; the first one of each kind of difference is made small and kept. */
  void run(Generator generator, long seed) {
    FuzzCase fuzzCase = generator.generate(seed, proposals);
    modules++;
    calls += fuzzCase.calls().size();
    engines
        .difference(fuzzCase)
        .ifPresent(
            found -> {
              boolean isNew = kinds.merge(FuzzFinding.kind(found), 1, Integer::sum) == 1;
              if (isNew && findings.size() < MOST_FINDINGS) {
                findings.add(CaseShrinker.shrink(fuzzCase, engines, found, SHRINKING_SECONDS));
              }
            });
  }

  int modules() {
    return modules;
  }

  /** How many calls have been made of them on each side. */
  long calls() {
    return calls;
  }

  /** How often each kind of difference has been found. */
  Map<String, Integer> kinds() {
    return kinds;
  }

  List<FuzzFinding> findings() {
    return findings;
  }

  /** What has been found, in full. */
  String report() {
    var report = new StringBuilder();
    report.append("%s modules, %s calls".formatted(modules, calls));
    kinds.forEach((kind, count) -> report.append("%n%6s × %s".formatted(count, kind)));
    findings.forEach(finding -> report.append(System.lineSeparator()).append(finding.report()));
    return report.toString();
  }
}
