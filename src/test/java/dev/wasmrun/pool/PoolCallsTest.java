package dev.wasmrun.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.Hammer;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.GuestFailure;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryTrap;
import dev.wasmrun.module.GuestModule;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a pool's calls return, and on what instances and memories they run. */
@Timeout(120)
final class PoolCallsTest {
  @TempDir Path directory;

  private final GuestModule module = Fixtures.module("pool");

  private static PoolConfig.Builder fixed(int workers) {
    return PoolConfig.fixed(workers).hostFunctions(Gate.function(what -> what));
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void callsReturnWhatTheirTypesSay(Engine engine) {
    GuestModule add = GuestModule.load("add.wasm");
    try (var pool = WorkerPool.open(add, PoolConfig.fixed(2).engine(engine).build())) {
      assertEquals(5, pool.submit("add", 2, 3).join().asInt());
      assertEquals(-1L, pool.submit("add64", 9, -10L).join().asLong());
    }
    GuestModule multi = Fixtures.module("multi-value");
    try (var pool = WorkerPool.open(multi, PoolConfig.fixed(1).engine(engine).build())) {
      var all = pool.submit("all-types").join();
      assertEquals(List.of(-1, -2L, 0.5f, 1e300), all.values());
      assertEquals("-1 -2 0.5 1.0E300", all.toString());
      var refused = assertThrows(IllegalStateException.class, all::asInt);
      assertEquals(
          "all-types does not return one i32: it is () -> (i32, i64, f32, f64)",
          refused.getMessage());
      assertEquals(
          List.of(3, 1),
          pool.submit(Call.parse(multi, "divide", List.of("0x7", "2"))).join().values());
    }
    GuestModule types = Fixtures.module("no-work");
    try (var pool = WorkerPool.open(types, PoolConfig.fixed(1).engine(engine).build())) {
      assertEquals("foo(-1, 2, 0.5, 3.25)", Call.of(types, "foo", -1, 2L, 0.5f, 3.25).toString());
      assertEquals(4.75, pool.submit("foo", -1, 2, 0.5f, 3.25f).join().asDouble());
    }
  }

  @Test
  void aFunctionIsFoundOnceForManyCalls() throws Exception {
    try (var pool = WorkerPool.open(GuestModule.load("add.wasm"), PoolConfig.fixed(2).build())) {
      PoolFunction add = pool.function("add64");
      assertEquals("add64 (i64, i64) -> (i64)", add.name() + " " + add.signature());
      Hammer.strike(
          4,
          thread -> {
            for (int i = 0; i < 100; i++) {
              assertEquals(thread + i, add.submit(thread, i).join().asLong());
            }
          });
      var refused = assertThrows(UsageException.class, () -> add.submit(1));
      assertEquals(
          "add64 takes 2 arguments, got 1: it is (i64, i64) -> (i64)", refused.getMessage());
      assertThrows(UsageException.class, () -> pool.function("sub"));
    }
  }

  @Test
  void theFlightRecorderHasEveryCall() throws Exception {
    Path file = directory.resolve("calls.jfr");
    try (var recording = new Recording()) {
      recording.start();
      try (var pool = WorkerPool.open(module, fixed(1).build())) {
        pool.submit("peek", 64).join();
        assertThrows(CompletionException.class, () -> pool.submit("trap").join());
      }
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> calls =
        RecordingFile.readAllEvents(file).stream()
            .filter(event -> event.getEventType().getName().equals("dev.wasmrun.Call"))
            .sorted(Comparator.comparing(RecordedEvent::getStartTime))
            .toList();
    assertEquals(
        List.of("peek returned", "trap trapped: unreachable instruction executed"),
        calls.stream()
            .map(call -> call.getString("export") + " " + call.getString("ending"))
            .toList());
    for (RecordedEvent call : calls) {
      assertEquals("pool.wasm", call.getString("module"));
      assertEquals("pool.wasm#pool-0", call.getThread().getJavaName());
      assertFalse(call.getDuration("waited").isNegative());
    }
  }

  @Test
  void aCallThatDoesNotSuitIsRefusedInOneLine() {
    try (var pool = WorkerPool.open(GuestModule.load("add.wasm"), PoolConfig.fixed(1).build())) {
      assertRefused("add.wasm exports no function 'sub'; it exports add, add64", pool, "sub");
      assertRefused("add takes 2 arguments, got 1: it is (i32, i32) -> (i32)", pool, "add", 1);
      assertRefused("argument 2: add takes an i32 there, got Long 3", pool, "add", 2, 3L);
      assertRefused("argument 1: add takes an i32 there, got null", pool, "add", null, 3);
      var unparsed =
          assertThrows(
              UsageException.class, () -> Call.parse(pool.module(), "add", List.of("1", "x")));
      assertEquals(
          "argument 2: 'x' is not an i32: expected a decimal or 0x-hexadecimal integer",
          unparsed.getMessage());
      var foreign = Call.of(GuestModule.load("add.wasm"), "add", 1, 2);
      assertThrows(IllegalArgumentException.class, () -> pool.submit(foreign));
    }
  }

  private static void assertRefused(String line, WorkerPool pool, String export, Object... args) {
    assertEquals(
        line, assertThrows(UsageException.class, () -> pool.submit(export, args)).getMessage());
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void manyThreadsGetEachTheirOwnResults(Engine engine) throws Exception {
    GuestModule add = GuestModule.load("add.wasm");
    for (Strategy strategy : Strategy.values()) {
      var config =
          PoolConfig.fixed(3).engine(engine).strategy(strategy).queue(5, Overflow.BLOCK).build();
      try (var pool = WorkerPool.open(add, config)) {
        Hammer.strike(
            6,
            thread -> {
              var futures = new ArrayList<CompletableFuture<Returned>>();
              for (int i = 0; i < 300; i++) {
                futures.add(pool.submit("add64", thread * 1000L, i));
              }
              for (int i = 0; i < 300; i++) {
                assertEquals(thread * 1000L + i, futures.get(i).join().asLong());
              }
            });
        var statistics = pool.statistics();
        assertEquals(1800, statistics.completed());
        assertEquals(1800, statistics.waits().count());
        assertEquals(1800, statistics.runs().count());
        assertEquals(0, statistics.queued() + statistics.running());
        assertEquals(statistics.busy(), statistics.runs().total());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void workersShareTheMemoryThatTheModuleShares(Engine engine) throws Exception {
    try (var pool = WorkerPool.open(module, fixed(4).engine(engine).build())) {
      var counts = new ConcurrentLinkedQueue<Integer>();
      Hammer.strike(
          4,
          thread -> {
            for (int i = 0; i < 100; i++) {
              counts.add(pool.submit("count").join().asInt());
            }
          });
      assertEquals(
          IntStream.rangeClosed(1, 400).boxed().collect(Collectors.toSet()), new HashSet<>(counts));
      LinearMemory memory = pool.sharedMemory().orElseThrow();
      assertEquals(400, memory.getInt(0));
      assertEquals(42, pool.submit("peek", 64).join().asInt());
    }
  }

  @Test
  void theDataOfASharedMemoryIsWrittenOnce() {
    var config = fixed(2).strategy(Strategy.ROUND_ROBIN).build();
    try (var pool = WorkerPool.open(module, config)) {
      pool.submit("poke", 64, 7).join();
      assertEquals(7, pool.submit("peek", 64).join().asInt()); // on the other worker, made later
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void workersWithPrivateMemoriesShareNothing(Engine engine) {
    var config =
        fixed(2)
            .engine(engine)
            .sharing(MemorySharing.PRIVATE)
            .strategy(Strategy.ROUND_ROBIN)
            .build();
    try (var pool = WorkerPool.open(module, config)) {
      assertTrue(pool.sharedMemory().isEmpty());
      var counts = new ArrayList<Integer>();
      for (int i = 0; i < 6; i++) {
        counts.add(pool.submit("count").join().asInt());
      }
      assertEquals(List.of(1, 1, 2, 2, 3, 3), counts);
      assertEquals(42, pool.submit("peek", 64).join().asInt());
    }
  }

  @Test
  void aPoolThatIsClosedHasNoMemoryLeft() {
    var pool = WorkerPool.open(module, fixed(1).build());
    LinearMemory memory = pool.sharedMemory().orElseThrow();
    pool.submit("count").join();
    pool.close();
    assertEquals(MemoryTrap.Kind.CLOSED, assertThrows(MemoryTrap.class, memory::byteSize).kind());
  }

  @Test
  void theStartFunctionRunsOnceForASharedMemoryAndInEachInstanceOtherwise() throws Exception {
    GuestModule starts = Fixtures.module("start-counts");
    var config = PoolConfig.fixed(3).strategy(Strategy.ROUND_ROBIN);
    try (var pool = WorkerPool.open(starts, config.build())) {
      for (int i = 0; i < 3; i++) {
        pool.submit("work", i, 3).join();
      }
      assertEquals(1, pool.sharedMemory().orElseThrow().getInt(1024));
    }
    GuestModule trapping = Fixtures.module("trap-in-start");
    assertThrows(GuestFailure.class, () -> WorkerPool.open(trapping, config.build()));
    var separate = config.sharing(MemorySharing.PRIVATE).build();
    try (var pool = WorkerPool.open(trapping, separate)) {
      for (int i = 0; i < 4; i++) {
        var failed =
            assertThrows(CompletionException.class, () -> pool.submit("work", 0, 1).join());
        assertEquals("unreachable instruction executed", failed.getCause().getMessage());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void stacksInSharedMemoryDoNotOverlap(Engine engine) {
    var emitted = new ConcurrentLinkedQueue<Long>();
    var listener =
        new RunListener() {
          @Override
          public void emitted(long value) {
            emitted.add(value);
          }
        };
    GuestModule stacked = Fixtures.module("exports-stack-pointer");
    int workers = 5;
    var config =
        PoolConfig.fixed(workers)
            .engine(engine)
            .strategy(Strategy.ROUND_ROBIN)
            .listener(listener)
            .build();
    try (var pool = WorkerPool.open(stacked, config)) {
      // A call traps when it reads another's number in its frame.
      IntStream.range(0, workers * 2)
          .mapToObj(i -> pool.submit("work", i, 0))
          .toList()
          .forEach(CompletableFuture::join);
    }
    assertEquals(workers * 2, emitted.size());
    assertEquals(workers, new HashSet<>(emitted).size());
    var tooMany =
        assertThrows(
            LinkException.class, () -> WorkerPool.open(stacked, PoolConfig.fixed(64).build()));
    assertTrue(tooMany.getMessage().contains("on 64 threads: its stack of"), tooMany.getMessage());
    var notSettable =
        assertThrows(
            LinkException.class,
            () -> WorkerPool.open(Fixtures.module("needs-stack"), PoolConfig.fixed(2).build()));
    assertTrue(notSettable.getMessage().contains("exports no way"), notSettable.getMessage());
  }

  @Test
  void compiledCCallsWorkOnEveryWorker() {
    var emitted = new ConcurrentLinkedQueue<Long>();
    var listener =
        new RunListener() {
          @Override
          public void emitted(long value) {
            emitted.add(value);
          }
        };
    GuestModule happycoin = GuestModule.load("happycoin-c.wasm");
    try (var pool = WorkerPool.open(happycoin, PoolConfig.fixed(3).listener(listener).build())) {
      pool.submit("setup", 3, 100000L, 42L, 0L).join();
      List.of(0, 1, 2).stream()
          .map(thread -> pool.submit("work", thread, 3, 100000L, 42L, 0L))
          .toList()
          .forEach(CompletableFuture::join);
      pool.submit("finish", 3, 100000L, 42L, 0L).join();
    }
    assertEquals(List.of(3070564902305030000L, 8349452321516680000L), List.copyOf(emitted));
  }

  @Test
  void whatTheModuleDefinesIsSharedOnRequest() {
    var config = PoolConfig.fixed(2).sharing(MemorySharing.SHARED).build();
    try (var pool = WorkerPool.open(Fixtures.module("own-memory"), config)) {
      var values =
          IntStream.range(0, 20).mapToObj(i -> pool.submit("increment")).toList().stream()
              .map(call -> call.join().asInt())
              .sorted()
              .toList();
      assertEquals(IntStream.rangeClosed(1, 20).boxed().toList(), values);
    }
  }

  @Test
  void sharingWhereThereIsNoMemoryIsRefused() {
    var config = PoolConfig.fixed(2).sharing(MemorySharing.SHARED).build();
    var refused =
        assertThrows(
            LinkException.class, () -> WorkerPool.open(GuestModule.load("add.wasm"), config));
    assertEquals(
        "cannot share the memory of add.wasm among threads: it has none", refused.getMessage());
  }

  @Test
  void whatCannotBeLinkedIsRefusedWhenThePoolOpens() {
    var missing =
        assertThrows(
            LinkException.class, () -> WorkerPool.open(module, PoolConfig.fixed(2).build()));
    assertEquals(
        "cannot link pool.wasm: it imports the function test.meet (i32) -> (i32), which the host"
            + " does not provide",
        missing.getMessage());
    var small = fixed(1).memoryLimit(new MemoryLimit(1)).build();
    assertThrows(LinkException.class, () -> WorkerPool.open(module, small));
  }

  @Test
  void eachInstanceIsPreparedBeforeItsFirstTask() {
    var config =
        fixed(2)
            .sharing(MemorySharing.PRIVATE)
            .strategy(Strategy.ROUND_ROBIN)
            .onInstance(guest -> guest.memory().setInt(8, 77))
            .build();
    try (var pool = WorkerPool.open(module, config)) {
      for (int i = 0; i < 4; i++) {
        assertEquals(77, pool.submit("peek", 8).join().asInt());
      }
    }
  }

  @Test
  void theModuleMayImportWasiWhichAllWorkersShare() {
    var out = new ByteArrayOutputStream();
    GuestModule wasi = Fixtures.module("wasi-workers");
    try (var pool = WorkerPool.open(wasi, PoolConfig.fixed(2).out(out).build())) {
      IntStream.range(0, 4)
          .mapToObj(i -> pool.submit("work", i, 4))
          .toList()
          .forEach(CompletableFuture::join);
    }
    assertEquals(
        List.of("a".repeat(32), "b".repeat(32), "c".repeat(32), "d".repeat(32)),
        out.toString(StandardCharsets.UTF_8).lines().sorted().toList());
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    assertEquals(
        "a pool has from 1 to 4096 workers, got 0",
        assertThrows(IllegalArgumentException.class, () -> PoolConfig.fixed(0).build())
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> PoolConfig.fixed(4097).build());
    assertThrows(IllegalArgumentException.class, () -> PoolConfig.elastic(3, 2).build());
    assertThrows(IllegalArgumentException.class, () -> PoolConfig.elastic(-1, 2).build());
    assertThrows(
        IllegalArgumentException.class,
        () -> PoolConfig.fixed(1).queue(-1, Overflow.REJECT).build());
    assertThrows(
        IllegalArgumentException.class,
        () -> PoolConfig.fixed(1).taskTimeout(Duration.ZERO).build());
    assertThrows(
        IllegalArgumentException.class,
        () -> PoolConfig.fixed(1).idleTimeout(Duration.ofSeconds(Long.MAX_VALUE)).build());
  }

  @Test
  void theAllocatorOfALibraryInCMayGrowItsMemory() {
    // 16 MiB to begin with; Emscripten's library tells its host, by an import, that it has grown.
    try (var pool = WorkerPool.open(Fixtures.module("c-texts"), PoolConfig.fixed(1).build())) {
      for (int i = 0; i < 40; i++) {
        assertNotEquals(0, pool.submit("malloc", 1 << 20).join().asInt(), "block " + i);
      }
    }
  }
}
