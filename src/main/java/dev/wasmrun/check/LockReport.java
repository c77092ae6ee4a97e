package dev.wasmrun.check;

import dev.wasmrun.check.lock.Frame;
import dev.wasmrun.check.lock.Inversion;
import dev.wasmrun.source.SourceFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
   * @param object what the lock is in
   * @param active the functions that were active there, the site's own first; may be empty
   */
  public record Taking(int address, AccessedObject object, Site site, List<SourceFrame> active) {

    /** Copies the lists. */
    public Taking {
      active = List.copyOf(active);
    }

    private String shown() {
      return object.at(address);
    }

    private boolean isIn(Suppressions suppressions) {
      return suppressions.match(site.within(active));
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
                        taking(step.held(), step.heldPlace(), step.heldActive(), places),
                        taking(step.taken(), step.takenPlace(), step.takenActive(), places)))
            .toList());
  }

  private static Taking taking(int address, long place, List<Frame> active, CodePlaces places) {
    List<SourceFrame> frames =
        active.stream().flatMap(frame -> places.framesOf(frame).stream()).toList();
    var object = new AccessedObject(places.variableAt(address), Optional.empty());
    return new Taking(address, object, places.site(place), frames);
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
      lines.add("  thread %s took the lock at %s".formatted(step.thread(), taken.shown()));
      lines.addAll(taken.site().lines(taken.active()));
      lines.add("   while it held the one at %s, which it had taken".formatted(held.shown()));
      lines.addAll(held.site().lines(held.active()));
    }
    return lines;
  }
}
