package dev.wasmrun.check.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.check.Finding;
import dev.wasmrun.check.schedule.JavaThreads.Work;
import dev.wasmrun.memory.WaitResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
final class ExplorerTest {
  private static final int X = 0x100;
  private static final int Y = 0x200;
  private static final int A = 0x300;
  private static final int B = 0x400;
  private static final Settings PLAIN = settings(SwitchPoints.ALL, false);
  private static final Settings WEAK = settings(SwitchPoints.ALL, true);
  private static final Search ALL = new Search.All(1_000_000, true);
  private static final Search UNREDUCED = new Search.All(1_000_000, false);

  private static Settings settings(SwitchPoints points, boolean weak) {
    return new Settings(points, weak, 10_000, Duration.ofSeconds(60), 0, Optional.empty());
  }

  private static Exploration explore(Experiment experiment, Settings settings, Search search)
      throws InterruptedException {
    try (var runner = new ScheduleRunner(experiment, settings, RaceWatch.NOBODY)) {
      return new Explorer(runner, Optional.empty(), runs -> {}).explore(search);
    }
  }

  private static Work times(int count, Work work) {
    return (memory, output) -> {
      for (int i = 0; i < count; i++) {
        work.run(memory, output);
      }
    };
  }

  private static final Work ATOMIC = (memory, output) -> memory.getAndAddInt(X, 1);
  private static final Work RACY = (memory, output) -> memory.setInt(X, memory.getInt(X) + 1);

