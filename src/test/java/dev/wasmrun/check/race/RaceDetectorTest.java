package dev.wasmrun.check.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.check.race.Synchronisation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What orders two accesses and what does not, on events written by hand. */
final class RaceDetectorTest {
  private static final int X = 64;
  private static final int FLAG = 128;
  private static final long HERE = 7;
  private static final long THERE = 9;

  private final List<Race> races = new ArrayList<>();
  private RaceDetector detector = new RaceDetector(races::add);
  private final ThreadClock main = detector.root("main");
  private final ThreadClock a = detector.spawn(main, "a", 1);
  private final ThreadClock b = detector.spawn(main, "b", 1);

  private void reads(ThreadClock thread) {
    detector.plain(thread, X, 4, false, HERE);
  }

  private void writes(ThreadClock thread) {
    detector.plain(thread, X, 4, true, THERE);
  }

  private void stores(ThreadClock thread, int address) {
    detector.atomicStore(thread, address, 4, HERE);
  }

  private void loads(ThreadClock thread, int address) {
    detector.atomicLoad(thread, address, 4, HERE);
  }

  private void assertRaces(int count) {
    assertEquals(count, races.size(), races::toString);
  }

  @Test
  void twoWritesThatNothingOrdersRace() {
    writes(a);
    detector.plain(b, X, 4, true, HERE);
    assertEquals(
        List.of(
            new Race(
                X,
                new RaceSide("b", Touch.STORE, X, 4, HERE),
                new RaceSide("a", Touch.STORE, X, 4, THERE),
                Optional.empty(),
                Optional.of(new Synchronisation(Kind.STARTED_BY, 0, "main", 1, 1)),
                false)),
        races);
  }

  @Test
  void aReadAndAWriteRaceWhicheverComesFirst() {
    reads(a);
    writes(b);
    assertRaces(1);
    detector.plain(a, X + 8, 4, true, THERE);
    detector.plain(b, X + 8, 4, false, HERE);
    assertRaces(2);
  }

  @Test
  void aLockInsideALibraryOrdersNobodyButIsKnown() {
    ThreadClock c = detector.spawn(main, "c", 1);
    writes(a);
    detector.withinLibrary(a, FLAG, true, true);
    detector.withinLibrary(b, FLAG, true, true);
    detector.withinLibrary(c, FLAG, true, false);
    writes(c);
    assertRaces(1);
    assertTrue(races.get(0).orderedByLibrary());
    detector.plain(a, X + 8, 4, true, THERE); // after it has let go of the lock
    detector.plain(c, X + 8, 4, true, HERE);
    assertRaces(2);
    assertTrue(!races.get(1).orderedByLibrary());
  }

  @Test
  void readsDoNotRace() {
    reads(a);
    reads(b);
    reads(main);
    assertRaces(0);
  }

  @Test
  void aWriteRacesWithEveryReadSinceTheLast() {
    reads(a);
    reads(b);
    writes(main);
    assertRaces(2);
  }

  @Test
  void oneThreadIsInOrder() {
    writes(a);
    reads(a);
    stores(a, X);
    writes(a);
    assertRaces(0);
  }

  @Test
  void aStartOrdersWhatWasBeforeItOnly() {
    writes(main);
    ThreadClock late = detector.spawn(main, "late", 1);
    writes(late);
    assertRaces(0);
    detector.plain(main, X + 8, 4, true, HERE);
    detector.plain(late, X + 8, 4, true, HERE);
    assertRaces(1);
  }

  @Test
  void whatHappensBeforeASecondThreadExistsNeverRaces() {
    var fresh = new RaceDetector(races::add);
    ThreadClock only = fresh.root("only");
    fresh.plain(only, X, 4, true, HERE);
    ThreadClock second = fresh.spawn(only, "second", 1);
    fresh.plain(second, X, 4, true, HERE);
    assertRaces(0);
    fresh.plain(only, X, 4, true, HERE);
    assertRaces(1);
  }

  @Test
  void aJoinOrdersTheWholeThread() {
    writes(a);
    detector.end(a);
    detector.join(b, a, 1);
    writes(b);
    assertRaces(0);
    writes(main);
    assertRaces(1);
  }

