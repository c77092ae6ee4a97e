package dev.wasmrun.check;

import dev.wasmrun.check.lock.Inversion;
import java.util.ArrayList;
import java.util.List;

/**
 * Locks that threads took in a circle: had they met at it, none could have gone on.
 *
 * @param steps what each of the threads did
 */
public record LockReport(List<Step> steps) {

  /**
   * A thread took a lock while it held another.
   *
   * @param held the address of the lock that it held
   * @param heldSite where it had taken that
   * @param taken the address of the lock that it took, which the next step's thread held
   * @param takenSite where it took it
   * @param callers the functions that were active around that, innermost first; may be empty
   */
  public record Step(
      String thread, int held, Site heldSite, int taken, Site takenSite, List<String> callers) {

    public Step {
      callers = List.copyOf(callers);
    }

    private boolean isIn(Suppressions suppressions) {
      return suppressions.match(heldSite.function())
          || suppressions.match(takenSite.function())
          || callers.stream().anyMatch(suppressions::match);
    }
  }

  public LockReport {
    steps = List.copyOf(steps);
  }

  static LockReport of(Inversion inversion, CodePlaces places) {
    return new LockReport(
        inversion.steps().stream()
            .map(
                step ->
                    new Step(
                        step.thread(),
                        step.held(),
                        places.site(step.heldPlace()),
                        step.taken(),
                        places.site(step.takenPlace()),
                        step.active()))
            .toList());
  }

  boolean isIn(Suppressions suppressions) {
    return steps.stream().anyMatch(step -> step.isIn(suppressions));
  }

  /** The report as lines of text, the first one a headline. */
  public List<String> lines() {
    var lines = new ArrayList<String>();
    lines.add("may deadlock: %d threads take locks in a circle".formatted(steps.size()));
    for (Step step : steps) {
      lines.add(
          "  thread %s took the lock at 0x%x while it held the one at 0x%x, taken at %s"
              .formatted(step.thread(), step.taken(), step.held(), step.heldSite()));
      lines.addAll(Backtrace.lines(step.takenSite(), step.callers()));
    }
    return lines;
  }
}
