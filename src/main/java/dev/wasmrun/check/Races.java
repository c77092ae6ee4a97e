package dev.wasmrun.check;

import dev.wasmrun.check.RaceReport.Side;
import dev.wasmrun.check.race.Access;
import dev.wasmrun.check.race.Race;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * The races of a run, folded: two places in the code that race are told once, however often and at
 * however many addresses they do.
 *
 * <p>Thread-safe.
 */
final class Races {
  private final CodePlaces places;
  private final Suppressions suppressions;
  private final Map<Pair, LongAdder> counts = new ConcurrentHashMap<>();

  /** Guarded by itself; in the order in which they were found. */
  private final Map<Pair, RaceReport> reports = new LinkedHashMap<>();

  /** Two places and what they do there, in an order that does not depend on which came first. */
  private record Pair(long first, int firstTouch, long second, int secondTouch) {
    static Pair of(Access a, Access b) {
      boolean inOrder =
          a.place() < b.place() || a.place() == b.place() && a.touch().compareTo(b.touch()) <= 0;
      Access first = inOrder ? a : b;
      Access second = inOrder ? b : a;
      return new Pair(
          first.place(), first.touch().ordinal(), second.place(), second.touch().ordinal());
    }
  }

  Races(CodePlaces places, Suppressions suppressions) {
    this.places = places;
    this.suppressions = suppressions;
  }

  /**
   * Takes in a race, on the thread of its current access.
   *
   * @param active the functions active on this thread, innermost first
   */
  void add(Race race, Supplier<List<String>> active) {
    Pair pair = Pair.of(race.current(), race.earlier());
    LongAdder count = counts.get(pair);
    if (count == null) {
      count = counts.computeIfAbsent(pair, first -> new LongAdder());
      report(pair, race, active);
    }
    count.increment();
  }

  private void report(Pair pair, Race race, Supplier<List<String>> active) {
    Site current = places.site(race.current().place());
    Site earlier = places.site(race.earlier().place());
    if (suppressions.match(current.function()) || suppressions.match(earlier.function())) {
      return;
    }
    var report =
        new RaceReport(
            race.address(),
            Side.of(race.current(), current, active.get()),
            Side.of(race.earlier(), earlier, List.of()),
            RaceReport.ordering(race, places),
            0);
    synchronized (reports) {
      reports.putIfAbsent(pair, report);
    }
  }

  /** All of them, the first one found first. */
  List<RaceReport> reports() {
    synchronized (reports) {
      var all = new ArrayList<RaceReport>();
      reports.forEach(
          (pair, report) ->
              all.add(
                  new RaceReport(
                      report.address(),
                      report.current(),
                      report.earlier(),
                      report.ordering(),
                      counts.get(pair).sum())));
      return all;
    }
  }
}
