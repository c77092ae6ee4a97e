package dev.wasmrun.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Hammer;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class SharedBarrierTest {
  private static final int ADDRESS = 1024;
  private static final int GENERATION = ADDRESS + 8;

  private final LinearMemory memory = LinearMemory.create(new MemoryType(1, 1, true));
  private final SharedBarrier barrier = new SharedBarrier(memory, ADDRESS);

  @AfterEach
  void close() {
    assertEquals(0, memory.waiters().size());
    memory.close();
  }

  @Test
  void whoIsAloneIsTheLastEveryTime() throws Exception {
    barrier.setup(1);
    assertTrue(barrier.await());
    assertTrue(barrier.await());
    assertEquals(2, barrier.generation());
  }

  @Test
  void nobodyGoesOnBeforeTheLastHasCome() throws Throwable {
    barrier.setup(3);
    var first = Sleeper.on(memory, GENERATION, () -> assertFalse(barrier.await()));
    var second = Sleeper.on(memory, GENERATION, () -> assertFalse(barrier.await()));
    assertFalse(first.isDone() || second.isDone());
    assertTrue(barrier.await());
    first.join();
    second.join();
  }

  @Test
  void aNotifyFromElsewhereLetsNobodyThrough() throws Throwable {
    barrier.setup(2);
    var first = Sleeper.on(memory, GENERATION, () -> assertFalse(barrier.await()));
    assertEquals(1, memory.notify(GENERATION, 1));
    assertTrue(barrier.await());
    first.join();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 7})
  void everyGenerationHasOneLastAndNoEarlyLeaver(int threads) throws Exception {
    int generations = 2_000;
    barrier.setup(threads);
    var arrivals = new AtomicInteger();
    var lasts = new AtomicInteger();
    Hammer.strike(
        threads,
        thread -> {
          for (int generation = 1; generation <= generations; generation++) {
            arrivals.incrementAndGet();
            if (barrier.await()) {
              lasts.incrementAndGet();
            }
            int seen = arrivals.get();
            // Others may have come to the next generation already, but none to the one after it.
            assertTrue(seen >= threads * generation, () -> seen + " in " + threads);
            assertTrue(seen < threads * (generation + 1), () -> seen + " in " + threads);
          }
        });
    assertEquals(generations, lasts.get());
  }

  @Test
  void aGenerationThatWrapsAroundStillLetsThrough() throws Throwable {
    barrier.setup(2);
    memory.setIntVolatile(GENERATION, -1);
    var first = Sleeper.on(memory, GENERATION, () -> assertFalse(barrier.await()));
    assertTrue(barrier.await());
    first.join();
    assertEquals(0, barrier.generation());
  }
}
