package dev.wasmrun.convention.emscripten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.TrapCode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Programs that go on when main has returned, as they do under Node. */
@Timeout(120)
final class EventLoopTest {
  private static final Duration SHORT = Duration.ofMillis(500);

  private static ProgramRun program(String name) {
    return ProgramRun.of(Fixtures.module(name));
  }

  /** What Node prints of these. */
  @ParameterizedTest
  @CsvSource({
    "order, 5, 'main;first;second;third;last;handler'",
    "immediate, 5, 'again;first turn;again;again;handler'",
    "interval, 5, 'interval 1;interval 2;interval 3;handler'",
    "timeout-loop, 5, 'loop 1 later;loop 2 later;loop 3 later;handler'",
    "immediate-loop, 5, 'at once 1;at once 2;at once 3;handler'",
    "rate, 5, 'set: 1;mode 0, value 5;set: 0;blocker;frame, 1 left;frame, 0 left;handler'",
    "pause, 5, 'call 1;call 2;resumed;call 3;call 4;frame, 0 left;handler'",
    "exit, 3, 'exits;later;handler'",
    "exit-in-main, 6, 'later;handler'",
    "force, 4, 'is forced;handler'",
    "alarm, 5, 'signal 14;handler'",
    "live, 0, 'lives'",
  })
  void callsComeInOrderAndThenTheProgramEnds(String how, int code, String lines) throws Exception {
    for (Engine engine : Engine.values()) {
      ProgramRun.Result result = program("unthreaded-events").on(engine).run(how);
      assertEquals(code, result.exitCode(), result::toString);
      assertEquals(lines, String.join(";", result.out().split("\n")));
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void theMainLoopUsesTheStackThatMainHasLeft(Engine engine) throws Exception {
    ProgramRun.Result result = program("unthreaded-events").on(engine).run("frames");
    assertEquals(
        List.of("frame, 2 left", "frame, 1 left", "frame, 0 left", "handler"),
        result.out().lines().toList());
    assertEquals(0, result.exitCode(), result::toString);
  }

  @ParameterizedTest
  @CsvSource({"trap, UNREACHABLE", "two, ABORT"})
  void aTrapInACallEndsTheProgramWhateverIsLeft(String how, TrapCode code) throws Exception {
    ProgramRun.Result result = program("unthreaded-events").run(how);
    assertEquals(code, assertInstanceOf(Outcome.Trapped.class, result.outcome()).trap().code());
    assertEquals("", result.out());
  }

  @ParameterizedTest
  @CsvSource({"unthreaded-events, endless", "pthreads-events, waits"})
  void whoAwaitsATimerIsNotDeadlockedAndEndsInTime(String name, String how) throws Exception {
    ProgramRun.Result result = program(name).within(SHORT).run(how);
    assertInstanceOf(Outcome.TimedOut.class, result.outcome());
    assertEquals(List.of(), result.running());
  }

  @ParameterizedTest
  @CsvSource({"returns, 0", "exits, 0", "loops, 0", "ends-all, 7"})
  void threadsHaveEventsOfTheirOwn(String how, int code) throws Exception {
    for (Engine engine : Engine.values()) {
      ProgramRun.Result result = program("pthreads-events").on(engine).run(how);
      assertEquals("handler\n", result.out(), result::toString);
      assertEquals(code, result.exitCode(), result::toString);
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void whoAwaitsATimerDoesWhatAnotherThreadAsks(Engine engine) throws Exception {
    ProgramRun.Result result = program("pthreads-events").on(engine).run("asked");
    assertEquals("stopped\n", result.out(), result::toString);
    assertEquals(0, result.exitCode(), result::toString);
  }

  @Test
  void whoHasNoTimerLeftIsDeadlockedWithTheOthers() throws Exception {
    var outcome = program("pthreads-events").run("stuck").outcome();
    List<String> waits =
        assertInstanceOf(Outcome.Deadlocked.class, outcome).threads().stream()
            .map(blocked -> blocked.waitsFor())
            .toList();
    assertEquals("anything to do: it is idle", waits.get(0));
    assertTrue(waits.get(1).startsWith("a notify at"), waits::toString);
  }
}
