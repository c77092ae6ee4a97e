package dev.wasmrun.convention.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.wasmrun.crew.BlockedThread;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.module.GuestModule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The gallery's deadlock: two mutexes that guests lock in opposite order. */
@Timeout(120)
final class WorkerLockOrderTest {
  private static final String LEFT =
      "a notify at 0x400, where it expected 2; the i32 there is now 2";
  private static final String RIGHT =
      "a notify at 0x404, where it expected 2; the i32 there is now 2";

  static Stream<Arguments> modulesAndEngines() {
    return Stream.of("deadlock.wasm", "deadlock-c.wasm")
        .flatMap(name -> Stream.of(Engine.values()).map(engine -> Arguments.of(name, engine)));
  }

  @ParameterizedTest
  @MethodSource("modulesAndEngines")
  void threadsThatLockInOppositeOrderAreReportedWithTheMutexesTheyWaitFor(
      String name, Engine engine) throws InterruptedException {
    var ran = Ran.work(GuestModule.load(name), engine, 4);

    var deadlock = assertInstanceOf(Outcome.Deadlocked.class, ran.outcome());
    assertEquals(
        List.of(
            new BlockedThread(name + "#leader", "the end of " + name + "#0"),
            new BlockedThread(name + "#0", RIGHT),
            new BlockedThread(name + "#1", LEFT),
            new BlockedThread(name + "#2", LEFT),
            new BlockedThread(name + "#3", RIGHT)),
        deadlock.threads());
    assertEquals(List.of(), ran.printed);
  }

  @ParameterizedTest
  @MethodSource("modulesAndEngines")
  void aThreadAloneGetsBothMutexes(String name, Engine engine) throws InterruptedException {
    var ran = Ran.work(GuestModule.load(name), engine, 1, "7").finished();

    assertEquals("left 0\nright 14\n", String.join("", ran.printed));
  }
}
