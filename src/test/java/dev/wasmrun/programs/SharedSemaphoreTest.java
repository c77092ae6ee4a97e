package dev.wasmrun.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
class SharedSemaphoreTest {
  private static final int ADDRESS = 1024;

  private final LinearMemory memory = LinearMemory.create(new MemoryType(1, 1, true));
  private final SharedSemaphore semaphore = new SharedSemaphore(memory, ADDRESS);

  @AfterEach
  void nobodySleepsOrIsCountedAsSleeping() {
    assertEquals(0, memory.waiters().size());
    assertEquals(0, memory.getIntVolatile(ADDRESS + 4));
    memory.close();
  }

  @Test
  void permitsAreGivenUntilThereAreNone() {
    semaphore.setup(2);
    assertTrue(semaphore.tryAcquire());
    assertTrue(semaphore.tryAcquire());
    assertFalse(semaphore.tryAcquire());
    semaphore.release(1);
    assertEquals(1, semaphore.available());
    assertTrue(semaphore.tryAcquire());
  }

  @Test
  void permitsReturnedTogetherWakeAsManyWaiters() throws Throwable {
    semaphore.setup(0);
    var waiters = new Sleeper[3];
    for (int i = 0; i < waiters.length; i++) {
      waiters[i] = Sleeper.on(memory, ADDRESS, semaphore::acquire);
    }
    semaphore.release(2);
    waiters[0].join();
    waiters[1].join();
    assertFalse(waiters[2].isDone());
    assertEquals(0, semaphore.available());
    semaphore.release(1);
    waiters[2].join();
  }

  @Test
  void whoIsInterruptedHasTakenNoPermit() throws Throwable {
    semaphore.setup(0);
    var interrupted = Sleeper.on(memory, ADDRESS, semaphore::acquire);
    interrupted.interrupt();
    assertThrows(InterruptedException.class, interrupted::join);
    semaphore.release(1);
    assertEquals(1, semaphore.available());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void neverMoreThreadsThanPermitsAreInside(int permits) throws Exception {
    semaphore.setup(permits);
    var inside = new AtomicInteger();
    Hammer.strike(
        6,
        thread -> {
          for (int turn = 0; turn < 5_000; turn++) {
            semaphore.acquire();
            assertTrue(inside.incrementAndGet() <= permits);
            inside.decrementAndGet();
            semaphore.release(1);
          }
        });
    assertEquals(permits, semaphore.available());
  }
}
