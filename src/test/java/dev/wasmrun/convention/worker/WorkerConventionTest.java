package dev.wasmrun.convention.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.crew.BlockedThread;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.guest.TrapCode;
import dev.wasmrun.module.GuestModule;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a module sees of the convention, and what of the module the host lets the user see. */
@Timeout(180)
final class WorkerConventionTest {

  @ParameterizedTest
  @EnumSource(Engine.class)
  void setupPrecedesAllWorkAndFinishFollowsIt(Engine engine) throws Exception {
    var ran = Ran.work(Fixtures.module("phases"), engine, 3, "7", "-1").finished();
    assertEquals(List.of(1003L, 7L, -1L), ran.emitted.subList(0, 3));
    var work = ran.emitted.subList(3, 12);
    for (long call : List.of(2003L, 2013L, 2023L)) {
      assertEquals(1, Collections.frequency(work, call), work::toString);
    }
    assertEquals(3, Collections.frequency(work, 7L), work::toString);
    assertEquals(3, Collections.frequency(work, -1L), work::toString);
    assertEquals(List.of(3003L, 7L, -1L), ran.emitted.subList(12, 15));
    assertEquals(15, ran.emitted.size());
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void missingArgumentsAreZero(Engine engine) throws Exception {
    var ran = Ran.work(Fixtures.module("phases"), engine, 1, "0xff").finished();
    assertEquals(List.of(1001L, 255L, 0L, 2001L, 255L, 0L, 3001L, 255L, 0L), ran.emitted);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void activeDataIsWrittenOnceForTheMemory(Engine engine) throws Exception {
    var ran = Ran.work(Fixtures.module("data-once"), engine, 8).finished();
    assertEquals(Collections.nCopies(8, 2L), ran.emitted);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void theStartFunctionRunsOnceForTheMemory(Engine engine) throws Exception {
    var ran = Ran.work(Fixtures.module("start-counts"), engine, 8).finished();
    assertEquals(Collections.nCopies(9, 1L), ran.emitted);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aDroppedSegmentIsDroppedForOneInstanceOnly(Engine engine) throws Exception {
    GuestModule module = Fixtures.module("passive-drop");
    assertEquals(Collections.nCopies(8, 42L), Ran.work(module, engine, 8).finished().emitted);
    var trapped = Ran.invoke(module, engine, 1, "copy-after-drop").trapped();
    assertEquals(TrapCode.OUT_OF_BOUNDS_MEMORY, trapped.trap().code());
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void theMemoryMayHaveAnyName(Engine engine) throws Exception {
    var ran = Ran.work(Fixtures.module("odd-memory-name"), engine, 5).finished();
    assertEquals(List.of(5L), ran.emitted);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void addressesMayHave64Bits(Engine engine) throws Exception {
    assertEquals(List.of(28L), Ran.work(Fixtures.module("memory64"), engine, 8).finished().emitted);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aMemoryMayGrowTo4GiB(Engine engine) throws Exception {
    GuestModule module = Fixtures.module("memory-maximum-65536");
    assertEquals(List.of("0: 1"), Ran.invoke(module, engine, 1, "size").finished().returned);
    assertEquals(
        List.of("0: -1"), Ran.invoke(module, engine, 1, "grow", "65536").finished().returned);
    assertEquals(
        List.of("0: 1"), Ran.invoke(module, engine, 1, "grow", "65535").finished().returned);
    assertEquals(List.of("0: 1"), Ran.invoke(module, engine, 1, "grow", "5").finished().returned);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void growthStopsAtTheLimitOfTheRun(Engine engine) throws Exception {
    var twoPages = new MemoryLimit(2 * 65536);
    for (var expected : List.of(List.of("1", "0: 1"), List.of("2", "0: -1"))) {
      var ran =
          Ran.run(
              Fixtures.module("memory-maximum-65536"),
              engine,
              1,
              Optional.of("grow"),
              twoPages,
              true,
              Duration.ofMinutes(1),
              expected.get(0));
      assertEquals(List.of(expected.get(1)), ran.finished().returned);
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aMemoryOfItsOwnIsOneForEachThreadAndTheUserIsTold(Engine engine) throws Exception {
    for (String name : List.of("own-memory", "own-unshared-memory")) {
      GuestModule module = Fixtures.module(name);
      var three = Ran.invoke(module, engine, 3, "increment").finished();
      assertEquals(List.of("0: 1", "1: 1", "2: 1"), three.returned);
      assertEquals(
          List.of(
              name
                  + ".wasm defines its memory rather than importing one;"
                  + " each of the 3 threads has its own (--share-memory shares it)"),
          three.notices);
      var one = Ran.invoke(module, engine, 1, "increment").finished();
      assertEquals(List.of("0: 1"), one.returned);
      assertEquals(List.of(), one.notices);
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void anImportedMemoryThatIsNotSharedIsOneForEachThread(Engine engine) throws Exception {
    GuestModule module = Fixtures.module("unshared-import");
    var ran = Ran.work(module, engine, 2).finished();
    assertEquals(List.of(1L, 1L), ran.emitted);
    assertEquals(
        List.of(
            "unshared-import.wasm imports a memory that is not shared;"
                + " each of the 2 threads has its own (--share-memory shares it)"),
        ran.notices);
    assertEquals(List.of(), Ran.work(module, engine, 1).finished().notices);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void invokedExportsGetTheNumbersThatPlaceholdersStandFor(Engine engine) throws Exception {
    GuestModule module = Fixtures.module("no-work");
    assertEquals(
        List.of("0: 0", "1: 1", "2: 2", "3: 3"),
        Ran.invoke(module, engine, 4, "i64", "{thread}").finished().returned);
    assertEquals(
        List.of("0: 2", "1: 2"),
        Ran.invoke(module, engine, 2, "i32", "{threads}").finished().returned);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void invokedExportsTakeAndReturnEveryType(Engine engine) throws Exception {
    GuestModule module = Fixtures.module("no-work");
    assertEquals(
        List.of("0: 4.75"),
        Ran.invoke(module, engine, 1, "foo", "-1", "0x2", "0.5", "3.25").finished().returned);
    assertEquals(
        List.of("0: -1 -2 0.5 1.0E300"),
        Ran.invoke(Fixtures.module("multi-value"), engine, 1, "all-types").finished().returned);
    assertEquals(List.of("0: "), Ran.invoke(module, engine, 1, "nothing").finished().returned);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aTrapInOneOfFourEndsTheOthersThatLoop(Engine engine) throws Exception {
    var trapped = Ran.work(Fixtures.module("trap-one-of-four"), engine, 4).trapped();
    assertEquals("trap-one-of-four.wasm#2", trapped.thread());
    assertEquals(TrapCode.INTEGER_DIVIDE_BY_ZERO, trapped.trap().code());
    assertEquals(List.of("divide", "middle", "work"), trapped.trap().backtrace());
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aTrapEndsWorkersThatWaitWithoutATimeout(Engine engine) throws Exception {
    var trapped = Ran.work(Fixtures.module("wait-and-trap"), engine, 8).trapped();
    assertEquals("wait-and-trap.wasm#0", trapped.thread());
    assertEquals(TrapCode.UNREACHABLE, trapped.trap().code());
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aTimeLimitEndsWorkersThatWaitOrLoop(Engine engine) throws Exception {
    var limit = Duration.ofMillis(50);
    for (String name : List.of("wait-forever", "busy-loop")) {
      var ran =
          Ran.run(
              Fixtures.module(name), engine, 4, Optional.empty(), MemoryLimit.NONE, false, limit);
      assertEquals(new Outcome.TimedOut(limit), ran.outcome());
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void workersThatAllWaitForANotifyAreDeadlockedUnlessNobodyLooks(Engine engine) throws Exception {
    var outcome = Ran.work(Fixtures.module("wait-forever"), engine, 2).outcome();
    if (!(outcome instanceof Outcome.Deadlocked deadlocked)) {
      throw new AssertionError("not deadlocked: " + outcome);
    }
    assertEquals(
        List.of("wait-forever.wasm#leader", "wait-forever.wasm#0", "wait-forever.wasm#1"),
        deadlocked.threads().stream().map(BlockedThread::name).toList());
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aTrapOnTheLeaderIsTheRunsOutcomeInEveryPhase(Engine engine) throws Exception {
    assertLeaderTraps(engine, "trap-in-start", TrapCode.UNREACHABLE, List.of("begin"));
    assertLeaderTraps(engine, "trap-in-setup", TrapCode.UNREACHABLE, List.of("setup"));
    assertLeaderTraps(engine, "trap-in-finish", TrapCode.OUT_OF_BOUNDS_MEMORY, List.of("finish"));
    assertLeaderTraps(engine, "data-out-of-bounds", TrapCode.OUT_OF_BOUNDS_MEMORY, List.of());
  }

  private static void assertLeaderTraps(
      Engine engine, String name, TrapCode code, List<String> backtrace) throws Exception {
    var trapped = Ran.work(Fixtures.module(name), engine, 2).trapped();
    assertEquals(name + ".wasm#leader", trapped.thread());
    assertEquals(code, trapped.trap().code(), name);
    assertEquals(backtrace, trapped.trap().backtrace(), name);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void everyWorkersOwnTrapIsATrap(Engine engine) throws Exception {
    assertEquals(TrapCode.UNREACHABLE, codeOf("unreachable", engine));
    assertEquals(TrapCode.OUT_OF_BOUNDS_MEMORY, codeOf("out-of-bounds", engine));
    assertEquals(TrapCode.CALL_STACK_EXHAUSTED, codeOf("recursion", engine));
  }

  private static TrapCode codeOf(String name, Engine engine) throws Exception {
    return Ran.work(Fixtures.module(name), engine, 4).trapped().trap().code();
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void stacksThroughTheStackPointerDoNotOverlap(Engine engine) throws Exception {
    for (int threads : engine == Engine.COMPILER ? List.of(1, 2, 7, 32) : List.of(3)) {
      // A worker traps when it reads another's number in its frame.
      var ran = Ran.work(Fixtures.module("exports-stack-pointer"), engine, threads).finished();
      assertEquals(threads, new HashSet<>(ran.emitted).size(), ran.emitted::toString);
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void theStacksOfCompiledCodeDoNotOverlap(Engine engine) throws Exception {
    GuestModule module = GuestModule.load("happycoin-c.wasm");
    var one = Ran.work(module, engine, 1, "20000", "2074").finished();
    var many = Ran.work(module, engine, 32, "20000", "2074").finished();
    assertTrue(one.emitted.size() > 0);
    assertEquals(one.emitted, many.emitted);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void everyWorkerHasItsThreadLocalVariablesAboveItsStack(Engine engine) throws Exception {
    int threads = 15;
    long share = 1048576 / (threads + 1);
    // A worker traps when it reads another's number in its variable or in its frame.
    var ran = Ran.work(Fixtures.module("thread-local"), engine, threads).finished();
    var blocks = ran.emitted.stream().filter(address -> address % 32 == 0).toList();
    var frames = ran.emitted.stream().filter(address -> address % 32 == 16).toList();
    var shares = LongStream.range(0, threads).boxed().collect(Collectors.toSet());
    assertEquals(threads, blocks.size());
    assertEquals(shares, blocks.stream().map(block -> block / share).collect(Collectors.toSet()));
    assertEquals(
        shares, blocks.stream().map(block -> (block + 39) / share).collect(Collectors.toSet()));
    assertEquals(
        new HashSet<>(frames),
        blocks.stream().map(block -> block - 16).collect(Collectors.toSet()));
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aStackThatCannotBeSetServesOneWorker(Engine engine) throws Exception {
    Ran.work(Fixtures.module("needs-stack"), engine, 1).finished();
  }
}
