package dev.wasmrun.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.Hammer;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.HostFault;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryTrap;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import dev.wasmrun.trace.Statistics;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs from Java: their results, every way they end, and what they leave behind. */
@Timeout(120)
final class ModuleRunTest {
  private static final Signature PRICE =
      new Signature(List.of(ValueType.I32), List.of(ValueType.F64));

  private static HostFunction price(HostFunction.NumberBody body) {
    return HostFunction.ofNumbers("shop", "price", PRICE, body);
  }

  private static ModuleRun happycoin() {
    return ModuleRun.of(GuestModule.load("happycoin.wasm")).args("100000", "42");
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void resultsAreKept(Engine engine) throws Exception {
    RunResult result = happycoin().engine(engine).threads(3).run().orThrow();
    assertEquals(List.of(3070564902305030000L, 8349452321516680000L), result.emitted());
    assertEquals("count 2\n", result.output());
    assertEquals("", result.errors());
    assertEquals(List.of(), result.returned());
    assertEquals(List.of(), result.notices());
    assertEquals(List.of(), result.stillRunning());
    assertInstanceOf(Outcome.Finished.class, result.outcome());
  }

  @Test
  void resultsArePassedOnInsteadWhereThatIsAskedFor() throws Exception {
    var emitted = new ArrayList<Long>();
    var out = new ByteArrayOutputStream();
    RunResult result = happycoin().onEmit(emitted::add).out(out).run().orThrow();
    assertEquals(2, emitted.size());
    assertEquals("count 2\n", out.toString());
    assertEquals(List.of(), result.emitted());
    assertEquals("", result.output());
  }

  @Test
  void oneDescriptionServesManyRunsAtOnce() throws Exception {
    ModuleRun run = happycoin().threads(2);
    Hammer.strike(
        4,
        thread -> {
          for (int i = 0; i < 5; i++) {
            assertEquals(2, run.run().orThrow().emitted().size());
          }
        });
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aTrapIsToldWithItsThreadAndFunctions(Engine engine) throws Exception {
    var run = ModuleRun.of(Fixtures.module("trap-one-of-four")).engine(engine).threads(4);
    RunResult result = run.run();
    var trapped = assertInstanceOf(Outcome.Trapped.class, result.outcome());
    assertEquals("trap-one-of-four.wasm#2", trapped.thread());
    assertEquals(List.of("divide", "middle", "work"), trapped.trap().backtrace());
    assertFalse(result.succeeded());
    var failure = assertThrows(RunFailure.class, result::orThrow);
    assertSame(trapped.trap(), failure.getCause());
    assertSame(result, failure.result());
    assertEquals(
        """
        trap-one-of-four.wasm trapped: integer divide by zero
          thread trap-one-of-four.wasm#2
            at divide
            at middle
            at work\
        """,
        failure.getMessage());
  }

  @Test
  void aDeadlockNamesWhoWaitsForWhat() throws Exception {
    RunResult result = ModuleRun.of(GuestModule.load("deadlock.wasm")).threads(2).run();
    assertInstanceOf(Outcome.Deadlocked.class, result.outcome());
    var said = assertThrows(RunFailure.class, result::orThrow).getMessage();
    assertTrue(
        said.startsWith(
            "deadlock.wasm is deadlocked: all its 3 threads wait, and nobody is left to notify\n"));
    assertTrue(said.contains("thread deadlock.wasm#0 waits for a notify at 0x404"), said);
    assertTrue(said.contains("\n    at assembly/deadlock/transfer"), said);
  }

  @Test
  void aLimitEndsTheRunAndTellsWhereThreadsWere() throws Exception {
    RunResult result =
        ModuleRun.of(Fixtures.module("busy-loop")).threads(2).timeout(Duration.ofMillis(100)).run();
    assertInstanceOf(Outcome.TimedOut.class, result.outcome());
    var said = assertThrows(RunFailure.class, result::orThrow).getMessage();
    assertTrue(said.startsWith("busy-loop.wasm was still running after 100ms\n"), said);
  }

  @Test
  void anInterruptCancelsTheRunAndLeavesNoThread() throws Exception {
    var inside = new CountDownLatch(1);
    var ended = new AtomicReference<LinearMemory>();
    var run =
        ModuleRun.of(Fixtures.module("prices"))
            .hostFunctions(price((caller, args) -> List.of(0.0)))
            .invoke("open")
            .deadlockWatch(false)
            .atStart(memory -> inside.countDown())
            .atEnd(ended::set);
    var thrown = new AtomicReference<Throwable>();
    var runner =
        new Thread(() -> thrown.set(assertThrows(InterruptedException.class, () -> run.run())));
    runner.start();
    inside.await();
    runner.interrupt();
    runner.join();
    assertInstanceOf(InterruptedException.class, thrown.get());
    assertClosed(ended.get());
  }

  private static void assertClosed(LinearMemory memory) {
    assertEquals(MemoryTrap.Kind.CLOSED, assertThrows(MemoryTrap.class, memory::pages).kind());
  }

  @Test
  void whatDoesNotSuitTheModuleIsRefusedInOneLine() {
    GuestModule add = GuestModule.load("add.wasm");
    assertEquals(
        "add.wasm exports no function 'sub'; it exports add, add64",
        assertThrows(UsageException.class, () -> ModuleRun.of(add).invoke("sub").run())
            .getMessage());
    assertThrows(
        LinkException.class,
        () ->
            ModuleRun.of(GuestModule.load("happycoin.wasm")).memoryLimit(new MemoryLimit(1)).run());
    assertThrows(LinkException.class, () -> ModuleRun.of(Fixtures.module("prices")).run());
    assertThrows(IllegalArgumentException.class, () -> ModuleRun.of(add).threads(0));
    assertThrows(IllegalArgumentException.class, () -> ModuleRun.of(add).maxThreads(0));
    assertThrows(IllegalArgumentException.class, () -> ModuleRun.of(add).stackBytes(-1));
    assertThrows(IllegalArgumentException.class, () -> ModuleRun.of(add).timeout(Duration.ZERO));
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void hostFunctionsTakeAndReturnNumbers(Engine engine) throws Exception {
    var run =
        ModuleRun.of(Fixtures.module("prices"))
            .engine(engine)
            .threads(2)
            .invoke("total")
            .args("4")
            .hostFunctions(price((caller, args) -> List.of(args.get(0).intValue() / 2.0)));
    assertEquals(
        List.of(3.0, 3.0),
        run.run().orThrow().returned().stream().map(Returned::asDouble).toList());
  }

  @Test
  void aHostFunctionThatReturnsSomethingElseIsAFaultOfTheHost() throws Exception {
    assertFault("it returned Integer 1 where its type has an f64", List.of(1));
    assertFault("it returned 2 values; its type has 1", List.of(1.0, 2.0));
  }

  private static void assertFault(String what, List<? extends Number> returned) throws Exception {
    RunResult result =
        ModuleRun.of(Fixtures.module("prices"))
            .invoke("total")
            .args("1")
            .hostFunctions(price((caller, args) -> returned))
            .run();
    var failed = assertInstanceOf(Outcome.Failed.class, result.outcome());
    var fault = assertInstanceOf(HostFault.class, failed.cause());
    assertTrue(fault.getMessage().contains(what), fault::getMessage);
    assertEquals(List.of("shop.price", "total"), fault.backtrace());
    var said = assertThrows(RunFailure.class, result::orThrow).getMessage();
    assertTrue(said.startsWith("prices.wasm failed: host function shop.price failed: "), said);
  }

  @Test
  void theMemoryCanBePreparedAndLookedAt() throws Exception {
    var seen = new ArrayList<Long>();
    var kept = new AtomicReference<LinearMemory>();
    ModuleRun.of(Fixtures.module("prices"))
        .hostFunctions(price((caller, args) -> List.of(1.0)))
        .threads(4)
        .atStart(memory -> memory.setLong(0x400, 100))
        .atEnd(
            memory -> {
              seen.add(memory.getLong(0x400));
              kept.set(memory);
            })
        .run()
        .orThrow();
    assertEquals(List.of(110L), seen);
    assertClosed(kept.get());
  }

  @Test
  void theMemoryIsLookedAtAfterAFailureToo() throws Exception {
    var seen = new ArrayList<Long>();
    RunResult result =
        ModuleRun.of(Fixtures.module("prices"))
            .hostFunctions(
                price(
                    (caller, args) -> {
                      throw new IllegalStateException("sold out");
                    }))
            .atStart(memory -> memory.setLong(0x400, 7))
            .atEnd(memory -> seen.add(memory.getLong(0x400)))
            .run();
    assertFalse(result.succeeded());
    assertEquals(List.of(7L), seen);
  }

  @Test
  void programsOfWasiFindArgumentsVariablesFilesAndInput(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("hello"), "hello");
    RunResult result =
        ModuleRun.of(GuestModule.load("happycoin-pthreads.wasm"))
            .args("100000", "42")
            .threads(2)
            .environment("NAME", "value")
            .directory(directory, "/data")
            .run()
            .orThrow();
    assertEquals(0, assertInstanceOf(Outcome.Exited.class, result.outcome()).code());
    assertEquals("3070564902305030000\n8349452321516680000\ncount 2\n", result.output());
  }

  @Test
  void noticesAreKept() throws Exception {
    RunResult result = ModuleRun.of(Fixtures.module("own-memory")).threads(2).run().orThrow();
    assertEquals(
        List.of(
            "own-memory.wasm defines its memory rather than importing one; each of the 2 threads"
                + " has its own (--share-memory shares it)"),
        result.notices());
  }

  @Test
  void tracersAreTold() throws Exception {
    var statistics = new Statistics();
    happycoin().threads(2).tracers(statistics).run().orThrow();
    assertEquals(3, statistics.threads().size());
  }

  @Test
  void aListenerIsToldBesidesTheResult() throws Exception {
    var told = new ArrayList<Long>();
    var memories = new ArrayList<LinearMemory>();
    var listener =
        new RunListener() {
          @Override
          public void emitted(long value) {
            told.add(value);
          }

          @Override
          public void memoryCreated(LinearMemory memory) {
            memories.add(memory);
          }
        };
    RunResult result = happycoin().threads(2).listener(listener).run().orThrow();
    assertEquals(result.emitted(), told);
    assertEquals(2, told.size());
    assertClosed(memories.get(0));
  }
}
