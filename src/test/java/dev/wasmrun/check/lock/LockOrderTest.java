package dev.wasmrun.check.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wasmrun.check.lock.Inversion.Step;
import dev.wasmrun.memory.UpdateKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which words are locks, and which orders of taking them can meet. */
final class LockOrderTest {
  private static final int LEFT = 64;
  private static final int RIGHT = 68;
  private static final int THIRD = 72;
  private static final int FLAG = 128;

  private static final List<Frame> TAKING =
      List.of(new Frame("take", true, 0), new Frame("work", false, 0));

  private LockOrder order = new LockOrder(Set.of());
  private Holder main = order.root("main");
  private Holder a = order.spawn(main, "a");
  private Holder b = order.spawn(main, "b");

  private void update(Holder thread, int address, long seen, long stored, UpdateKind kind) {
    order.update(
        thread, address, 4, seen, stored, kind, Taking.UNKNOWN, 1000 + address, () -> TAKING);
  }

  private void take(Holder thread, int address) {
    update(thread, address, 0, 1, UpdateKind.COMPARE_EXCHANGE);
  }

  private void give(Holder thread, int address) {
    update(thread, address, 1, 0, UpdateKind.EXCHANGE);
  }

  private void takeBoth(Holder thread, int first, int second) {
    take(thread, first);
    take(thread, second);
    give(thread, second);
    give(thread, first);
  }

  private void assertFound(int count) {
    assertEquals(count, order.inversions().size(), order.inversions()::toString);
  }

  @Test
  void oppositeOrdersAreFoundThoughTheyNeverMet() {
    takeBoth(a, LEFT, RIGHT);
    takeBoth(b, RIGHT, LEFT);
    assertEquals(
        List.of(
            new Inversion(
                List.of(
                    new Step("a", LEFT, 1000 + LEFT, TAKING, RIGHT, 1000 + RIGHT, TAKING),
                    new Step("b", RIGHT, 1000 + RIGHT, TAKING, LEFT, 1000 + LEFT, TAKING)))),
        order.inversions());
  }

  @Test
  void oneOrderIsFine() {
    takeBoth(a, LEFT, RIGHT);
    takeBoth(b, LEFT, RIGHT);
    assertFound(0);
  }

  @Test
  void locksTakenOneAfterTheOtherAreFine() {
    take(a, LEFT);
    give(a, LEFT);
    take(a, RIGHT);
    give(a, RIGHT);
    takeBoth(b, RIGHT, LEFT);
    assertFound(0);
  }

  @Test
  void oneThreadCannotDeadlockWithItself() {
    takeBoth(a, LEFT, RIGHT);
    takeBoth(a, RIGHT, LEFT);
    assertFound(0);
  }

  @Test
  void threeThreadsInACircleAreFound() {
    Holder c = order.spawn(main, "c");
    takeBoth(a, LEFT, RIGHT);
    takeBoth(b, RIGHT, THIRD);
    assertFound(0);
    takeBoth(c, THIRD, LEFT);
    assertFound(1);
    assertEquals(3, order.inversions().get(0).steps().size());
  }

  @Test
  void aLockAroundBothOrdersKeepsThemApart() {
    for (Holder thread : List.of(a, b)) {
      take(thread, THIRD);
      takeBoth(thread, thread == a ? LEFT : RIGHT, thread == a ? RIGHT : LEFT);
      give(thread, THIRD);
    }
    assertFound(0);
  }

  @Test
  void aStartAndAJoinKeepThemApart() {
    takeBoth(main, LEFT, RIGHT);
    Holder late = order.spawn(main, "late");
    takeBoth(late, RIGHT, LEFT);
    assertFound(0);
    takeBoth(b, RIGHT, LEFT); // started before
    assertFound(1);
  }

  @Test
  void aJoinedThreadCannotMeetWhoJoinedIt() {
    takeBoth(a, LEFT, RIGHT);
    order.end(a);
    order.join(b, a);
    takeBoth(b, RIGHT, LEFT);
    assertFound(0);
  }

  @Test
  void anAtomicFlagKeepsThemApart() {
    takeBoth(a, LEFT, RIGHT);
    order.store(a, FLAG, 4, 1);
    order.look(b, FLAG, 4);
    takeBoth(b, RIGHT, LEFT);
    assertFound(0);
  }

  /** As C's mutexes do: who finds one taken counts itself in, waits, and counts itself out. */
  private void waitFor(Holder thread, int address, Runnable meanwhile) {
    update(thread, address, 1, 1, UpdateKind.COMPARE_EXCHANGE);
    update(thread, FLAG, 0, 1, UpdateKind.ARITHMETIC);
    meanwhile.run();
    update(thread, FLAG, 1, 0, UpdateKind.ARITHMETIC);
    take(thread, address);
  }

