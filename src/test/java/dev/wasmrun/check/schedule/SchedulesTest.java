package dev.wasmrun.check.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.check.CheckOptions;
import dev.wasmrun.check.Detectors;
import dev.wasmrun.check.Finding;
import dev.wasmrun.crew.RunObserver;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import dev.wasmrun.wasi.DirectoryGrant;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gallery under control: what is broken is found, what is correct is not blamed. */
@Timeout(300)
final class SchedulesTest {
  /** With the profile {@code matrix}, a long run. */
  private static final int RUNS = Boolean.getBoolean("wasmrun.matrix") ? 3000 : 60;

  private static Schedules schedules(String module, int threads, String args) {
    return Schedules.of(GuestModule.load(module)).threads(threads).args(args.split(" "));
  }

  @ParameterizedTest
  @CsvSource({
    "counter-racy.wasm, 2, 2",
    "counter-racy-c.wasm, 2, 2",
    "mutex-racy.wasm, 2, 3",
    "mutex-racy-c.wasm, 2, 3",
    "life-racy.wasm, 2, 8 8 2",
    "life-racy-c.wasm, 2, 8 8 2",
    "ring-buffer-racy.wasm, 2, 8",
    "ring-buffer-racy-c.wasm, 2, 8"
  })
  void aRaceShowsAsAWrongAnswer(String module, int threads, String args) throws Exception {
    for (Schedules search :
        List.of(
            schedules(module, threads, args).random(10_000),
            schedules(module, threads, args).random(10_000).engine(Engine.INTERPRETER),
            schedules(module, threads, args).priorities(10_000, 3))) {
      Exploration found = search.expectingSerialOutput().explore();
      Exploration.Failure failure = found.failure().orElseThrow();
      assertEquals(Finding.Kind.WRONG_ANSWER, failure.finding().kind());
      assertTrue(failure.schedule().choices().size() <= 10, failure.schedule()::toString);
    }
  }