  @Test
  void anAtomicStoreOrdersThroughTheLoadThatReadsIt() {
    writes(a);
    stores(a, FLAG);
    loads(b, FLAG);
    reads(b);
    writes(b);
    assertRaces(0);
  }

  @Test
  void whatComesAfterAReleaseIsNotReleased() {
    stores(a, FLAG);
    writes(a);
    loads(b, FLAG);
    reads(b);
    assertRaces(1);
    assertEquals(Optional.empty(), races.get(0).released());
    assertEquals(Kind.ATOMIC_LOAD, races.get(0).acquired().orElseThrow().kind());
  }

  @Test
  void theReportTellsWhatWasReleasedSince() {
    writes(a);
    stores(a, FLAG);
    reads(b);
    assertEquals(FLAG, races.get(0).released().orElseThrow().address());
    assertEquals(Kind.ATOMIC_STORE, races.get(0).released().orElseThrow().kind());
  }

  @Test
  void aLoadOfAnotherLocationOrdersNothing() {
    writes(a);
    stores(a, FLAG);
    loads(b, FLAG + 4);
    reads(b);
    assertRaces(1);
  }

  @Test
  void aLoadComesAfterTheStoreItReadsNotAfterOlderOnes() {
    writes(a);
    stores(a, FLAG);
    stores(main, FLAG); // over it, without having read it
    loads(b, FLAG);
    reads(b);
    assertRaces(1);
  }

  @Test
  void aReadModifyWriteContinuesTheChain() {
    writes(a);
    stores(a, FLAG);
    detector.atomicUpdate(main, FLAG, 4, HERE);
    loads(b, FLAG);
    reads(b);
    assertRaces(0);
  }

  @Test
  void aMutexMadeOfUpdatesOrdersItsOwners() {
    for (int i = 0; i < 10; i++) {
      for (ThreadClock thread : List.of(a, b, main)) {
        detector.atomicUpdate(thread, FLAG, 4, HERE);
        reads(thread);
        writes(thread);
        detector.atomicUpdate(thread, FLAG, 4, HERE);
      }
    }
    assertRaces(0);
  }

  @Test
  void atomicAccessesNeverRaceWithEachOther() {
    stores(a, X);
    stores(b, X);
    loads(main, X);
    detector.atomicUpdate(a, X, 4, HERE);
    detector.atomicStore(b, X, 1, HERE); // not even at different widths
    assertRaces(0);
  }

  @Test
  void anAtomicAndAPlainAccessRace() {
    stores(a, X);
    reads(b);
    assertRaces(1);
    loads(a, X + 8);
    detector.plain(b, X + 8, 4, true, HERE);
    assertRaces(2);
    detector.plain(a, X + 16, 4, true, HERE);
    stores(b, X + 16);
    assertRaces(3);
  }

  @Test
  void aPlainLoadDoesNotRaceWithAnAtomicLoad() {
    loads(a, X);
    reads(b);
    assertRaces(0);
  }

  @Test
  void atomicsOfDifferentWidthsOrderByTheBytesTheyShare() {
    writes(a);
    detector.atomicStore(a, FLAG, 8, HERE);
    detector.atomicLoad(b, FLAG + 6, 2, HERE);
    reads(b);
    assertRaces(0);
    detector.plain(a, X + 8, 1, true, HERE);
    detector.atomicStore(a, FLAG, 1, HERE);
    detector.atomicLoad(b, FLAG + 1, 1, HERE);
    detector.plain(b, X + 8, 1, true, HERE);
    assertRaces(1);
  }

  @ParameterizedTest
  @CsvSource({
    "64, 1, 65, 1, 0",
    "64, 4, 67, 1, 1",
    "64, 8, 71, 1, 1",
    "64, 8, 72, 1, 0",
    "62, 4, 64, 1, 1", // reaches into the next cell
    "62, 4, 65, 1, 1",
    "62, 4, 66, 1, 0",
    "61, 8, 60, 8, 1",
    "60, 100, 159, 1, 1", // bulk
    "60, 100, 160, 1, 0",
    "64, 1, 10, 60, 1",
    "64, 1, 10, 54, 0",
  })
  void onlyTheSameBytesRace(int first, int length, int second, int otherLength, int expected) {
    detector.plain(a, first, length, true, HERE);
    detector.plain(b, second, otherLength, true, THERE);
    assertEquals(expected > 0, !races.isEmpty(), races::toString);
  }

