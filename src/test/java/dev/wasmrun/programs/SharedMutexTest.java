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
class SharedMutexTest {
  private static final int ADDRESS = 1024;
  private static final int COUNT = 2048;

  private static final int FREE = 0;
  private static final int LOCKED = 1;
  private static final int CONTENDED = 2;

  private final LinearMemory memory = LinearMemory.create(new MemoryType(1, 1, true));
  private final SharedMutex mutex = new SharedMutex(memory, ADDRESS);

  @BeforeEach
  void setup() {
    mutex.setup();
  }

  @AfterEach
  void close() {
    assertEquals(0, memory.waiters().size());
    memory.close();
  }

  @Test
  void aloneAThreadNeverMarksTheMutexAsContended() throws Exception {
    mutex.lock();
    assertEquals(LOCKED, state());
    mutex.unlock();
    assertEquals(FREE, state());
    assertTrue(mutex.lockWithin(0));
    assertEquals(LOCKED, state());
  }

  @Test
  void aLockedMutexIsRefusedToWhoTriesAndToWhoWaitsForATime() throws Exception {
    assertTrue(mutex.tryLock());
    assertFalse(mutex.tryLock());
    assertFalse(mutex.lockWithin(0));
    assertFalse(mutex.lockWithin(1_000_000));
    mutex.unlock();
    assertTrue(mutex.lockWithin(1_000_000));
  }

  @Test
  void unlockingWakesWhoSleeps() throws Throwable {
    mutex.lock();
    var first = Sleeper.on(memory, ADDRESS, mutex::lock);
    assertEquals(CONTENDED, state());
    mutex.unlock();
    first.join();
    assertFalse(mutex.tryLock());
  }

  @Test
  void everyUnlockWakesOneOfThoseThatSleep() throws Throwable {
    mutex.lock();
    var sleepers = new Sleeper[3];
    for (int i = 0; i < sleepers.length; i++) {
      sleepers[i] = Sleeper.on(memory, ADDRESS, mutex::lock);
    }
    for (Sleeper sleeper : sleepers) {
      mutex.unlock();
      sleeper.join();
      assertFalse(mutex.tryLock());
    }
  }

  @Test
  void aTimedWaiterGetsTheMutexWhenItIsUnlocked() throws Throwable {
    mutex.lock();
    var patient = Sleeper.on(memory, ADDRESS, () -> assertTrue(mutex.lockWithin(60_000_000_000L)));
    mutex.unlock();
    patient.join();
    assertFalse(mutex.tryLock());
  }

  @Test
  void whoIsInterruptedHasNotLocked() throws Throwable {
    mutex.lock();
    var interrupted = Sleeper.on(memory, ADDRESS, mutex::lock);
    interrupted.interrupt();
    assertThrows(InterruptedException.class, interrupted::join);
    mutex.unlock();
    assertTrue(mutex.tryLock());
  }

  @Test
  void noAdditionUnderTheMutexIsLostHoweverItWasLocked() throws Exception {
    int threads = 6;
    int turns = 20_000;
    Hammer.strike(
        threads,
        thread -> {
          for (int turn = 0; turn < turns; turn++) {
            // Limits so short that many waits time out, and that often a woken thread is late.
            if (thread % 3 == 0 || !mutex.lockWithin(turn % 5 * 1_000L)) {
              mutex.lock();
            }
            memory.setInt(COUNT, memory.getInt(COUNT) + 1);
            mutex.unlock();
          }
        });
    assertEquals(threads * turns, memory.getInt(COUNT));
    assertEquals(FREE, state());
  }

  private int state() {
    return memory.getIntVolatile(ADDRESS);
  }
}