  /** Compiling what is called first is no step of the guest's, and counts against no limit. */
  @Test
  void aFirstCallIsLikeEveryOther() throws Exception {
    byte[] module = GuestModuleBytes.withCustomSection("counter.wasm", "called first");
    Schedules schedules =
        Schedules.of(GuestModule.of("counter.wasm", module)).threads(2).args("2").random(1);
    Exploration first = schedules.explore();
    Exploration second = schedules.explore();
    assertEquals(Optional.empty(), first.failure());
    assertEquals(first.steps(), second.steps());
    assertEquals(first.switches(), second.switches());
    byte[] another = GuestModuleBytes.withCustomSection("counter.wasm", "called first, too");
    Exploration limited =
        Schedules.of(GuestModule.of("counter.wasm", another))
            .threads(2)
            .args("2")
            .random(1)
            .maxSteps((int) first.steps())
            .explore();
    assertEquals(Optional.empty(), limited.failure());
    assertEquals(first.steps(), limited.steps());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void aSearchThatWouldRunNothingIsRefused(int count) {
    Schedules schedules = schedules("counter-racy.wasm", 2, "2");
    for (Executable choice :
        List.<Executable>of(
            () -> schedules.random(count),
            () -> schedules.priorities(count, 3),
            () -> schedules.exhaustive(count))) {
      var refusal = assertThrows(IllegalArgumentException.class, choice);
      assertEquals("at least 1 schedule must be run, got " + count, refusal.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({"deadlock.wasm", "deadlock-c.wasm"})
  void aDeadlockIsFound(String module) throws Exception {
    for (Engine engine : Engine.values()) {
      Exploration found = schedules(module, 2, "1").engine(engine).random(10_000).explore();
      assertEquals(Finding.Kind.DEADLOCK, found.failure().orElseThrow().finding().kind());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "counter.wasm, 3, 3",
    "counter-c.wasm, 3, 3",
    "mutex.wasm, 2, 3",
    "mutex-c.wasm, 2, 3",
    "ring-buffer.wasm, 3, 4",
    "ring-buffer-c.wasm, 3, 4",
    "barrier.wasm, 3, 3",
    "barrier-c.wasm, 3, 3",
    "life.wasm, 2, 8 8 2",
    "life-c.wasm, 2, 8 8 2",
    "rwlock.wasm, 3, 2",
    "rwlock-c.wasm, 3, 2",
    "semaphore.wasm, 3, 2",
    "semaphore-c.wasm, 3, 2",
    "thread-pool.wasm, 2, 4",
    "thread-pool-c.wasm, 2, 4",
    "actors.wasm, 2, 2 2",
    "actors-c.wasm, 2, 2 2",
    "happycoin.wasm, 2, 3",
    "happycoin-c.wasm, 2, 3"
  })
  void aCorrectProgramIsNotBlamed(String module, int threads, String args) throws Exception {
    for (Engine engine : Engine.values()) {
      for (Schedules search :
          List.of(
              schedules(module, threads, args).random(RUNS),
              schedules(module, threads, args).priorities(RUNS, 3),
              schedules(module, threads, args).random(RUNS / 2).withStoreBuffers())) {
        search.engine(engine).expectingSerialOutput().assertAllSucceed();
      }
    }
  }

  @Test
  void theExampleOfTheManualIsATest() throws InterruptedException {
    Schedules.of(GuestModule.load("counter.wasm"))
        .threads(2)
        .args("3")
        .random(1000) // or .priorities(1000, 3), or .exhaustive(100_000)
        .seed(1)
        .expecting("i32 6", "i64 6")
        .assertAllSucceed();
  }

  @ParameterizedTest
  @CsvSource({"counter.wasm", "counter-c.wasm"})
  void noScheduleOfTheAtomicCounterLosesAnUpdate(String module) throws Exception {
    schedules(module, 2, "2").exhaustive(100_000).expecting("i32 4", "i64 4").assertAllSucceed();
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void bothEnginesRunTheSameSchedule(Engine engine) throws Exception {
    Exploration.Failure failure = lostUpdate(engine);
    Engine other = engine == Engine.COMPILER ? Engine.INTERPRETER : Engine.COMPILER;
    assertEquals(lostUpdate(other), failure);
    assertTrue(
        failure.interleaving().steps().stream()
            .anyMatch(
                step ->
                    step.what().equals("store 0x400 := 1")
                        && step.functions().equals(List.of("assembly/counter-racy/work"))),
        failure::toString);
  }

  /** Who waits for a timer waits for a time that the schedule lets pass. */
  @ParameterizedTest
  @ValueSource(strings = {"returns", "exits", "loops", "asked"})
  void timersComeInAnyOrderThatTheScheduleLeaves(String how) throws Exception {
    var schedules = Schedules.of(Fixtures.module("pthreads-events")).args(how).random(20).seed(1);
    schedules.assertAllSucceed();
    Exploration first = schedules.explore();
    Exploration second = schedules.explore();
    assertEquals(first.steps(), second.steps());
    assertEquals(first.switches(), second.switches());
  }

  @Test
  void posixThreadsAreSwitchedToo() throws Exception {
    Schedules.of(GuestModule.load("hello-threads.wasm")).random(30).assertAllSucceed();
    Schedules.of(GuestModule.load("happycoin-pthreads.wasm"))
        .threads(2)
        .args("20")
        .random(20)
        .expectingSerialOutput()
        .assertAllSucceed();
  }

  @Test
  void aReplayIsTheSameAHundredTimesWhateverElseRuns() throws Exception {
    Exploration.Failure failure =
        schedules("mutex-racy.wasm", 3, "2")
            .random(10_000)
            .expectingSerialOutput()
            .explore()
            .failure()
            .orElseThrow();
    var seen = new HashSet<String>();
    var load = new Load();
    try {
      for (int i = 0; i < 100; i++) {
        Exploration again =
            schedules("mutex-racy.wasm", 3, "2")
                .expectingSerialOutput()
                .replay(failure.schedule())
                .explore();
        seen.add(FailureText.of(again.failure().orElseThrow()));
      }
    } finally {
      load.stop();
    }
    assertEquals(1, seen.size());
  }

  @Test
  void aTestWithAScheduleOfAnotherProgramFails() throws Exception {
    Schedules stale = schedules("counter.wasm", 2, "2").replay(Schedule.parse("1.1>2 1.999>2"));
    var failure = assertThrows(AssertionError.class, stale::assertAllSucceed);
    assertTrue(failure.getMessage().endsWith("could not be made: 1.999>2"), failure::getMessage);
  }

  /** Threads that keep all processors busy. */
  private static final class Load {
    private final AtomicBoolean over = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();

    Load() {
      for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
        var thread =
            new Thread(
                () -> {
                  while (!over.get()) {
                    Thread.onSpinWait();
                  }
                });
        thread.setDaemon(true);
        thread.start();
        threads.add(thread);
      }
    }

    void stop() throws InterruptedException {
      over.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  private static Exploration.Failure lostUpdate(Engine engine) throws InterruptedException {
    return schedules("counter-racy.wasm", 2, "2")
        .engine(engine)
        .random(100)
        .expectingSerialOutput()
        .explore()
        .failure()
        .orElseThrow();
  }

  @Test
  void aDataRaceIsAFailureWhereItIsForbidden() throws Exception {
    Exploration found =
        schedules("counter-racy.wasm", 2, "1").random(10).forbiddingRaces().explore();
    assertEquals(Finding.Kind.RACE, found.failure().orElseThrow().finding().kind());
    schedules("counter.wasm", 2, "2").random(50).forbiddingRaces().assertAllSucceed();
  }

  /** The thread that explores meets every run, and lives on. */
  @Test
  void nothingIsLeftOfTheDetectorsOfRunsThatAreOver() throws Exception {
    GuestModule module = Fixtures.module("pthreads-check-cases");
    var observers = new ArrayList<WeakReference<RunObserver>>();
    Schedules.of(module)
        .args("fork-and-join")
        .random(5)
        .watchingForRaces(
            () -> {
              var made = new Detectors(CheckOptions.of(module));
              observers.add(new WeakReference<>(made.observer()));
              return RaceWatch.of(made);
            })
        .assertAllSucceed();
    assertTrue(observers.size() >= 5, observers::toString);
    long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (observers.stream().anyMatch(made -> made.get() != null)) {
      assertTrue(System.nanoTime() - deadline < 0, "observers are kept");
      System.gc();
    }
  }

  @Test
  void theAssertionSaysHowToReproduceIt() {
    var error =
        assertThrows(
            AssertionError.class,
            () ->
                schedules("counter-racy.wasm", 2, "1")
                    .random(1000)
                    .expecting("expected 2", "counted 2", "lost 0")
                    .assertAllSucceed());
    List<String> lines = error.getMessage().lines().toList();
    assertEquals("wrong answer: line 2: expected counted 2, got counted 1", lines.get(0));
    assertTrue(lines.get(1).matches("run (\\d+), seed \\1"), error::getMessage);
    assertTrue(lines.get(2).matches("schedule of .*: \\d+\\.\\d+.*>\\d+"), error::getMessage);
  }

  @Test
  void anExhaustiveSearchThatIsCutShortDoesNotSucceed() {
    var error =
        assertThrows(
            AssertionError.class,
            () -> schedules("counter.wasm", 2, "2").exhaustive(3).assertAllSucceed());
    assertTrue(error.getMessage().contains("there are more schedules"), error::getMessage);
  }

  @Test
  void wrongArgumentsAreNotTheSchedulesFault() {
    assertThrows(
        UsageException.class, () -> schedules("counter.wasm", 2, "many").random(1).explore());
  }

  @Test
  void aTrapIsFoundWithTheThreadAndItsMessage() throws Exception {
    Exploration found = schedules("counter.wasm", 2, "-1").random(10).explore();
    Finding finding = found.failure().orElseThrow().finding();
    assertEquals(Finding.Kind.TRAP, finding.kind());
    assertTrue(finding.message().startsWith("counter.wasm#leader trapped: "), finding::message);
    assertEquals(Optional.of(1), Optional.of(found.runs()));
  }

  @Test
  void hostFunctionsAreProvided() throws Exception {
    var price =
        HostFunction.ofNumbers(
            "shop",
            "price",
            new Signature(List.of(ValueType.I32), List.of(ValueType.F64)),
            (caller, args) -> List.of(2.0));
    Schedules.of(Fixtures.module("prices"))
        .hostFunctions(price)
        .threads(2)
        .invoke("total")
        .args("3")
        .random(20)
        .expecting("0: 6.0", "1: 6.0")
        .assertAllSucceed();
  }

  @Test
  void theLimitOfThreadsHolds() throws Exception {
    Exploration found =
        Schedules.of(Fixtures.module("wasi-threads-limit")).maxThreads(3).random(1).explore();
    assertEquals("exit code 3", found.failure().orElseThrow().finding().message());
  }

  @Test
  void whatWouldMakeRunsDifferIsRefused(@TempDir Path directory) {
    Schedules schedules = schedules("counter.wasm", 2, "2").directory(directory, "/");
    assertEquals(
        "a run under a chosen schedule has nothing to do with the outside, so that each begins"
            + " alike; leave out directory",
        assertThrows(IllegalArgumentException.class, schedules::explore).getMessage());
  }

  @Test
  void othersMayGetOnBeforeAnExit() throws Exception {
    Exploration found =
        Schedules.of(Fixtures.module("pthreads-check-cases"))
            .args("exits-first")
            .mixed(500)
            .explore();
    assertEquals(Finding.Kind.TRAP, found.failure().orElseThrow().finding().kind());
  }

  @ParameterizedTest
  @CsvSource({"file-read, 'first,first'", "file-written, 'read only,kept,first'"})
  void aDirectoryIsReadAndStaysAsItIs(String program, String lines, @TempDir Path directory)
      throws Exception {
    Path words = Files.writeString(directory.resolve("words"), "first second");
    Schedules.of(Fixtures.module("pthreads-check-cases"))
        .args(program)
        .directory(new DirectoryGrant(directory, "/data").forReading())
        .switchingAt(SwitchPoints.ATOMICS)
        .replay(Schedule.NONE)
        .expecting(lines.split(","))
        .assertAllSucceed();
    assertEquals("first second", Files.readString(words));
  }

  @Test
  void theMemoryCanBePreparedAndLookedAtInEachRun() throws Exception {
    var seen = new ArrayList<Integer>();
    schedules("counter.wasm", 2, "2")
        .atStart(memory -> memory.setInt(0x8000, 7))
        .atEnd(memory -> seen.add(memory.getInt(0x8000)))
        .random(3)
        .assertAllSucceed();
    assertEquals(List.of(7, 7, 7, 7), seen, "three, and one that shows where threads meet");
  }
}
