package dev.wasmrun.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wasmrun.Fixtures;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.Trap;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the instances of a pool begin with whose workers share no memory. */
@Timeout(240)
final class PoolInstancesTest {
  private static int call(WorkerPool pool, String export, Object... args) {
    return pool.submit(export, args).join().asInt();
  }

  private static void trap(WorkerPool pool) {
    var failure = assertThrows(CompletionException.class, () -> pool.submit("trap").join());
    assertInstanceOf(Trap.class, failure.getCause());
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void instanceAfterAFailedCallIsAsAfterItsStart(Engine engine) {
    try (var pool =
        WorkerPool.open(Fixtures.module("snapshot"), PoolConfig.fixed(1).engine(engine).build())) {
      for (int i = 0; i < 3; i++) {
        assertEquals(101, call(pool, "bump"));
        assertEquals(102, call(pool, "bump"));
        assertEquals(4, call(pool, "extend", 2));
        pool.submit("poke", 1024, 0).join();
        trap(pool);
        assertEquals(7, call(pool, "peek", 0));
        assertEquals('a' | 'c' << 8 | 't' << 16 | 'i' << 24, call(pool, "peek", 1024));
        assertEquals(4, call(pool, "elements"));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"COMPILER,1", "COMPILER,3", "INTERPRETER,2"})
  void freshInstanceForEachCall(Engine engine, int workers) {
    try (var pool =
        WorkerPool.open(
            Fixtures.module("snapshot"),
            PoolConfig.fixed(workers).engine(engine).freshInstances(true).build())) {
      for (int i = 0; i < 20; i++) {
        assertEquals(101, call(pool, "bump"));
        pool.submit("poke", 2048, 5).join();
        assertEquals(0, call(pool, "peek", 2048));
        trap(pool);
      }
    }
  }

  /** With a preparation of instances, which may keep what it is shown, and without. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void tenThousandCallsOnFreshInstances(boolean shown) {
    var config = PoolConfig.fixed(2).freshInstances(true);
    var prepared = new AtomicInteger();
    if (shown) {
      config.onInstance(guest -> prepared.incrementAndGet());
    }
    try (var pool = WorkerPool.open(Fixtures.module("snapshot"), config.build())) {
      int expected = call(pool, "work", 3_000);
      for (int i = 0; i < 100; i++) {
        var calls = new ArrayList<CompletableFuture<?>>();
        for (int j = 0; j < 100; j++) {
          calls.add(
              pool.submit("work", 3_000)
                  .thenAccept(returned -> assertEquals(expected, returned.asInt())));
        }
        calls.forEach(CompletableFuture::join);
      }
    }
    assertEquals(shown ? 10_001 : 0, prepared.get());
  }

  @Test
  void startThatAsksTheHostDoesSoInEachInstance() {
    var next = new AtomicInteger();
    var function =
        new HostFunction(
            "host",
            "next",
            new Signature(List.of(), List.of(ValueType.I32)),
            (caller, args) -> new long[] {next.incrementAndGet()});
    try (var pool =
        WorkerPool.open(
            Fixtures.module("start-asks-host"),
            PoolConfig.fixed(1).hostFunctions(function).freshInstances(true).build())) {
      for (int i = 1; i <= 5; i++) {
        assertEquals(i, call(pool, "number"));
      }
      trap(pool);
      assertEquals(0, call(pool, "trapped"));
      assertEquals(8, call(pool, "number"));
    }
  }

  @Test
  void callThatRunsOutOfTimeLeavesNothingBehind() {
    try (var pool =
        WorkerPool.open(
            Fixtures.module("snapshot"),
            PoolConfig.fixed(2).taskTimeout(Duration.ofMillis(20)).build())) {
      for (int i = 0; i < 10; i++) {
        var spinning = pool.submit("spin");
        assertInstanceOf(
            TaskTimeout.class, assertThrows(CompletionException.class, spinning::join).getCause());
        assertEquals(7, call(pool, "peek", 0));
      }
    }
  }

  @Test
  void poolIsAbortedDuringCalls() {
    for (int i = 0; i < 20; i++) {
      var pool =
          WorkerPool.open(
              Fixtures.module("snapshot"), PoolConfig.fixed(2).freshInstances(true).build());
      assertEquals(101, call(pool, "bump"));
      var spinning = pool.submit("spin");
      assertEquals(101, call(pool, "bump"));
      pool.abort();
      assertThrows(RuntimeException.class, spinning::join);
    }
  }
}
