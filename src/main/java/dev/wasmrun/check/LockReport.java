package dev.wasmrun.check;

import dev.wasmrun.check.Finding.Stack;
import dev.wasmrun.check.lock.Frame;
import dev.wasmrun.check.lock.Inversion;
import dev.wasmrun.source.SourceFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

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

    private String inOneLine() {
      return "%s takes the lock at %s in %s while it holds the one at %s"
          .formatted(thread, taken.shown(), taken.caller(), held.shown());
    }

    /** What was done and in which functions, without addresses. */
    private String deed() {
      return "take %s hold %s".formatted(taken.caller(), held.caller());
    }

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

    private List<SourceFrame> frames() {
      return site.within(active);
    }

    /** The function of the program that wanted it. */
    private String caller() {
      return new Stack("", "", frames()).place().orElseThrow().function();
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

  /** The same as a finding. */
  public Finding finding() {
    String title = "may deadlock: %s threads take locks in a circle".formatted(steps.size());
    var stacks = new ArrayList<Stack>();
    for (Step step : steps) {
      Taking taken = step.taken();
      Taking held = step.held();
      stacks.add(
          new Stack(
              step.thread(),
              "thread %s took the lock at %s".formatted(step.thread(), taken.shown()),
              taken.frames()));
      stacks.add(
          new Stack(
              step.thread(),
              " while it held the one at %s, which it had taken".formatted(held.shown()),
              held.frames()));
    }
    return new Finding(
        Finding.Kind.LOCK_ORDER,
        0,
        title,
        steps.stream().map(Step::inOneLine).collect(Collectors.joining("; ")),
        stacks,
        steps.stream().map(Step::deed).sorted().toList());
  }
}
