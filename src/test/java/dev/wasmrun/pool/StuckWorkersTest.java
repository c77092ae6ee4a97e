package dev.wasmrun.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.module.GuestModule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Workers whose calls do not let themselves be ended: others take their place, up to a limit. */
@Timeout(120)
final class StuckWorkersTest {
  private static final Duration SOON = Duration.ofMillis(500);

  private final GuestModule module = Fixtures.module("pool");
  private final Gate gate = new Gate();
  private final ConcurrentLinkedQueue<String> notices = new ConcurrentLinkedQueue<>();

  private PoolConfig.Builder fixed(int workers) {
    return PoolConfig.fixed(workers)
        .taskTimeout(SOON)
        .hostFunctions(gate.deafFunction())
        .listener(
            new RunListener() {
              @Override
              public void noticed(String message) {
                if (message.contains("does not end")) {
                  notices.add(message);
                }
              }
            });
  }

  private static void assertNumbers(
      WorkerPool pool, int workers, int usable, int stuck, int replaced) {
    PoolStatistics now = pool.statistics();
    assertEquals(
        List.of(workers, usable, stuck, replaced),
        List.of(now.workers(), now.usable(), now.stuck(), (int) now.replacedWorkers()));
  }

  @ParameterizedTest
  @EnumSource(MemorySharing.class)
  void anotherTakesItsPlaceAndItsQueue(MemorySharing sharing) {
    var config = fixed(1).sharing(sharing).maxReplaced(1).build();
    try (var pool = WorkerPool.open(module, config)) {
      assertNumbers(pool, 1, 1, 0, 0);
      var first = pool.submit("meet", 1);
      gate.awaitVisitors(1);
      assertEquals(1, pool.submit("calls").join().asInt()); // which was in its queue
      assertTrue(first.handle((returned, failure) -> failure instanceof TaskTimeout).join());
      assertNumbers(pool, 2, 1, 1, 1);
      pool.submit("meet", 2).exceptionally(failure -> null).join();
      Gate.await(() -> notices.size() == 2); // told after the future
      assertNumbers(pool, 2, 0, 2, 1);
      assertEquals(
          List.of(
              "pool.wasm#pool-0 does not end its call; another worker takes its place, as for 1 of at most 1",
              "pool.wasm#pool-1 does not end its call; it keeps its place: at most 1 may be replaced"),
          List.copyOf(notices));
      gate.letPass(2); // before the other, or it would be replaced when that has ended
      Gate.await(() -> pool.statistics().stuck() == 1);
      gate.open();
      Gate.await(() -> pool.statistics().workers() == 1 && pool.statistics().stuck() == 0);
      assertNumbers(pool, 1, 1, 0, 1);
      assertEquals(2, pool.submit("calls").join().asInt()); // who was not replaced goes on
      assertEquals(2, pool.statistics().timedOut());
    }
  }

  @ParameterizedTest
  @EnumSource(Strategy.class)
  void whoMayNotBeReplacedGetsNoTasksAndLosesItsQueue(Strategy strategy) {
    try (var pool = WorkerPool.open(module, fixed(2).maxReplaced(0).strategy(strategy).build())) {
      pool.submit("meet", 1);
      gate.awaitVisitors(1);
      var sums = new ArrayList<CompletableFuture<?>>();
      for (int i = 0; i < 10; i++) {
        sums.add(pool.submit("calls"));
      }
      sums.forEach(CompletableFuture::join);
      Gate.await(() -> pool.statistics().stuck() == 1);
      for (int i = 0; i < 10; i++) {
        pool.submit("calls").join();
      }
      assertNumbers(pool, 2, 1, 1, 0);
      gate.open();
    }
  }

  @Test
  void whoIsStuckWhenThePoolClosesDoesNotKeepItsQueue() {
    var config = fixed(1).build();
    try (var pool = WorkerPool.open(module, config)) {
      pool.submit("meet", 1);
      gate.awaitVisitors(1);
      pool.submit("calls").thenRun(gate::open);
    }
    assertTrue(gate.isOpen());
  }

  @Test
  void aCancelledCallIsNoBetterThanOneThatTakesTooLong() {
    var config = fixed(1).taskTimeout(Duration.ofHours(1)).build();
    try (var pool = WorkerPool.open(module, config)) {
      var call = pool.submit("meet", 1);
      gate.awaitVisitors(1);
      call.cancel(true);
      assertEquals(1, pool.submit("calls").join().asInt());
      assertNumbers(pool, 2, 1, 1, 1);
      gate.open();
    }
  }

  /** Spare parts of the stack would have made every worker's smaller. */
  @Test
  void partsOfOneStackAreNotSpared() {
    var config = PoolConfig.fixed(1).maxReplaced(3).build();
    try (var shared = new Instances(Fixtures.module("exports-stack-pointer"), config, 1);
        var own = new Instances(GuestModule.load("add.wasm"), config, 1)) {
      assertEquals(0, shared.spares());
      assertEquals(3, own.spares());
    }
  }
}
