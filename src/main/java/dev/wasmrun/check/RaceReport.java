package dev.wasmrun.check;

import dev.wasmrun.check.Finding.Stack;
import dev.wasmrun.check.race.Race;
import dev.wasmrun.check.race.RaceSide;
import dev.wasmrun.source.SourceFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A data race between two places in the code.
 *
 * @param address of the first byte that both have accessed, when it was found first
 * @param object what is there
 * @param current the access during which it was found
 * @param earlier the access before it
 * @param ordering the last that was done to order the two threads
 * @param count how often the two places raced
 * @param orderedByLibrary whether locks inside the C library ordered the two accesses each time
 */
public record RaceReport(
    int address,
    AccessedObject object,
    Side current,
    Side earlier,
    String ordering,
    long count,
    boolean orderedByLibrary) {

  /**
   * One of the two accesses.
   *
   * @param thread the name of the thread
   * @param width in bytes; 0 for a bulk operation
   * @param callers the functions that were active around the site, innermost first; of the earlier
   *     access those of another time that one was made there, if it raced then, too; else empty
   */
  public record Side(
      String thread,
      int address,
      int width,
      boolean writes,
      boolean atomic,
      Site site,
      List<SourceFrame> callers) {

    /** Copies the lists. */
    public Side {
      callers = List.copyOf(callers);
    }

    static Side of(RaceSide access, Site site, List<SourceFrame> callers) {
      return new Side(
          access.thread(),
          access.address(),
          access.width(),
          access.touch().writes(),
          access.touch().atomic(),
          site,
          callers);
    }

    Side calledFrom(List<SourceFrame> active) {
      return new Side(thread, address, width, writes, atomic, site, active);
    }

    /** The place, and the functions around it, innermost first. */
    List<SourceFrame> frames() {
      return site.within(callers);
    }

    private Stack stack() {
      return new Stack(thread, "thread %s %s".formatted(thread, action()), frames());
    }

    private String inOneLine() {
      return "%s %s in %s".formatted(thread, action(), site);
    }

    /** For example {@code writes 8 bytes at 0x408}. */
    public String action() {
      String what =
          width == 0 ? "in bulk" : "%s %s".formatted(width, width == 1 ? "byte" : "bytes");
      return "%s %s%s at 0x%x"
          .formatted(writes ? "writes" : "reads", what, atomic ? " atomically" : "", address);
    }
  }

  /** The same as a finding. */
  public Finding finding() {
    var stacks = new ArrayList<Stack>();
    stacks.add(current.stack());
    stacks.add(earlier.stack());
    if (earlier.frames().size() > earlier.site().frames().size()) {
      stacks.add(Stack.note("  (called from there another time)"));
    }
    stacks.addAll(object.stacks());
    stacks.add(Stack.note(ordering));
    if (count > 1) {
      stacks.add(Stack.note("seen %s times between these two places".formatted(count)));
    }
    return new Finding(
        Finding.Kind.RACE,
        0,
        "data race at " + object.at(address),
        "%s, %s".formatted(current.inOneLine(), earlier.inOneLine()),
        stacks,
        Stream.of(current, earlier).map(side -> side.site().function()).sorted().toList());
  }

  RaceReport withEarlier(Side other) {
    return new RaceReport(address, object, current, other, ordering, count, orderedByLibrary);
  }

  static String ordering(Race race, CodePlaces places) {
    String released =
        race.released()
            .map(
                last ->
                    "%s has since, last, %s"
                        .formatted(race.earlier().thread(), Orderings.name(last, places)))
            .orElse(race.earlier().thread() + " has released nothing since");
    String acquired =
        race.acquired()
            .map(
                last ->
                    "%s before, last, %s"
                        .formatted(race.current().thread(), Orderings.name(last, places)))
            .orElse(race.current().thread() + " has acquired nothing before");
    return released + "; " + acquired;
  }
}
