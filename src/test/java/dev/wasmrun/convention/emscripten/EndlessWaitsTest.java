package dev.wasmrun.convention.emscripten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.crew.BlockedThread;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.engine.Engine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The library cuts waits without a timeout into slices; which of them are for ever is seen. */
final class EndlessWaitsTest {
  private static final List<String> WAYS =
      List.of(
          "mutexes",
          "recursive",
          "condition",
          "semaphores",
          "barrier",
          "readers",
          "alone",
          "idle",
          "exits");

  static Stream<Arguments> stuckPrograms() {
    var cases = new ArrayList<Arguments>();
    for (String way : WAYS) {
      for (Engine engine : Engine.values()) {
        cases.add(Arguments.of("stuck", engine, way));
      }
      cases.add(Arguments.of("stuck-debug", Engine.COMPILER, way));
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("stuckPrograms")
  void threadsThatWaitForOneAnotherAreDeadlocked(String program, Engine engine, String way)
      throws Exception {
    ProgramRun.Result result = program(program).on(engine).run(way);
    var deadlock = assertInstanceOf(Outcome.Deadlocked.class, result.outcome(), way);
    int threads =
        switch (way) {
          case "alone" -> 1;
          case "mutexes", "recursive", "idle" -> 3;
          default -> 2;
        };
    assertEquals(threads, deadlock.threads().size(), deadlock::toString);
    assertEquals(List.of(), result.running());
  }

  @Test
  void everyThreadIsToldWithItsFunctionsAndWhatItWaitsFor() throws Exception {
    ProgramRun.Result result = program("stuck").run("recursive");
    var deadlock = assertInstanceOf(Outcome.Deadlocked.class, result.outcome());
    assertEquals(
        List.of("pthreads-stuck.wasm#main", "pthreads-stuck.wasm#1", "pthreads-stuck.wasm#2"),
        deadlock.threads().stream().map(BlockedThread::name).toList());
    String first = deadlock.threads().get(1).waitsFor();
    // The value is the id of the holder, the third thread, and the mark of a waiter.
    assertTrue(
        first.matches(
            "a notify at 0x[0-9a-f]+, where it expected (-[0-9]+); the i32 there is now \\1: a mutex that pthreads-stuck.wasm#2 holds"),
        first);
    assertTrue(
        deadlock.threads().get(2).waitsFor().endsWith("a mutex that pthreads-stuck.wasm#1 holds"),
        deadlock::toString);
    assertTrue(
        result
            .interruptedAt()
            .get("pthreads-stuck.wasm#1")
            .containsAll(List.of("__pthread_mutex_lock", "lock_left_then_right")),
        result::toString);
  }

  @Test
  void aNormalMutexDoesNotTellItsHolder() throws Exception {
    var deadlock =
        assertInstanceOf(Outcome.Deadlocked.class, program("stuck").run("mutexes").outcome());
    for (BlockedThread thread : deadlock.threads()) {
      assertTrue(
          thread.waitsFor().matches("a notify at 0x.*; the i32 there is now -?[0-9]+"),
          thread::toString);
    }
  }

  @Test
  void withoutTheWatchTheyWait() throws Exception {
    Duration limit = Duration.ofMillis(1500);
    assertEquals(
        new Outcome.TimedOut(limit),
        program("stuck").withoutDeadlockWatch(limit).run("mutexes").outcome());
  }

  @ParameterizedTest
  @CsvSource({
    "sleep, over",
    "condition, expired",
    "semaphore, expired",
    "mutex, expired",
    "join, expired",
    "futex, over",
    "after-long, expired"
  })
  void whoWaitsWithATimeoutGoesOn(String how, String end) throws Exception {
    var onMain = program("patient").on(Engine.COMPILER).run(how, "main");
    assertEquals(end + "\n", onMain.out(), onMain::toString);
    var onThread = program("patient").on(Engine.INTERPRETER).run(how, "thread");
    assertEquals(end + "\n", onThread.out(), onThread::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cancel", "proxied"})
  void whatIsAskedForBetweenSlicesIsDone(String how) throws Exception {
    ProgramRun.Result result = program("patient").run(how, "thread");
    assertEquals(how.equals("cancel") ? "over, cancelled\n" : "over\n", result.out());
    assertEquals(0, result.exitCode(), result::toString);
  }

  private static ProgramRun program(String name) {
    return ProgramRun.of(Fixtures.module("pthreads-" + name));
  }
}
