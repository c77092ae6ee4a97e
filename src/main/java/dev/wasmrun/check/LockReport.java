package dev.wasmrun.check;

import dev.wasmrun.check.Finding.Backtrace;
import dev.wasmrun.check.lock.Inversion;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
      return "%s takes the lock at 0x%s in %s while it holds the one at 0x%s"
          .formatted(
              thread,
              Integer.toHexString(taken.address()),
              taken.caller(),
              Integer.toHexString(held.address()));
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
   * @param active the functions that were active there, the site's own first; may be empty
   */
  public record Taking(int address, Site site, List<String> active) {

    /** Copies the lists. */
    public Taking {
      active = List.copyOf(active);
    }

    private List<CodeLocation> frames() {
      return Stream.concat(
              Stream.of(CodeLocation.of(site)), active.stream().skip(1).map(CodeLocation::in))
          .toList();
    }

    /** The function of the program that wanted it. */
    private String caller() {
      return new Backtrace("", "", frames()).place().orElseThrow().function();
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

  /** The same as a finding. */
  public Finding finding() {
    String title = "may deadlock: %s threads take locks in a circle".formatted(steps.size());
    var stacks = new ArrayList<Backtrace>();
    for (Step step : steps) {
      Taking taken = step.taken();
      Taking held = step.held();
      stacks.add(
          new Backtrace(
              step.thread(),
              "thread %s took the lock at 0x%s"
                  .formatted(step.thread(), Integer.toHexString(taken.address())),
              taken.frames()));
      stacks.add(
          new Backtrace(
              step.thread(),
              " while it held the one at 0x%s, which it had taken"
                  .formatted(Integer.toHexString(held.address())),
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
