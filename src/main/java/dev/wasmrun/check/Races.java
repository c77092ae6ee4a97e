package dev.wasmrun.check;

import dev.wasmrun.check.RaceReport.Side;
import dev.wasmrun.check.race.Race;
import dev.wasmrun.check.race.RaceSide;
import dev.wasmrun.source.SourceFrame;
import java.util.ArrayList;
import java.util.Comparator;
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
  private final MemoryErrors errors;
  private final Suppressions suppressions;
  private final boolean trusting;
  private final boolean separate;
  private final Map<Pair, Count> counts = new ConcurrentHashMap<>();

  /** The earlier access of each report that has no stack of it yet. */
  private final Map<Pair, Half> unexplained = new ConcurrentHashMap<>();

  /** Guarded by itself; in the order in which they were found. */
  private final Map<Pair, RaceReport> reports = new LinkedHashMap<>();

  /** How often two places raced, in all and but for the times that a library's locks ordered. */
  private record Count(LongAdder all, LongAdder unordered) {
    Count() {
      this(new LongAdder(), new LongAdder());
    }

    void add(boolean ordered) {
      all.increment();
      if (!ordered) {
        unordered.increment();
      }
    }
  }

  /** Two places and what they do there, whichever came first. */
  private record Pair(Half first, Half second) {
    static Pair of(RaceSide a, RaceSide b) {
      Half one = Half.of(a);
      Half other = Half.of(b);
      return one.compareTo(other) <= 0 ? new Pair(one, other) : new Pair(other, one);
    }
  }

  /**
   * A place and what it does there. All that is atomic is one: of the same instruction, a
   * compare-and-exchange, some executions write and some do not.
   */
  private record Half(long place, boolean atomic, boolean writes) implements Comparable<Half> {
    private static final Comparator<Half> ORDER =
        Comparator.comparingLong(Half::place)
            .thenComparing(Half::atomic)
            .thenComparing(Half::writes);

    static Half of(RaceSide access) {
      boolean atomic = access.touch().atomic();
      return new Half(access.place(), atomic, atomic || access.touch().writes());
    }

    @Override
    public int compareTo(Half other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * Creates an empty collection.
   *
   * @param errors who knows the guest's blocks of memory
   * @param trusting whether a race between two functions of a C library is not told
   * @param separate whether functions of that library are no parts of others
   */
  Races(
      CodePlaces places,
      MemoryErrors errors,
      Suppressions suppressions,
      boolean trusting,
      boolean separate) {
    this.errors = errors;
    this.trusting = trusting;
    this.separate = separate;
    this.places = places;
    this.suppressions = suppressions;
  }

  /**
   * Takes in a race, on the thread of its current access.
   *
   * @param active the functions active on this thread, innermost first
   */
  void add(Race race, Supplier<List<SourceFrame>> active) {
    Pair pair = Pair.of(race.current(), race.earlier());
    Count count = counts.get(pair);
    if (count == null) {
      count = counts.computeIfAbsent(pair, first -> new Count());
      report(pair, race, active);
    } else {
      Half wanted = unexplained.get(pair);
      if (wanted != null && wanted.equals(Half.of(race.current()))) {
        explain(pair, active.get());
      }
    }
    count.add(race.orderedByLibrary());
  }

  /** A thread is where the earlier access of a report was made, so this is how one gets there. */
  private void explain(Pair pair, List<SourceFrame> active) {
    unexplained.remove(pair);
    synchronized (reports) {
      reports.computeIfPresent(
          pair, (key, report) -> report.withEarlier(report.earlier().calledFrom(active)));
    }
  }

  private void report(Pair pair, Race race, Supplier<List<SourceFrame>> active) {
    Site current = places.site(race.current().place());
    Site earlier = places.site(race.earlier().place());
    if (suppressions.match(current.frames()) || suppressions.match(earlier.frames())) {
      return;
    }
    if (trusting && isLibrary(race.current(), current) && isLibrary(race.earlier(), earlier)) {
      return;
    }
    if (trusting && !separate && places.isLibraryVariable(race.address())) {
      return; // one of its functions has become part of the program's
    }
    var report =
        new RaceReport(
            race.address(),
            errors.objectAt(race.address()),
            Side.of(race.current(), current, active.get()),
            Side.of(race.earlier(), earlier, List.of()),
            RaceReport.ordering(race, places),
            0,
            false);
    synchronized (reports) {
      reports.putIfAbsent(pair, report);
    }
    unexplained.put(pair, Half.of(race.earlier()));
  }

  private boolean isLibrary(RaceSide access, Site site) {
    return LibraryNames.isLibrary(site.function()) || places.isInStream(access.place());
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
                      report.object(),
                      report.current(),
                      report.earlier(),
                      report.ordering(),
                      counts.get(pair).all().sum(),
                      counts.get(pair).unordered().sum() == 0)));
      return all;
    }
  }
}