  @Test
  void aReportNamesTheExactAccessesOfDifferentWidths() {
    detector.plain(a, 62, 4, true, HERE);
    detector.plain(b, 64, 8, false, THERE);
    assertRaces(1);
    assertEquals(64, races.get(0).address());
    assertEquals(new RaceSide("a", Touch.STORE, 62, 4, HERE), races.get(0).earlier());
    assertEquals(new RaceSide("b", Touch.LOAD, 64, 8, THERE), races.get(0).current());
  }

  @Test
  void aNarrowWriteHidesOnlyItsBytesOfAWideOne() {
    detector.plain(a, X, 8, true, HERE);
    stores(a, FLAG);
    loads(main, FLAG);
    detector.plain(main, X + 2, 2, true, HERE);
    detector.plain(b, X + 2, 2, false, THERE);
    detector.plain(b, X + 6, 1, false, THERE);
    assertEquals(
        List.of("main", "a"), races.stream().map(race -> race.earlier().thread()).toList());
  }

  @Test
  void aNotifyOrdersWhoItWakes() {
    writes(a);
    detector.notify(a, FLAG, HERE);
    detector.waited(b, FLAG, 4, true, THERE);
    reads(b);
    assertRaces(0);
    assertEquals(Kind.WOKEN, b.lastAcquire().kind());
  }

  @Test
  void aNotifyDoesNotOrderWhoseWaitTimesOut() {
    writes(a);
    detector.notify(a, FLAG, HERE);
    detector.waited(b, FLAG, 4, false, THERE);
    reads(b);
    assertRaces(1);
  }

  @Test
  void aWaitReadsAtomically() {
    detector.plain(a, FLAG, 4, true, HERE);
    detector.waited(b, FLAG, 4, false, THERE);
    assertRaces(1);
    writes(main);
    stores(main, FLAG + 8);
    detector.waited(b, FLAG + 8, 4, false, THERE);
    reads(b);
    assertRaces(1);
  }

  @Test
  void whatIsWrittenPlainlyBeforeANotifyRacesWithTheWaitItself() {
    detector.plain(a, FLAG, 4, true, HERE);
    detector.notify(a, FLAG, HERE);
    detector.waited(b, FLAG, 4, true, THERE);
    assertRaces(1);
  }

  @Test
  void growingOrdersWhoGrowsLater() {
    writes(a);
    detector.grow(a, HERE);
    detector.grow(b, HERE);
    reads(b);
    assertRaces(0);
  }

  @Test
  void theHostOrdersThroughItsObjects() {
    writes(a);
    detector.release(a, "mailbox", HERE);
    detector.acquire(b, "letter", HERE);
    detector.acquire(main, "mailbox", HERE);
    reads(main);
    assertRaces(0);
    reads(b);
    assertRaces(1);
  }

  @Test
  void accessesOfOutsidersDoNotCountButTheirAtomicsOrder() {
    ThreadClock outsider = detector.outsider("host");
    writes(outsider);
    stores(outsider, X);
    writes(a);
    stores(a, FLAG);
    loads(outsider, FLAG);
    stores(outsider, FLAG + 4);
    loads(b, FLAG + 4);
    reads(b);
    assertRaces(0);
  }

  @Test
  void rootsAreNotOrdered() {
    ThreadClock other = detector.root("other");
    writes(main);
    writes(other);
    assertRaces(1);
  }