  // Counts known by hand. A thread's beginning is a step of its own.

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void twoThreadsOfNStepsHaveAsManySchedulesAsThereAreWaysToMergeThem(int n) throws Exception {
    Exploration all = explore(JavaThreads.of(times(n, ATOMIC), times(n, ATOMIC)), PLAIN, UNREDUCED);
    assertTrue(all.complete());
    assertEquals(binomial(2 * (n + 1), n + 1), all.runs());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void theReductionLeavesEveryOrderOfStepsThatDependOnEachOther(int n) throws Exception {
    Exploration all = explore(JavaThreads.of(times(n, ATOMIC), times(n, ATOMIC)), PLAIN, ALL);
    assertTrue(all.complete());
    assertEquals(binomial(2 * n, n), all.runs());
  }

  @Test
  void threeThreadsOfOneStepHaveSixOrders() throws Exception {
    assertEquals(6, explore(JavaThreads.of(ATOMIC, ATOMIC, ATOMIC), PLAIN, ALL).runs());
  }

  @Test
  void stepsThatDoNotDependOnEachOtherHaveOneOrder() throws Exception {
    Work other = (memory, output) -> memory.getAndAddInt(Y, 1);
    assertEquals(1, explore(JavaThreads.of(times(9, ATOMIC), times(9, other)), PLAIN, ALL).runs());
    Work reader = (memory, output) -> memory.getInt(X);
    assertEquals(1, explore(JavaThreads.of(times(9, reader), times(9, reader)), PLAIN, ALL).runs());
  }

  @Test
  void aWriterBesideAReaderOfNStepsHasOneOrderPerPlaceOfTheWrite() throws Exception {
    Work reader = times(6, (memory, output) -> memory.getIntVolatile(X));
    assertEquals(7, explore(JavaThreads.of(ATOMIC, reader), PLAIN, ALL).runs());
  }

  private static long binomial(int n, int k) {
    long result = 1;
    for (int i = 1; i <= k; i++) {
      result = result * (n - k + i) / i;
    }
    return result;
  }

  /** The results that all schedules have, with and without the reduction: they must be the same. */
  private static Set<String> results(Settings settings, JavaThreads threads, Work result)
      throws InterruptedException {
    Set<String> reduced = results(settings, threads, result, ALL);
    assertEquals(results(settings, threads, result, UNREDUCED), reduced);
    return reduced;
  }

  private static Set<String> results(
      Settings settings, JavaThreads threads, Work result, Search search)
      throws InterruptedException {
    var seen = new CopyOnWriteArrayList<String>();
    Exploration all =
        explore(
            threads.then(
                (memory, output) -> {
                  var lines = new ArrayList<String>();
                  result.run(memory, output);
                  lines.addAll(output.lines());
                  seen.add(String.join(" ", lines));
                }),
            settings,
            search);
    assertTrue(all.complete());
    assertEquals(Optional.empty(), all.failure());
    return new TreeSet<>(seen);
  }

  private static Work print(int... addresses) {
    return (memory, output) -> {
      for (int address : addresses) {
        output.printed(memory.getInt(address) + "\n");
      }
    };
  }

  private static Work store(int address) {
    return (memory, output) -> memory.setInt(address, 1);
  }

  private static Work load(int address, int into) {
    return (memory, output) -> memory.setInt(into, memory.getInt(address));
  }

  private static Work both(Work first, Work second) {
    return (memory, output) -> {
      first.run(memory, output);
      second.run(memory, output);
    };
  }

  private static final Work FENCE = (memory, output) -> memory.fence();

  @Test
  void sbIsSequentiallyConsistentWithoutStoreBuffers() throws Exception {
    var threads = JavaThreads.of(both(store(X), load(Y, A)), both(store(Y), load(X, B)));
    assertEquals(Set.of("0 1", "1 0", "1 1"), results(PLAIN, threads, print(A, B)));
  }

  @Test
  void sbShowsBothZerosWithStoreBuffers() throws Exception {
    var threads = JavaThreads.of(both(store(X), load(Y, A)), both(store(Y), load(X, B)));
    assertEquals(Set.of("0 0", "0 1", "1 0", "1 1"), results(WEAK, threads, print(A, B), ALL));
  }

  @Test
  void sbWithFencesIsSequentiallyConsistentAgain() throws Exception {
    var threads =
        JavaThreads.of(
            both(both(store(X), FENCE), load(Y, A)), both(both(store(Y), FENCE), load(X, B)));
    assertEquals(Set.of("0 1", "1 0", "1 1"), results(WEAK, threads, print(A, B), ALL));
  }

  @Test
  void mpKeepsTheOrderOfStoresAsBuffersAreQueues() throws Exception {
    var threads = JavaThreads.of(both(store(X), store(Y)), both(load(Y, A), load(X, B)));
    assertEquals(Set.of("0 0", "0 1", "1 1"), results(WEAK, threads, print(A, B), ALL));
  }

  @Test
  void lbNeverSeesWhatIsYetToBeStored() throws Exception {
    var threads = JavaThreads.of(both(load(X, A), store(Y)), both(load(Y, B), store(X)));
    assertEquals(Set.of("0 0", "0 1", "1 0"), results(WEAK, threads, print(A, B), ALL));
  }

  @Test
  void aThreadReadsItsOwnStoresBeforeOthersDo() throws Exception {
    Work writer =
        (memory, output) -> {
          memory.setInt(X, 1);
          memory.setByte(X, (byte) 2);
          memory.setInt(A, memory.getInt(X));
        };
    Work reader = load(X, B);
    assertEquals(
        Set.of("2 0", "2 1", "2 2"),
        results(WEAK, JavaThreads.of(writer, reader), print(A, B), ALL));
  }

  @Test
  void updatesAreLostInSomeSchedules() throws Exception {
    assertEquals(Set.of("1", "2"), results(PLAIN, JavaThreads.of(RACY, RACY), print(X)));
    assertEquals(Set.of("2"), results(PLAIN, JavaThreads.of(ATOMIC, ATOMIC), print(X)));
  }

  @Test
  void aNotifyBetweenTheCheckAndTheWaitIsMissed() throws Exception {
    Work careless =
        (memory, output) -> {
          if (memory.getIntVolatile(X) == 0) {
            memory.wait32(Y, 0, -1); // should wait on X, which the other changes
          }
        };
    Work waker =
        (memory, output) -> {
          memory.setIntVolatile(X, 1);
          memory.notify(Y, 1);
        };
    Exploration found = explore(JavaThreads.of(careless, waker), PLAIN, ALL);
    Exploration.Failure failure = found.failure().orElseThrow();
    assertEquals(Finding.Kind.DEADLOCK, failure.finding().kind());
    assertTrue(failure.finding().message().contains("java#0 waits for a notify at 0x200"));
    Work careful =
        (memory, output) -> {
          while (memory.getIntVolatile(X) == 0) {
            memory.wait32(X, 0, -1);
          }
        };
    Work notifier =
        (memory, output) -> {
          memory.setIntVolatile(X, 1);
          memory.notify(X, 1);
        };
    Exploration none = explore(JavaThreads.of(careful, notifier), PLAIN, ALL);
    assertTrue(none.complete());
    assertEquals(Optional.empty(), none.failure());
  }

  @Test
  void twoLocksInOppositeOrderDeadlock() throws Exception {
    Exploration found =
        explore(
            JavaThreads.of(
                both(both(lock(X), lock(Y)), both(unlock(Y), unlock(X))),
                both(both(lock(Y), lock(X)), both(unlock(X), unlock(Y)))),
            PLAIN,
            ALL);
    assertEquals(Finding.Kind.DEADLOCK, found.failure().orElseThrow().finding().kind());
    Exploration none =
        explore(
            JavaThreads.of(
                both(both(lock(X), lock(Y)), both(unlock(Y), unlock(X))),
                both(both(lock(X), lock(Y)), both(unlock(Y), unlock(X)))),
            PLAIN,
            ALL);
    assertTrue(none.complete());
    assertEquals(Optional.empty(), none.failure());
  }

  private static Work lock(int address) {
    return (memory, output) -> {
      while (memory.compareAndExchangeInt(address, 0, 1) != 0) {
        memory.wait32(address, 1, -1);
      }
    };
  }

  private static Work unlock(int address) {
    return (memory, output) -> {
      memory.setIntVolatile(address, 0);
      memory.notify(address, 1);
    };
  }

  @Test
  void dekkerExcludesUnlessStoresAreLate() throws Exception {
    // Each says that it wants to enter, and enters only if the other does not.
    Work one = enterUnlessOther(X, Y);
    Work two = enterUnlessOther(Y, X);
    assertEquals(Set.of("0", "1"), results(PLAIN, JavaThreads.of(one, two), print(A)));
    assertEquals(Set.of("0", "1", "2"), results(WEAK, JavaThreads.of(one, two), print(A), ALL));
  }

  private static Work enterUnlessOther(int mine, int others) {
    return (memory, output) -> {
      memory.setInt(mine, 1);
      if (memory.getInt(others) == 0) {
        memory.getAndAddInt(A, 1);
      }
    };
  }

  @Test
  void aTimedWaitIsWokenOrTimesOut() throws Exception {
    Work waiter =
        (memory, output) -> memory.setInt(A, 1 + memory.wait32(X, 0, 1_000_000_000_000L).code());
    Work notifier = (memory, output) -> memory.notify(X, 1);
    assertEquals(
        Set.of(1 + WaitResult.WOKEN.code() + "", 1 + WaitResult.TIMED_OUT.code() + ""),
        results(PLAIN, JavaThreads.of(waiter, notifier), print(A)));
  }

  @Test
  void waitersAreWokenInTheOrderOfArrival() throws Exception {
    Work waiter =
        (memory, output) -> {
          int arrival = memory.getAndAddInt(A, 1);
          memory.wait32(X, 0, -1);
          memory.setInt(B + 4 * arrival, memory.getAndAddInt(Y, 1));
        };
    Work conductor =
        (memory, output) -> {
          int woken = 0;
          while (woken < 2) {
            woken += memory.notify(X, 1);
          }
        };
    Exploration random =
        explore(JavaThreads.of(waiter, waiter, conductor), PLAIN, new Search.Random(300, 1));
    assertEquals(Optional.empty(), random.failure());
  }

  @Test
  void aThreadThatNeverSeesAnEndIsALivelock() throws Exception {
    Work spinning =
        (memory, output) -> {
          while (memory.getIntVolatile(X) == 0) {
            memory.getIntVolatile(Y);
          }
        };
    Exploration found = explore(JavaThreads.of(spinning), PLAIN, new Search.Random(1, 1));
    assertEquals(Finding.Kind.LIVELOCK, found.failure().orElseThrow().finding().kind());
  }

  @Test
  void aThreadThatSpinsForAnotherLetsItGoOn() throws Exception {
    Work spinning =
        (memory, output) -> {
          while (memory.getIntVolatile(X) == 0) {
            memory.getIntVolatile(Y);
          }
        };
    for (Search search :
        List.of(
            new Search.One(Schedule.NONE),
            new Search.Random(20, 1),
            new Search.Priorities(20, 1, 3))) {
      Exploration found = explore(JavaThreads.of(spinning, ATOMIC), PLAIN, search);
      assertEquals(Optional.empty(), found.failure(), search::toString);
    }
  }

  @Test
  void afterAFailureNoThreadTakesAStep() throws Exception {
    Work failing =
        (memory, output) -> {
          memory.getAndAddInt(X, 1);
          throw new IllegalStateException("on purpose");
        };
    Work printing = times(50, (memory, output) -> output.printed("a"));
    Exploration found = explore(JavaThreads.of(failing, printing), PLAIN, new Search.Random(1, 3));
    Exploration.Failure failure = found.failure().orElseThrow();
    assertEquals(Finding.Kind.FAILURE, failure.finding().kind());
    assertEquals(0, failure.schedule().choices().size());
  }

  @Test
  void theFailingScheduleIsShrunkToTheSwitchesItNeeds() throws Exception {
    Work check =
        (memory, output) -> {
          if (memory.getInt(X) != 20) {
            throw new IllegalStateException("lost " + (20 - memory.getInt(X)));
          }
        };
    for (Search search :
        List.of(new Search.Random(1000, 7), new Search.Priorities(1000, 7, 3), ALL)) {
      Exploration found =
          explore(JavaThreads.of(times(10, RACY), times(10, RACY)).then(check), PLAIN, search);
      Exploration.Failure failure = found.failure().orElseThrow();
      // Away between one's load and its store, and there is no need to come back by choice.
      assertTrue(failure.schedule().choices().size() <= 2, failure.schedule()::toString);
      Exploration again =
          explore(
              JavaThreads.of(times(10, RACY), times(10, RACY)).then(check),
              PLAIN,
              new Search.One(Schedule.parse(failure.schedule().toString())));
      assertEquals(failure.finding(), again.failure().orElseThrow().finding());
    }
  }

  @Test
  void aSeedIsASchedule() throws Exception {
    for (Search search : List.of(new Search.Random(1, 5), new Search.Priorities(1, 5, 4))) {
      var repeated = new java.util.HashSet<List<String>>();
      for (int i = 0; i < 100; i++) {
        repeated.add(order(search));
      }
      assertEquals(1, repeated.size());
    }
    var orders = new java.util.HashSet<List<String>>();
    for (long seed = 0; seed < 20; seed++) {
      orders.add(order(new Search.Random(1, seed)));
    }
    assertTrue(orders.size() > 10, () -> "only " + orders.size());
  }

  /** The order in which three threads take ten steps each under one schedule. */
  private static List<String> order(Search search) throws InterruptedException {
    var order = new CopyOnWriteArrayList<String>();
    Work work =
        times(
            10,
            (memory, output) -> {
              memory.getAndAddInt(X, 1);
              order.add(Thread.currentThread().getName());
            });
    explore(JavaThreads.of(work, work, work), PLAIN, search);
    // The search by priorities runs once to measure, before the run that counts.
    return List.copyOf(order.subList(order.size() - 30, order.size()));
  }

  @Test
  void thousandsOfRunsLeaveNoThreadBehind() throws Exception {
    Exploration many =
        explore(JavaThreads.of(times(3, ATOMIC), lock(Y)), PLAIN, new Search.Random(2000, 1));
    assertEquals(Optional.empty(), many.failure());
    assertEquals(2000, many.runs());
  }

  @Test
  void aProgramThatIsNoFunctionOfItsScheduleIsNoticed() {
    var runs = new java.util.concurrent.atomic.AtomicInteger();
    Work changing =
        (memory, output) -> {
          memory.getAndAddInt(runs.incrementAndGet() % 2 == 0 ? X : Y, 1);
        };
    var thrown =
        org.junit.jupiter.api.Assertions.assertThrows(
            IllegalStateException.class,
            () -> explore(JavaThreads.of(changing, ATOMIC), PLAIN, UNREDUCED));
    assertTrue(thrown.getMessage().contains("not a function of its schedule"));
  }

  @Test
  void plainAccessesAreNoStepsWhereOnlyAtomicsAre() throws Exception {
    Settings atomics = settings(SwitchPoints.ATOMICS, false);
    assertEquals(
        2, explore(JavaThreads.of(times(5, RACY), times(5, RACY)), atomics, UNREDUCED).runs());
  }
}
