package dev.wasmrun.convention.wasi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.guest.TableLimit;
import dev.wasmrun.guest.TrapCode;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.module.ConventionName;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.wasi.WasiOptions;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class WasiThreadsConventionTest {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final int MAX_THREADS = 8;

  /** Who blocks, how, and what ends it: see the fixture. */
  static Stream<Arguments> endings() {
    var cases = new ArrayList<Arguments>();
    for (Engine engine : Engine.values()) {
      for (String how : List.of("w", "b", "p", "r")) {
        for (String who : List.of("mx", "mt", "ox", "ot", "or")) {
          cases.add(Arguments.of(engine, who.charAt(0) + how + who.charAt(1)));
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("endings")
  void theFirstEndEndsEveryThreadHoweverItBlocks(Engine engine, String letters) throws Exception {
    try (var nobodyWrites = new PipedOutputStream()) {
      var crew = new Crew("ends.wasm");
      Outcome outcome =
          run(crew, "wasi-threads-ends", engine, letters, new PipedInputStream(nobodyWrites));
      switch (letters.charAt(2)) {
        case 'x' -> assertEquals(new Outcome.Exited(42), outcome);
        case 'r' -> assertEquals(new Outcome.Exited(0), outcome);
        default -> {
          var trapped = assertInstanceOf(Outcome.Trapped.class, outcome);
          assertEquals(TrapCode.UNREACHABLE, trapped.trap().code());
          assertEquals(
              letters.charAt(0) == 'm' ? "ends.wasm#1" : "ends.wasm#main", trapped.thread());
        }
      }
      assertEquals(List.of(), crew.running());
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void theStartFunctionRunsInEveryInstanceAndDataIsWrittenOnce(Engine engine) throws Exception {
    assertEquals(new Outcome.Exited(31), run("wasi-threads-start", engine));
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aThreadTooManyIsRefusedAndPlacesAreFreed(Engine engine) throws Exception {
    assertEquals(new Outcome.Exited(MAX_THREADS), run("wasi-threads-limit", engine));
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aMainThatReturnsAtOnceEndsTheRun(Engine engine) throws Exception {
    assertEquals(new Outcome.Exited(0), run("wasi-threads", engine));
  }

  @Test
  void tenThousandThreadsInSequenceLeaveNothingBehind() throws Exception {
    var threads = ManagementFactory.getThreadMXBean();
    run("wasi-threads-limit", Engine.COMPILER); // whatever is loaded once is loaded now
    long usedBefore = usedHeap();
    threads.resetPeakThreadCount();
    int before = threads.getThreadCount();
    var crew = new Crew("many.wasm");
    Outcome outcome =
        run(crew, "wasi-threads-many", Engine.COMPILER, "", InputStream.nullInputStream());
    assertEquals(new Outcome.Exited(0), outcome);
    // Threads that have left the crew may be about to end while the processors are busy elsewhere.
    int most = threads.getPeakThreadCount() - before;
    assertTrue(most < 1000, () -> most + " threads at a time");
    assertEquals(List.of(), crew.running());
    // The crew is still referred to: an instance or two kept for each thread would be much more.
    long grown = usedHeap() - usedBefore;
    assertTrue(grown < 16 << 20, () -> "the heap grew by %d bytes".formatted(grown));
    assertEquals(Map.of(), crew.interruptedAt());
  }

  private static long usedHeap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void deadlockedThreadsEndTheRun(Engine engine) throws Exception {
    // The main thread waits for ever, and the other one has returned.
    var outcome = assertInstanceOf(Outcome.Deadlocked.class, run("wasi-threads-deadlock", engine));
    assertEquals(1, outcome.threads().size());
  }

  @Test
  void whatTheConventionNeedsIsNamed() {
    GuestModule module = Fixtures.module("wasi-threads-lacks");
    var lacking =
        assertThrows(LinkException.class, () -> run("wasi-threads-lacks", Engine.COMPILER));
    for (String message : List.of(lacking.getMessage(), String.join("; ", obstacles(module)))) {
      assertTrue(message.contains("it does not import a shared memory"), message);
      assertTrue(message.contains("it exports no function _start"), message);
      assertTrue(message.contains("wasi_thread_start is (i32) -> ()"), message);
    }
    assertEquals(List.of(), obstacles(Fixtures.module("wasi-threads-ends")));
    var convention = new WasiThreadsConvention(WasiOptions.NOTHING, 1);
    RunRequest invoking = request("wasi-threads", Engine.COMPILER, Optional.of("_start"));
    assertThrows(UsageException.class, () -> convention.prepare(invoking, new Crew("x")));
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aTrapInTheStartFunctionOfAThreadEndsTheRun(Engine engine) throws Exception {
    var trapped =
        assertInstanceOf(Outcome.Trapped.class, run("wasi-threads-trap-in-start", engine));
    assertEquals(TrapCode.UNREACHABLE, trapped.trap().code());
    assertEquals("wasi-threads-trap-in-start#1", trapped.thread());
    assertEquals(List.of("begin"), trapped.trap().backtrace());
  }

  @Test
  void aModuleThatMixesConventionsIsRefusedAsThat() {
    List<String> obstacles = obstacles(Fixtures.module("mixed-conventions"));
    assertTrue(obstacles.contains(ConventionName.MIXED), obstacles::toString);
  }

  private static List<String> obstacles(GuestModule module) {
    return new WasiThreadsConvention(WasiOptions.NOTHING, 1).obstacles(module);
  }

  private static Outcome run(String fixture, Engine engine) throws InterruptedException {
    return run(new Crew(fixture), fixture, engine, "", InputStream.nullInputStream());
  }

  private static Outcome run(
      Crew crew, String fixture, Engine engine, String argument, InputStream in)
      throws InterruptedException {
    var out = OutputStream.nullOutputStream();
    var options = new WasiOptions(List.of(fixture, argument), Map.of(), in, out, out, List.of());
    var convention = new WasiThreadsConvention(options, MAX_THREADS);
    Crew.Body main = convention.prepare(request(fixture, engine, Optional.empty()), crew);
    crew.spawn("main", main);
    return crew.await(LIMIT);
  }

  private static RunRequest request(String fixture, Engine engine, Optional<String> invoke) {
    return new RunRequest(
        Fixtures.module(fixture),
        engine,
        1,
        invoke,
        List.of(),
        MemoryLimit.NONE,
        TableLimit.DEFAULT,
        true,
        new RunListener() {},
        List.of(),
        false);
  }
}