  @Test
  void aRaceIsTakenForAnOrderAfterwards() {
    writes(a);
    writes(b);
    writes(b);
    reads(b);
    assertRaces(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aVolatileLoadComesAfterAnAtomicStoreAndAPlainOneDoesNot(boolean isVolatile) {
    looksAtFlag(isVolatile); // before the store and after it
    detector.plain(b, X, 4, true, HERE);
    detector.atomicStore(b, FLAG, 4, HERE);
    looksAtFlag(isVolatile);
    detector.plain(a, X, 4, true, HERE);
    assertEquals(isVolatile, races.isEmpty(), races::toString);
  }

  private void looksAtFlag(boolean isVolatile) {
    if (isVolatile) {
      detector.volatileLoad(a, FLAG, 4, HERE);
    } else {
      detector.plain(a, FLAG, 4, false, HERE);
    }
  }

  @Test
  void aVolatileLoadRacesWithAPlainStore() {
    detector.volatileLoad(a, X, 4, HERE);
    detector.plain(b, X, 4, true, HERE);
    assertRaces(1);
    assertEquals("VOLATILE_LOAD", races.get(0).earlier().touch().name());
    assertTrue(!races.get(0).earlier().touch().atomic());
  }

  @Test
  void whatBeginsAnewRacesWithNothingBefore() {
    detector.plain(a, X, 8, true, HERE);
    detector.begin(X, 4);
    detector.plain(b, X, 4, true, HERE);
    assertRaces(0);
    detector.plain(b, X + 4, 4, true, HERE);
    assertRaces(1);
  }

  @Test
  void whatIsAbandonedIsToldWhoeverAccessesIt() {
    var told = new ArrayList<Trespass>();
    var heedful = new RaceDetector(races::add, told::add);
    ThreadClock parent = heedful.root("parent");
    ThreadClock child = heedful.spawn(parent, "child", 1);
    heedful.plain(child, X + 20, 4, true, HERE);
    heedful.abandon(child, X + 6, 12, HERE);
    heedful.plain(parent, X, 4, true, HERE);
    heedful.plain(parent, X + 18, 1, true, HERE);
    assertEquals(List.of(), told);
    heedful.plain(parent, X + 4, 4, false, HERE);
    heedful.atomicStore(child, X + 8, 8, HERE);
    assertEquals(List.of(X + 6, X + 8), told.stream().map(Trespass::address).toList());
    heedful.begin(X + 6, 12);
    heedful.plain(child, X + 16, 1, true, HERE);
    assertEquals(2, told.size());
    assertRaces(0);
  }

  @Test
  void aSlotIsUsedAgainByWhoComesAfterItsFormerThread() {
    writes(a);
    detector.end(a);
    detector.join(main, a, 1);
    ThreadClock next = detector.spawn(main, "next", 1);
    assertEquals(a.slot(), next.slot());
    writes(next);
    assertRaces(0);
    writes(b);
    assertEquals(List.of("next"), races.stream().map(r -> r.earlier().thread()).toList());
  }

  @Test
  void aFormerThreadInASlotStillRaces() {
    detector.plain(a, X, 4, true, HERE);
    detector.end(a);
    detector.join(main, a, 1);
    ThreadClock next = detector.spawn(main, "next", 1);
    detector.plain(next, X + 8, 4, true, HERE);
    reads(b);
    assertEquals(List.of("a"), races.stream().map(r -> r.earlier().thread()).toList());
  }

  @Test
  void aSlotIsNotUsedAgainByWhoIsNotOrderedAfterItsFormerThread() {
    writes(a);
    detector.end(a);
    ThreadClock next = detector.spawn(b, "next", 1);
    assertTrue(a.slot() != next.slot());
    writes(next);
    assertRaces(1);
  }

  @Test
  void manyShortThreadsNeedFewSlots() {
    for (int i = 0; i < 3 * Epoch.SLOTS; i++) {
      ThreadClock brief = detector.spawn(main, "brief", 1);
      writes(brief);
      detector.end(brief);
      detector.join(main, brief, 1);
      assertTrue(brief.slot() < 5);
    }
    assertRaces(0);
  }

  @Test
  void moreUnorderedThreadsThanSlotsShareThoseOfEndedOnes() {
    for (int i = 0; i < Epoch.SLOTS + 10; i++) {
      ThreadClock brief = detector.spawn(main, "brief", 1);
      detector.end(brief);
    }
    writes(a);
    writes(b);
    assertRaces(1);
  }
}
