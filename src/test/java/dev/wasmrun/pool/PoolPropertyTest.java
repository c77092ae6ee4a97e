package dev.wasmrun.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.guest.Trap;
import dev.wasmrun.module.GuestModule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is submitted and cancelled, in whatever pool: every task ends, and is counted, once. */
final class PoolPropertyTest {
  private static final GuestModule MODULE = Fixtures.module("pool");

  enum Step {
    RETURN,
    TRAP,
    RUN_OUT_OF_TIME,
    CANCEL_AT_ONCE,
    CANCEL_AN_EARLIER_ONE
  }

  @Provide
  Arbitrary<PoolConfig> pools() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 2),
            Arbitraries.integers().between(0, 2),
            Arbitraries.of(MemorySharing.SHARED, MemorySharing.PRIVATE),
            Arbitraries.of(Strategy.values()),
            Arbitraries.integers().between(0, 4),
            Arbitraries.of(Overflow.values()))
        .as(
            (least, more, sharing, strategy, capacity, overflow) ->
                PoolConfig.elastic(least, Math.max(1, least + more))
                    .hostFunctions(Gate.function(what -> what))
                    .idleTimeout(Duration.ofMillis(1))
                    .taskTimeout(Duration.ofMillis(10))
                    .sharing(sharing)
                    .strategy(strategy)
                    .queue(capacity, overflow)
                    .build());
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    return Arbitraries.of(Step.values()).list().ofMaxSize(25);
  }

  @Property(tries = 60)
  void everyTaskEndsAndIsCountedOnce(
      @ForAll("pools") PoolConfig config, @ForAll("steps") List<Step> steps) {
    var tasks = new ArrayList<CompletableFuture<Returned>>();
    int rejected = 0;
    var pool = WorkerPool.open(MODULE, config);
    for (Step step : steps) {
      try {
        tasks.add(submit(pool, step, tasks));
      } catch (RejectedExecutionException e) {
        rejected++;
      }
    }
    pool.close();
    int completed = 0;
    int trapped = 0;
    int timedOut = 0;
    int cancelled = 0;
    for (CompletableFuture<Returned> task : tasks) {
      assertTrue(task.isDone());
      try {
        task.join();
        completed++;
      } catch (CancellationException e) {
        cancelled++;
      } catch (CompletionException e) {
        trapped += e.getCause() instanceof Trap ? 1 : 0;
        timedOut += e.getCause() instanceof TaskTimeout ? 1 : 0;
      }
    }
    var statistics = pool.statistics();
    assertEquals(tasks.size(), completed + trapped + timedOut + cancelled);
    assertEquals(completed, statistics.completed());
    assertEquals(trapped + timedOut, statistics.failed());
    assertEquals(timedOut, statistics.timedOut());
    assertEquals(cancelled, statistics.cancelled());
    assertEquals(rejected, statistics.rejected());
    assertEquals(0, statistics.workers() + statistics.queued() + statistics.running());
  }

  private static CompletableFuture<Returned> submit(
      WorkerPool pool, Step step, List<CompletableFuture<Returned>> earlier) {
    var task =
        switch (step) {
          case TRAP -> pool.submit("trap");
          case RUN_OUT_OF_TIME -> pool.submit("spin");
          default -> pool.submit("calls");
        };
    if (step == Step.CANCEL_AT_ONCE) {
      task.cancel(true);
    } else if (step == Step.CANCEL_AN_EARLIER_ONE && !earlier.isEmpty()) {
      earlier.get(earlier.size() / 2).cancel(true);
    }
    return task;
  }
}
