package dev.wasmrun.check;

import dev.wasmrun.check.race.Race;
import dev.wasmrun.check.race.RaceSide;
import dev.wasmrun.source.SourceFrame;
import java.util.ArrayList;
import java.util.List;

/**
 * A data race between two places in the code.
 *
 * @param address of the first byte that both have accessed, when it was found first
 * @param object what is there
 * @param current the access during which it was found
 * @param earlier the access before it
 * @param ordering the last that was done to order the two threads
 * @param count how often the two places raced
 */
public record RaceReport(
    int address, AccessedObject object, Side current, Side earlier, String ordering, long count) {

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

    /** For example {@code writes 8 bytes at 0x408}. */
    public String action() {
      String what =
          width == 0 ? "in bulk" : "%s %s".formatted(width, width == 1 ? "byte" : "bytes");
      return "%s %s%s at 0x%x"
          .formatted(writes ? "writes" : "reads", what, atomic ? " atomically" : "", address);
    }
  }

  /** The report as lines of text, the first one a headline. */
  public List<String> lines() {
    var lines = new ArrayList<String>();
    lines.add("data race at " + object.at(address));
    lines.add("  thread %s %s".formatted(current.thread(), current.action()));
    lines.addAll(current.site().lines(current.callers()));
    lines.add("  thread %s %s".formatted(earlier.thread(), earlier.action()));
    lines.addAll(earlier.site().lines(earlier.callers()));
    if (earlier.site().within(earlier.callers()).size() > earlier.site().frames().size()) {
      lines.add("    (called from there another time)");
    }
    lines.addAll(object.lines());
    lines.add("  " + ordering);
    if (count > 1) {
      lines.add("  seen %s times between these two places".formatted(count));
    }
    return lines;
  }

  RaceReport withEarlier(Side other) {
    return new RaceReport(address, object, current, other, ordering, count);
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
