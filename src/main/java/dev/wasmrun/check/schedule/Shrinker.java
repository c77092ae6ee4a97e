package dev.wasmrun.check.schedule;

import dev.wasmrun.check.Finding;
import dev.wasmrun.check.schedule.Schedule.Choice;
import java.util.ArrayList;
import java.util.List;

/**
 * Leaves choices out of a schedule as long as its run shows the same defect, by delta debugging:
 * large parts first, then smaller ones, each tried by running what is left.
 */
final class Shrinker {
  /** A schedule is not worth more runs than this. */
  private static final int MOST_RUNS = 2000;

  private final ScheduleRunner runner;
  private final Finding finding;
  private int runs;

  Shrinker(ScheduleRunner runner, Finding finding) {
    this.runner = runner;
    this.finding = finding;
  }

  Schedule shrink(Schedule schedule) throws InterruptedException {
    List<Choice> kept = schedule.choices();
    int parts = 1;
    while (!kept.isEmpty() && runs < MOST_RUNS) {
      List<Choice> smaller = withoutAPart(schedule, kept, parts);
      if (smaller.size() < kept.size()) {
        kept = smaller;
        parts = Math.max(1, Math.min(parts - 1, kept.size()));
      } else if (parts >= kept.size()) {
        break;
      } else {
        parts = Math.min(kept.size(), parts * 2);
      }
    }
    return schedule.with(kept);
  }

  /** The first of the lists without one of {@code parts} parts that still fails; or all. */
  private List<Choice> withoutAPart(Schedule whole, List<Choice> kept, int parts)
      throws InterruptedException {
    for (int part = 0; part < parts && runs < MOST_RUNS; part++) {
      int from = (int) ((long) kept.size() * part / parts);
      int to = (int) ((long) kept.size() * (part + 1) / parts);
      var rest = new ArrayList<>(kept.subList(0, from));
      rest.addAll(kept.subList(to, kept.size()));
      List<Choice> failing = stillFailing(whole.with(rest));
      if (failing != null && failing.size() < kept.size()) {
        return failing;
      }
    }
    return kept;
  }

  /** The choices that a run with these makes if it shows the defect; else null. */
  private List<Choice> stillFailing(Schedule schedule) throws InterruptedException {
    runs++;
    Run run = runner.run(new Replay(schedule), Journal.Scope.CHOICES);
    return run.finding().filter(finding::isLike).isPresent()
        ? run.journal().schedule().choices()
        : null;
  }
}
