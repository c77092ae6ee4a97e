package dev.wasmrun.convention.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.TrapCode;
import dev.wasmrun.module.GuestModule;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
final class HostImportsTest {
  private final GuestModule console = Fixtures.module("as-console");
  private final GuestModule assemblyScript = Fixtures.module("as-abort");
  private final GuestModule printing = Fixtures.module("host-print");

  @ParameterizedTest
  @EnumSource(Engine.class)
  void abortTrapsWithItsMessageAndPlace(Engine engine) throws Exception {
    var trap = Ran.work(assemblyScript, engine, 1).trapped().trap();
    assertEquals(TrapCode.ABORT, trap.code());
    assertEquals("abort: zero coins ✓ at mint.ts:42:7", trap.getMessage());
    assertEquals(List.of("env.abort", "work"), trap.backtrace());
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void abortWithoutStringsIsAnAbortToo(Engine engine) throws Exception {
    var trap = Ran.invoke(assemblyScript, engine, 1, "abort-without-strings").trapped().trap();
    assertEquals("abort: null at null:0:0", trap.getMessage());
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void abortWithBadStringsIsTheGuestsTrapAndNoFaultOfTheHost(Engine engine) throws Exception {
    var trap = Ran.invoke(assemblyScript, engine, 1, "abort-with-bad-strings").trapped().trap();
    assertEquals(TrapCode.OUT_OF_BOUNDS_MEMORY, trap.code());
    assertTrue(trap.backtrace().contains("abort-with-bad-strings"), trap.backtrace()::toString);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void traceIsANoticeAndNoResult(Engine engine) throws Exception {
    var ran = Ran.invoke(assemblyScript, engine, 1, "trace").finished();
    assertEquals(List.of("trace: zero coins ✓ 1.5, -2.0"), ran.notices);
    assertEquals(List.of(), ran.printed);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void seedsAreNeitherZeroNorTheSameForAllThreads(Engine engine) throws Exception {
    var ran = Ran.invoke(assemblyScript, engine, 4, "seed").finished();
    var seeds = ran.returned.stream().map(line -> line.substring(line.indexOf(' ') + 1)).toList();
    assertEquals(4, seeds.stream().distinct().count(), seeds::toString);
    seeds.forEach(seed -> assertTrue(Double.parseDouble(seed) >= 1, seed));
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void theConsolePrintsAndTells(Engine engine) throws Exception {
    var ran = Ran.work(console, engine, 1).finished();
    assertEquals(List.of("hi\n", "hi\n", "hi\n"), ran.printed);
    assertEquals(List.of("hi", "hi", "assertion failed: hi"), ran.notices);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void theConsoleTakesTimes(Engine engine) throws Exception {
    var ran = Ran.invoke(console, engine, 1, "times").finished();
    assertEquals(2, ran.printed.size());
    ran.printed.forEach(line -> assertTrue(line.matches("hi: \\d+\\.\\d{3}ms\n"), line));
    String none = "there is no time 'hi'; console.time begins one";
    assertEquals(List.of(none, none), ran.notices);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void clocksTellMilliseconds(Engine engine) throws Exception {
    long before = System.currentTimeMillis();
    String now = Ran.invoke(console, engine, 1, "now").finished().returned.get(0);
    double millis = Double.parseDouble(now.substring(now.indexOf(' ') + 1));
    assertTrue(millis >= before && millis <= System.currentTimeMillis() + 1, now);
    String[] elapsed =
        Ran.invoke(console, engine, 1, "elapsed").finished().returned.get(0).split(" ");
    double first = Double.parseDouble(elapsed[1].replace(",", ""));
    double second = Double.parseDouble(elapsed[2]);
    assertTrue(first >= 0 && second >= first && second < 1e9, () -> first + " " + second);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void processExitEndsTheRun(Engine engine) throws Exception {
    assertEquals(new Outcome.Exited(7), Ran.invoke(console, engine, 2, "exit", "7").outcome());
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void printTakesCharactersOfEveryLength(Engine engine) throws Exception {
    assertEquals(
        List.of("grüße ✓ 🪙\n", "grüße ✓ 🪙\n"), Ran.work(printing, engine, 2).finished().printed);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void printReplacesWhatIsNoUtf8(Engine engine) throws Exception {
    assertEquals(
        List.of("a\ufffd\ufffd(z"),
        Ran.invoke(printing, engine, 1, "invalid-utf8").finished().printed);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void printOfNothingAtTheEndOfTheMemoryIsAllowed(Engine engine) throws Exception {
    assertEquals(List.of(""), Ran.invoke(printing, engine, 1, "empty").finished().printed);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void printBeyondTheMemoryTraps(Engine engine) throws Exception {
    for (String export : List.of("out-of-bounds", "negative-length")) {
      var ran = Ran.invoke(printing, engine, 1, export);
      assertEquals(TrapCode.OUT_OF_BOUNDS_MEMORY, ran.trapped().trap().code());
      assertEquals(List.of("host.print", export), ran.trapped().trap().backtrace());
      assertEquals(List.of(), ran.printed);
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void printOfAModuleWithoutMemoryTraps(Engine engine) throws Exception {
    var ran = Ran.work(Fixtures.module("prints-nothing"), engine, 2);
    assertEquals(TrapCode.OUT_OF_BOUNDS_MEMORY, ran.trapped().trap().code());
  }
}
