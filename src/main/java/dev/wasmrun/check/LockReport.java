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
   * @param held the lock that it held
   * @param taken the lock that it took, which the next step's thread held
   */
  public record Step(String thread, Taking held, Taking taken) {

    private boolean isIn(Suppressions suppressions) {
      return held.isIn(suppressions) || taken.isIn(suppressions);
    }
  }

  /**
   * How a thread took a lock.
   *
   * @param address of the lock
   * @param active the functions that were active there, the site's own first; may be empty
   */
  public record Taking(int address, Site site, List<String> active) {

    /** Copies the lists. */
    public Taking {
      active = List.copyOf(active);
    }

    private boolean isIn(Suppressions suppressions) {
      return suppressions.match(site.function()) || active.stream().anyMatch(suppressions::match);
    }
  }

  /** Copies the lists. */
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
                        new Taking(step.held(), places.site(step.heldPlace()), step.heldActive()),
                        new Taking(
                            step.taken(), places.site(step.takenPlace()), step.takenActive())))
            .toList());
  }

  boolean isIn(Suppressions suppressions) {
    return steps.stream().anyMatch(step -> step.isIn(suppressions));
  }

  /** The report as lines of text, the first one a headline. */
  public List<String> lines() {
    var lines = new ArrayList<String>();
    lines.add("may deadlock: %s threads take locks in a circle".formatted(steps.size()));
    for (Step step : steps) {
      Taking taken = step.taken();
      Taking held = step.held();
      lines.add("  thread %s took the lock at 0x%x".formatted(step.thread(), taken.address()));
      lines.addAll(Backtrace.lines(taken.site(), taken.active()));
      lines.add("   while it held the one at 0x%x, which it had taken".formatted(held.address()));
      lines.addAll(Backtrace.lines(held.site(), held.active()));
    }
    return lines;
  }
}