  @Test
  void aCountOfThoseWhoWaitForALockDoesNotKeepThemApart() {
    takeBoth(a, LEFT, RIGHT);
    take(main, THIRD);
    waitFor(a, THIRD, () -> give(main, THIRD));
    waitFor(b, THIRD, () -> give(a, THIRD));
    takeBoth(b, RIGHT, LEFT);
    assertFound(1);
  }

  @Test
  void aLookAtALockThatNobodyHasGivenBackYetDoesNotKeepThemApart() {
    takeBoth(a, LEFT, RIGHT);
    take(a, THIRD);
    order.look(b, THIRD, 4);
    give(a, THIRD);
    take(b, THIRD);
    give(b, THIRD);
    takeBoth(b, RIGHT, LEFT);
    assertFound(1);
  }

  @Test
  void aWordThatIsTakenAndOnlyReadByOthersKeepsThemApart() {
    takeBoth(a, LEFT, RIGHT);
    take(a, THIRD); // a flag
    order.look(b, THIRD, 4);
    takeBoth(b, RIGHT, LEFT);
    assertFound(0);
  }

  @Test
  void theCountKeepsThemApartForWhoDoesNotWait() {
    takeBoth(a, LEFT, RIGHT);
    update(a, FLAG, 0, 1, UpdateKind.ARITHMETIC);
    update(b, FLAG, 1, 2, UpdateKind.ARITHMETIC);
    takeBoth(b, RIGHT, LEFT);
    assertFound(0);
  }

  @ParameterizedTest
  @MethodSource("meetings")
  void whatAThreadMeetsBetweenTwoAttemptsKeepsThemApart(Consumer<LockOrderTest> meeting) {
    takeBoth(a, LEFT, RIGHT);
    take(main, THIRD);
    update(b, THIRD, 1, 1, UpdateKind.COMPARE_EXCHANGE); // fails, and does something else
    meeting.accept(this);
    give(main, THIRD);
    take(b, THIRD);
    give(b, THIRD);
    takeBoth(b, RIGHT, LEFT);
    assertFound(0);
  }

  static Stream<Consumer<LockOrderTest>> meetings() {
    return Stream.of(
        test -> {
          test.order.end(test.a);
          test.order.join(test.b, test.a);
        },
        test -> {
          test.order.release(test.a, "mailbox");
          test.order.acquire(test.b, "mailbox");
        },
        test -> {
          test.order.notify(test.a, FLAG);
          test.order.woken(test.b, FLAG);
        },
        test -> {
          test.order.store(test.a, FLAG, 4, 1);
          test.order.look(test.b, FLAG, 4);
          test.take(test.b, 76); // another lock
          test.give(test.b, 76);
        });
  }

  @Test
  void aNotifyKeepsThemApart() {
    takeBoth(a, LEFT, RIGHT);
    order.notify(a, FLAG);
    order.woken(b, FLAG);
    takeBoth(b, RIGHT, LEFT);
    assertFound(0);
  }

  @Test
  void whatAPlainLoadOfAnAtomicWordOrdersIsKeptApart() {
    takeBoth(a, LEFT, RIGHT);
    order.store(a, FLAG, 4, 7);
    order.volatileLoad(b, FLAG, 4);
    takeBoth(b, RIGHT, LEFT);
    assertFound(0);
  }

  @Test
  void aPlainLoadOfALockOrdersNobody() {
    takeBoth(a, LEFT, RIGHT);
    order.volatileLoad(b, LEFT, 4);
    takeBoth(b, RIGHT, LEFT);
    assertFound(1);
  }

  @Test
  void whatTheHostOrdersIsKeptApart() {
    takeBoth(a, LEFT, RIGHT);
    order.release(a, "mailbox");
    order.acquire(b, "mailbox");
    takeBoth(b, RIGHT, LEFT);
    assertFound(0);
  }

  @Test
  void anotherLockTakenInBetweenDoesNotKeepThemApart() {
    take(a, THIRD);
    give(a, THIRD);
    takeBoth(a, LEFT, RIGHT);
    take(a, THIRD);
    give(a, THIRD);
    take(b, THIRD);
    give(b, THIRD);
    takeBoth(b, RIGHT, LEFT);
    assertFound(1);
  }

  @Test
  void aLaterRoundIsFoundThoughTheFirstWasOrdered() {
    takeBoth(a, LEFT, RIGHT);
    order.store(a, FLAG, 4, 1);
    order.look(b, FLAG, 4);
    takeBoth(b, RIGHT, LEFT);
    takeBoth(a, LEFT, RIGHT);
    assertFound(1);
  }

