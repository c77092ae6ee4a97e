package dev.wasmrun.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.check.schedule.Exploration;
import dev.wasmrun.check.schedule.RaceWatch;
import dev.wasmrun.check.schedule.Schedule;
import dev.wasmrun.check.schedule.Schedules;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.run.ModuleRun;
import dev.wasmrun.run.RunConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one ordinary run shows of many small programs whose verdict is known. */
@Timeout(120)
final class CheckCasesTest {
  private static final String C = "pthreads-check-cases";
  private static final String CXX = "pthreads-check-cases-cxx";

  /** The programs of a module, each a line of its name and what is wrong with it. */
  private static Stream<Arguments> programs() {
    return Stream.of(C, CXX)
        .flatMap(
            module ->
                run(Fixtures.module(module), List.of())
                    .run()
                    .output()
                    .lines()
                    .map(line -> line.split(" "))
                    .map(words -> Arguments.of(module, words[0], words[1])));
  }

  private static Check.Result run(GuestModule module, List<String> args) {
    try {
      return Check.of(module).args(args.toArray(String[]::new)).run();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void aProgramIsJudgedAsItIs(String module, String program, String verdict) {
    Check.Result result = run(Fixtures.module(module), List.of(program));
    Findings found = result.findings();
    String all = "%s: %s %s".formatted(program, result.run().outcome(), found);
    switch (verdict) {
      case "race" -> assertTrue(!found.races().isEmpty(), all);
      case "memory" -> assertTrue(!found.memoryErrors().isEmpty(), all);
      case "locks" -> assertTrue(tellsOfLocks(result), all);
      default -> assertTrue(found.isEmpty(), all);
    }
  }

  /** Whether a thread has ended by the time it is joined is for the scheduler to say. */
  @Test
  void locksOfThreadsThatWereJoinedAreNeverACircle() {
    for (int i = 0; i < 200; i++) {
      Check.Result result = run(Fixtures.module(C), List.of("lock-circle-of-three"));
      assertTrue(result.findings().isEmpty(), result.findings()::toString);
    }
  }

  @Test
  void aCircleThatOnlyLocksOrderIsToldEveryTime() {
    GuestModule module = Fixtures.module("pthreads-attempts");
    for (int i = 0; i < 100; i++) {
      assertTrue(!run(module, List.of("held")).findings().lockOrders().isEmpty());
    }
  }

  @Test
  void aBlockThatIsUsedAfterItWasFreedIsToldWithBoth() {
    MemoryReport report =
        run(Fixtures.module(C), List.of("use-after-free")).findings().memoryErrors().get(0);
    assertEquals(Finding.Kind.USE_AFTER_FREE, report.kind());
    assertEquals(4000, report.block().orElseThrow().size());
    List<String> lines = report.finding().lines();
    assertTrue(lines.get(0).startsWith("use after free at 0x"), lines::toString);
    assertTrue(lines.stream().anyMatch(line -> line.contains("was allocated by")), lines::toString);
    assertTrue(lines.stream().anyMatch(line -> line.contains("and freed by")), lines::toString);
  }

  @Test
  void whatTheLibraryDoesInsideTheProgramIsNoRaceOfTheProgram() {
    for (int i = 0; i < 5; i++) {
      Findings found = run(Fixtures.module("pthreads-quick-sort"), List.of()).findings();
      assertTrue(found.isEmpty(), found::toString);
    }
  }

  @Test
  void aLockThatAnotherThreadHoldsIsToldWithThatThread() {
    MisuseReport report =
        run(Fixtures.module(C), List.of("gives-back-anothers")).findings().lockMisuses().get(0);
    assertTrue(report.holder().orElseThrow().endsWith("#1"), report::toString);
    List<String> lines = report.finding().lines();
    assertTrue(lines.get(1).contains("gives back the lock at 0x"), lines::toString);
    assertTrue(
        lines.stream().anyMatch(line -> line.contains("gives_back_anothers")), lines::toString);
  }

  private static boolean tellsOfLocks(Check.Result result) {
    return !result.findings().lockOrders().isEmpty()
        || !result.findings().lockMisuses().isEmpty()
        || result.run().outcome() instanceof Outcome.Deadlocked;
  }

  @ParameterizedTest
  @ValueSource(strings = {"as-check-cases", "check-cases"})
  void aProgramOfTwoWorkersIsJudgedAsItIs(String module) throws Exception {
    List<String> programs = programsOfWorkers(module);
    assertEquals(0, programs.size() % 2, programs::toString);
    for (int i = 0; i < programs.size(); i++) {
      Check.Result result =
          Check.of(Fixtures.module(module)).threads(2).args(Integer.toString(i + 1)).run();
      Findings found = result.findings();
      String all = "%s: %s %s".formatted(programs.get(i), result.run().outcome(), found);
      switch (programs.get(i).split(" ")[1]) {
        case "race" -> assertTrue(!found.races().isEmpty(), all);
        case "locks" -> assertTrue(tellsOfLocks(result), all);
        case "right" -> assertTrue(found.isEmpty() && result.run().succeeded(), all);
        default -> assertEquals("schedule", programs.get(i).split(" ")[1]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"as-check-cases", "check-cases"})
  void schedulesTellAllThatIsWrongAndNothingElse(String module) throws Exception {
    List<String> programs = programsOfWorkers(module);
    for (int i = 0; i < programs.size(); i++) {
      boolean right = programs.get(i).endsWith(" right");
      Exploration explored =
          Schedules.of(Fixtures.module(module))
              .args(Integer.toString(i + 1))
              .mixed(right ? 100 : 5000)
              .forbiddingRaces()
              .explore();
      assertEquals(right, explored.failure().isEmpty(), programs.get(i) + ": " + explored);
    }
  }

  /** The programs of a module, the first of which has number 1, each with its verdict. */
  private static List<String> programsOfWorkers(String module) throws InterruptedException {
    return ModuleRun.of(Fixtures.module(module), RunConfig.builder().args("0").build().onThreads(2))
        .run()
        .output()
        .lines()
        .toList();
  }

  /** One thread after another, so that the allocator's lock lies between them. */
  @Test
  void whatOnlyALockOfTheAllocatorOrdersIsKnownAsThat() throws Exception {
    GuestModule module = Fixtures.module(C);
    var seen = new ArrayList<RaceReport>();
    for (String program : List.of("allocator-between", "counter")) {
      var detectors = new Detectors(CheckOptions.of(module));
      Schedules.of(module)
          .args(program)
          .watchingForRaces(() -> RaceWatch.of(detectors))
          .replay(Schedule.parse("-"))
          .explore();
      seen.addAll(detectors.races());
    }
    assertEquals(
        List.of(true, false), seen.stream().map(RaceReport::orderedByLibrary).distinct().toList());
  }

  @Test
  void whatIsBelievedIsToldIfAsked() throws Exception {
    Check.Result strict = Check.of(Fixtures.module(C)).args("streams").strict().run();
    assertTrue(!strict.findings().races().isEmpty(), "stdio was believed though strict");
  }

  @Test
  void aWordReadAndWrittenInTwoCriticalSectionsIsHintedAt() throws Exception {
    List<String> hints = hints("look-then-act");
    assertEquals(1, hints.size(), hints::toString);
    assertTrue(
        hints.get(0).matches("hint: thread .* reads 0x.* in get .* and writes it in set .*"),
        hints::toString);
    assertEquals(List.of(), hints("look-again"));
    assertEquals(List.of(), hints("one-lock"));
  }

  private static List<String> hints(String program) throws InterruptedException {
    GuestModule module = Fixtures.module(C);
    var detectors = new Detectors(CheckOptions.of(module).hinting(true));
    ModuleRun.of(module, RunConfig.builder().args(program).build().observedBy(detectors.observer()))
        .run();
    return detectors.hints();
  }

  @ParameterizedTest
  @ValueSource(strings = {"counter", "long-counter", "counter-of-many"})
  void howLongThreadsLiveDoesNotMatter(String program) {
    for (int i = 0; i < 10; i++) {
      assertTrue(!run(Fixtures.module(C), List.of(program)).findings().races().isEmpty(), program);
    }
  }
}
