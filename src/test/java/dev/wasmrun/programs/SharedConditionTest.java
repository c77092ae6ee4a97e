package dev.wasmrun.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Hammer;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SharedConditionTest {
  private static final int MUTEX = 1024;
  private static final int FILLED = 1028;
  private static final int EMPTIED = 1032;
  private static final int SLOT = 2048;

  private final LinearMemory memory = LinearMemory.create(new MemoryType(1, 1, true));
  private final SharedMutex mutex = new SharedMutex(memory, MUTEX);
  private final SharedCondition filled = new SharedCondition(memory, FILLED);
  private final SharedCondition emptied = new SharedCondition(memory, EMPTIED);

  @BeforeEach
  void setup() {
    mutex.setup();
    filled.setup();
    emptied.setup();
  }

  @AfterEach
  void close() {
    assertEquals(0, memory.waiters().size());
    memory.close();
  }

  @Test
  void aSignalWakesOneWaiterAndABroadcastTheRest() throws Throwable {
    var waiters = new Sleeper[3];
    for (int i = 0; i < waiters.length; i++) {
      waiters[i] = Sleeper.on(memory, FILLED, this::waitOnce);
    }
    filled.signal();
    waiters[0].join();
    assertEquals(2, memory.waiters().size());
    assertFalse(waiters[1].isDone() || waiters[2].isDone());
    filled.broadcast();
    waiters[1].join();
    waiters[2].join();
  }

  @Test
  void aWaiterHoldsTheMutexBeforeAndAfterAndNotMeanwhile() throws Throwable {
    var waiter =
        Sleeper.on(
            memory,
            FILLED,
            () -> {
              mutex.lock();
              filled.await(mutex);
              assertFalse(mutex.tryLock());
              mutex.unlock();
            });
    assertTrue(mutex.tryLock());
    filled.signal();
    mutex.unlock();
    waiter.join();
    assertTrue(mutex.tryLock());
  }

  @Test
  void whoIsInterruptedDoesNotHoldTheMutex() throws Throwable {
    var interrupted = Sleeper.on(memory, FILLED, this::waitOnce);
    interrupted.interrupt();
    assertThrows(InterruptedException.class, interrupted::join);
    assertTrue(mutex.tryLock());
  }

  @Test
  void everyItemHandedOverInASlotArrivesOnce() throws Exception {
    int pairs = 3;
    int items = 5_000;
    long[] sums = new long[pairs];
    Hammer.strike(
        2 * pairs,
        thread -> {
          for (int item = 1; item <= items; item++) {
            if (thread < pairs) {
              put(item);
            } else {
              sums[thread - pairs] += take();
            }
          }
        });
    assertEquals(pairs * (items * (items + 1L) / 2), sums[0] + sums[1] + sums[2]);
  }

  private void waitOnce() throws InterruptedException {
    mutex.lock();
    filled.await(mutex);
    mutex.unlock();
  }

  private void put(int item) throws InterruptedException {
    mutex.lock();
    while (memory.getInt(SLOT) != 0) {
      emptied.await(mutex);
    }
    memory.setInt(SLOT, item);
    filled.signal();
    mutex.unlock();
  }

  private int take() throws InterruptedException {
    mutex.lock();
    while (memory.getInt(SLOT) == 0) {
      filled.await(mutex);
    }
    int item = memory.getInt(SLOT);
    memory.setInt(SLOT, 0);
    emptied.signal();
    mutex.unlock();
    return item;
  }
}