  @Test
  void theSameMistakeAtOtherAddressesIsToldOnce() {
    for (int i = 0; i < 5; i++) {
      takeBoth(a, LEFT, RIGHT);
      takeBoth(b, RIGHT, LEFT);
    }
    assertFound(1);
  }

  @Test
  void aContendedMutexWithThreeStatesIsALock() {
    for (Holder thread : List.of(a, b)) {
      int first = thread == a ? LEFT : RIGHT;
      int second = thread == a ? RIGHT : LEFT;
      Holder other = thread == a ? b : a;
      take(thread, first);
      update(other, first, 1, 2, UpdateKind.EXCHANGE); // marks it as contended
      update(other, first, 2, 2, UpdateKind.EXCHANGE);
      take(thread, second);
      give(thread, second);
      update(thread, first, 2, 0, UpdateKind.EXCHANGE);
    }
    assertFound(1);
  }

  @Test
  void aLockMayBeGivenBackByAStoreOrASubtraction() {
    for (Holder thread : List.of(a, b)) {
      int first = thread == a ? LEFT : RIGHT;
      int second = thread == a ? RIGHT : LEFT;
      update(thread, first, 0, 7, UpdateKind.EXCHANGE);
      update(thread, second, 0, 7, UpdateKind.EXCHANGE);
      order.store(thread, second, 4, 0);
      update(thread, first, 7, 0, UpdateKind.ARITHMETIC);
    }
    assertFound(1);
  }

  /** What is done to both words beforehand shows that they are no locks. */
  enum NoLock {
    COUNTER(UpdateKind.ARITHMETIC, UpdateKind.ARITHMETIC),
    COUNTER_BY_COMPARISON(UpdateKind.COMPARE_EXCHANGE, UpdateKind.COMPARE_EXCHANGE);

    private final UpdateKind up;
    private final UpdateKind down;

