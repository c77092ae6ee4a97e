package dev.wasmrun.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Hammer;
import dev.wasmrun.check.race.Race;
import dev.wasmrun.check.race.RaceSide;
import dev.wasmrun.check.race.Touch;
import dev.wasmrun.source.SourceFrame;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class RacesTest {
  private final CodePlaces places = new CodePlaces();
  private final Suppressions nothing = new Suppressions(List.of());
  private final Races races =
      new Races(places, new MemoryErrors(places, nothing), nothing, false, true);

  private RaceSide access(String thread, Touch touch, String code) {
    return new RaceSide(thread, touch, 0x400, 4, places.of(code, false));
  }

  private void add(RaceSide current, RaceSide earlier) {
    add(current, earlier, false);
  }

  private void add(RaceSide current, RaceSide earlier, boolean orderedByLibrary) {
    races.add(
        new Race(0x400, current, earlier, Optional.empty(), Optional.empty(), orderedByLibrary),
        () -> List.of(new SourceFrame("f", 1), new SourceFrame("main", 2)));
  }

  @Test
  void twoPlacesAreOneRaceWhoeverComesFirst() {
    add(access("a", Touch.STORE, "f"), access("b", Touch.LOAD, "g"));
    add(access("c", Touch.LOAD, "g"), access("d", Touch.STORE, "f"));
    assertEquals(1, races.reports().size());
    RaceReport report = races.reports().get(0);
    assertEquals(2, report.count());
    assertEquals("a", report.current().thread());
    assertTrue(report.finding().lines().contains("  seen 2 times between these two places"));
  }

  @Test
  void theEarlierAccessIsExplainedWhenItsPlaceRacesAgain() {
    add(access("a", Touch.STORE, "f"), access("b", Touch.LOAD, "g"));
    add(access("a", Touch.STORE, "f"), access("b", Touch.LOAD, "g"));
    assertEquals(List.of(), races.reports().get(0).earlier().callers());
    add(access("b", Touch.LOAD, "g"), access("a", Touch.STORE, "f"));
    RaceReport report = races.reports().get(0);
    assertEquals(report.current().callers(), report.earlier().callers());
    assertTrue(
        report
            .finding()
            .lines()
            .containsAll(List.of("    at g", "    (called from there another time)")),
        report.finding().lines()::toString);
  }

  @Test
  void aCompareAndExchangeIsOnePlaceWhetherItStoresOrNot() {
    add(access("a", Touch.STORE, "f"), access("b", Touch.ATOMIC_STORE, "g"));
    add(access("a", Touch.STORE, "f"), access("b", Touch.ATOMIC_LOAD, "g"));
    assertEquals(1, races.reports().size());
  }

  @Test
  void whatACopyReadsAndWhatItWritesAreTwo() {
    add(access("a", Touch.STORE, "f"), access("b", Touch.STORE, "copy"));
    add(access("a", Touch.STORE, "f"), access("b", Touch.LOAD, "copy"));
    assertEquals(2, races.reports().size());
  }

  @Test
  void onlyWhatLocksOfALibraryOrderEachTimeIsSaidToBeOrderedByThem() {
    add(access("a", Touch.STORE, "f"), access("b", Touch.LOAD, "g"), true);
    add(access("a", Touch.STORE, "f"), access("b", Touch.LOAD, "g"), true);
    assertTrue(races.reports().get(0).orderedByLibrary());
    add(access("a", Touch.STORE, "f"), access("b", Touch.LOAD, "g"), false);
    assertTrue(!races.reports().get(0).orderedByLibrary());
  }

  @Test
  void aVolatileLoadIsALoad() {
    add(access("a", Touch.STORE, "f"), access("b", Touch.VOLATILE_LOAD, "g"));
    add(access("a", Touch.STORE, "f"), access("b", Touch.LOAD, "g"));
    assertEquals(1, races.reports().size());
  }

  @Test
  void threadsThatFindTheSameAtATimeTellItOnceAndCountItAll() throws InterruptedException {
    int each = 2000;
    int pairs = 10;
    Hammer.strike(
        4,
        thread -> {
          for (int i = 0; i < each; i++) {
            add(
                access("a", Touch.STORE, "f" + i % pairs),
                access("b", Touch.LOAD, "g" + i % pairs));
          }
        });
    List<RaceReport> all = races.reports();
    assertEquals(pairs, all.size());
    assertEquals(4L * each, all.stream().mapToLong(RaceReport::count).sum());
    var functions =
        new HashSet<>(new ArrayList<>(all).stream().map(r -> r.current().site()).toList());
    assertEquals(pairs, functions.size());
  }
}