    NoLock(UpdateKind up, UpdateKind down) {
      this.up = up;
      this.down = down;
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCounterIsNoLock(NoLock counter) {
    update(main, LEFT, 0, 1, counter.up);
    update(main, LEFT, 1, 0, counter.down);
    takeBoth(a, LEFT, RIGHT);
    takeBoth(b, RIGHT, LEFT);
    assertFound(0);
  }

  @Test
  void aFlagThatAnotherThreadLowersIsNoLock() {
    take(a, LEFT);
    give(b, LEFT);
    takeBoth(a, LEFT, RIGHT);
    takeBoth(b, RIGHT, LEFT);
    assertFound(0);
  }

  @Test
  void theEvidenceMayComeLast() {
    takeBoth(a, LEFT, RIGHT);
    takeBoth(b, RIGHT, LEFT);
    assertFound(1);
    take(a, LEFT);
    order.store(b, LEFT, 4, 0);
    assertFound(0);
  }

  @Test
  void aSemaphoreThatBeginsAboveZeroIsNoLock() {
    order.store(main, LEFT, 4, 1);
    takeBoth(a, LEFT, RIGHT);
    takeBoth(b, RIGHT, LEFT);
    assertFound(0);
  }

  @Test
  void aWordThatWasNeverGivenBackIsNotKnownToBeALock() {
    take(a, LEFT);
    take(a, RIGHT);
    take(b, THIRD);
    assertFound(0);
  }

  @Test
  void aDeclaredWordIsALockHoweverItChanges() {
    order = new LockOrder(Set.of(LEFT, RIGHT));
    main = order.root("main");
    a = order.spawn(main, "a");
    b = order.spawn(main, "b");
    for (Holder thread : List.of(a, b)) {
      int first = thread == a ? LEFT : RIGHT;
      int second = thread == a ? RIGHT : LEFT;
      update(thread, first, 0, 1, UpdateKind.ARITHMETIC);
      update(thread, second, 0, 1, UpdateKind.ARITHMETIC);
      update(thread, second, 1, 0, UpdateKind.COMPARE_EXCHANGE);
      update(thread, first, 1, 0, UpdateKind.COMPARE_EXCHANGE);
    }
    assertFound(1);
  }

  @Test
  void philosophersAreFoundAtAnyTable() {
    int seats = 6;
    var philosophers = new ArrayList<Holder>();
    for (int i = 0; i < seats; i++) {
      philosophers.add(order.spawn(main, "philosopher " + i));
    }
    for (int i = 0; i < seats; i++) {
      takeBoth(philosophers.get(i), LEFT + 4 * i, LEFT + 4 * ((i + 1) % seats));
    }
    assertFound(1);
    assertEquals(
        seats,
        new HashSet<>(order.inversions().get(0).steps().stream().map(Step::thread).toList())
            .size());
  }

  @Test
  void fromWhereALockWasTakenIsKnownTheFirstTimesOnly() {
    for (int i = 0; i < 100; i++) {
      take(a, LEFT);
      give(a, LEFT);
    }
    takeBoth(a, LEFT, RIGHT);
    takeBoth(b, RIGHT, LEFT);
    List<Step> steps = order.inversions().get(0).steps();
    assertEquals(List.of(), steps.get(0).heldActive());
    assertEquals(TAKING, steps.get(0).takenActive());
    assertEquals(TAKING, steps.get(1).heldActive());
  }

  @Test
  void aThreadThatTakesALockAgainAndAgainHoldsItOnce() {
    for (int i = 0; i < 1000; i++) {
      take(a, LEFT);
      give(a, LEFT);
    }
    take(a, LEFT);
    assertEquals(1, a.held().size());
  }

  // Whether an edge's end waits.

  private static final List<Frame> WORKING = List.of(new Frame("work", true, 0));
  private static final List<Frame> LOCKING =
      List.of(new Frame("lock", true, 0), new Frame("work", true, 0));
  private static final List<Frame> ATTEMPTING =
      List.of(
          new Frame("cas", false, 0), new Frame("trylock", false, 0), new Frame("work", true, 0));
  private static final List<Frame> SPINNING =
      List.of(new Frame("cas", false, 0), new Frame("spin", true, 0), new Frame("work", true, 0));
  private static final List<Frame> UNKNOWN = List.of();

  private void takeBoth(
      Holder thread, int first, List<Frame> firstActive, int second, List<Frame> secondActive) {
    update(thread, first, firstActive);
    update(thread, second, secondActive);
    give(thread, second);
    give(thread, first);
  }

  private void update(Holder thread, int address, List<Frame> active) {
    order.update(
        thread, address, 4, 0, 1, UpdateKind.COMPARE_EXCHANGE, Taking.UNKNOWN, 500, () -> active);
  }

  @Test
  void anAttemptDoesNotWait() {
    takeBoth(a, LEFT, LOCKING, RIGHT, LOCKING);
    takeBoth(b, RIGHT, LOCKING, LEFT, ATTEMPTING);
    assertFound(0);
  }

  @Test
  void whatAnAttemptTookIsHeld() {
    takeBoth(a, LEFT, ATTEMPTING, RIGHT, LOCKING);
    takeBoth(b, RIGHT, ATTEMPTING, LEFT, LOCKING);
    assertFound(1);
  }

  @Test
  void anAttemptThatIsRepeatedWhereOneLocksDoesWait() {
    takeBoth(a, LEFT, LOCKING, RIGHT, SPINNING);
    takeBoth(b, RIGHT, LOCKING, LEFT, SPINNING);
    assertFound(1);
  }

  @Test
  void aLockWhoseCodeIsPartOfItsCallersDoesWait() {
    takeBoth(a, LEFT, WORKING, RIGHT, WORKING);
    takeBoth(b, RIGHT, WORKING, LEFT, WORKING);
    assertFound(1);
  }

  @Test
  void aLockWhoseCodeIsPartOfTheCallerOfAnotherDoesWait() {
    takeBoth(a, LEFT, LOCKING, RIGHT, WORKING);
    takeBoth(b, RIGHT, LOCKING, LEFT, WORKING);
    assertFound(1);
  }

  @Test
  void theSameCallsForBothLocksWait() {
    takeBoth(a, LEFT, ATTEMPTING, RIGHT, ATTEMPTING);
    takeBoth(b, RIGHT, ATTEMPTING, LEFT, ATTEMPTING);
    assertFound(1);
  }

  @ParameterizedTest
  @MethodSource("knownOrNot")
  void codeThatIsNotKnownWaits(List<Frame> first) {
    takeBoth(a, LEFT, first, RIGHT, UNKNOWN);
    takeBoth(b, RIGHT, first, LEFT, UNKNOWN);
    assertFound(1);
  }

  static Stream<List<Frame>> knownOrNot() {
    return Stream.of(LOCKING, UNKNOWN);
  }

  /** So often that nobody looks any more from where it is taken. */
  @Test
  void anAttemptIsSeenHoweverOftenTheOtherLockWasTaken() {
    for (int i = 0; i < 100; i++) {
      update(a, LEFT, LOCKING);
      give(a, LEFT);
      update(b, RIGHT, LOCKING);
      give(b, RIGHT);
    }
    takeBoth(a, LEFT, LOCKING, RIGHT, ATTEMPTING);
    takeBoth(b, RIGHT, LOCKING, LEFT, ATTEMPTING);
    assertFound(0);
  }
}
