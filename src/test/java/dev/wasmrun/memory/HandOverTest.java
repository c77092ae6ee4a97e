package dev.wasmrun.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.wasmrun.Hammer;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads that wait for one another at every step; a wake-up that is lost leaves them there. */
class HandOverTest {
  private static final int ROUNDS = Integer.getInteger("wasmrun.handovers", 20_000);
  private static final int WORD = 64;
  private static final int ARRIVED = 128;
  private static final int PHASE = 192;
  private static final long FOREVER = -1;

  private final LinearMemory memory = LinearMemory.create(new MemoryType(1, 1, true));

  @AfterEach
  void nobodyAndNothingIsLeft() {
    assertTrue(((WaitQueues) memory.waits()).idle());
    memory.close();
  }

  private void await(int address, int current, long timeout) throws InterruptedException {
    while (memory.getIntVolatile(address) == current) {
      memory.wait32(address, current, timeout);
    }
  }

  private void turnTo(int next) {
    memory.setInt(WORD, next);
    memory.notify(WORD, 1);
  }

  @ParameterizedTest
  @ValueSource(longs = {FOREVER, Long.MAX_VALUE, 2_000, 30_000})
  void ballIsPassedToAndFro(long timeout) throws InterruptedException {
    Hammer.strike(
        2,
        thread -> {
          for (int i = 0; i < ROUNDS; i++) {
            await(WORD, 1 - thread, timeout);
            turnTo(1 - thread);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 8, 16})
  void barrierLetsNobodyThroughAlone(int threads) throws InterruptedException {
    int rounds = Math.max(1, ROUNDS / threads);
    var inside = new AtomicInteger();
    Hammer.strike(
        threads,
        thread -> {
          for (int round = 0; round < rounds; round++) {
            inside.incrementAndGet();
            passBarrier(threads);
            assertEquals(threads, inside.get());
            passBarrier(threads);
            inside.decrementAndGet();
            passBarrier(threads);
          }
        });
    assertEquals(3 * rounds, memory.getInt(PHASE));
  }

  private void passBarrier(int threads) throws InterruptedException {
    int phase = memory.getIntVolatile(PHASE);
    if (memory.getAndAddInt(ARRIVED, 1) == threads - 1) {
      memory.setInt(ARRIVED, 0);
      memory.getAndAddInt(PHASE, 1);
      memory.notify(PHASE, -1);
    } else {
      await(PHASE, phase, FOREVER);
    }
  }

  /** Each notify counts those whose waits say so, however broadcasts and timeouts race. */
  @Test
  void broadcastsCountExactly() throws InterruptedException {
    int waiters = 6;
    var woken = new AtomicInteger();
    var counted = new AtomicInteger();
    var running = new AtomicInteger(waiters);
    int rounds = ROUNDS / 10;
    Hammer.strike(
        waiters + 2,
        thread -> {
          if (thread >= waiters) {
            while (running.get() > 0 && !Thread.interrupted()) {
              counted.addAndGet(memory.notify(WORD, thread == waiters ? -1 : 3));
            }
            return;
          }
          try {
            for (int i = 0; i < rounds; i++) {
              if (memory.wait32(WORD, 0, 1L << i % 18) == WaitResult.WOKEN) {
                woken.incrementAndGet();
              }
            }
          } finally {
            running.decrementAndGet();
          }
        });
    assertEquals(counted.get(), woken.get());
    assertTrue(woken.get() > 0);
  }

  @Test
  void interruptEndsAWaitWheneverItComes() throws InterruptedException {
    int rounds = 2_000;
    var turn = new CyclicBarrier(2);
    var waiter = new AtomicReference<Thread>();
    Hammer.strike(
        thread -> {
          waiter.set(Thread.currentThread());
          for (int i = 0; i < rounds; i++) {
            turn.await();
            assertThrows(InterruptedException.class, () -> memory.wait32(WORD, 0, FOREVER));
          }
        },
        thread -> {
          for (int i = 0; i < rounds; i++) {
            turn.await();
            for (int delay = i % 200; delay > 0; delay--) {
              Thread.onSpinWait();
            }
            waiter.get().interrupt();
            Waits.until(() -> !waiter.get().isInterrupted());
          }
        });
  }

  @Test
  void waitingLeavesNoGarbage() throws InterruptedException {
    assumeTrue(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean);
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int waits = 20_000;
    Hammer.strike(
        2,
        thread -> {
          long before = 0;
          for (int i = -waits; i < waits; i++) {
            if (i == 0) {
              before = threads.getCurrentThreadAllocatedBytes();
            }
            await(WORD, 1 - thread, FOREVER);
            turnTo(1 - thread);
            memory.wait32(WORD + 4, 0, 1);
          }
          long bytes = threads.getCurrentThreadAllocatedBytes() - before;
          // A lock that is busy makes some, of 32 bytes; whatever was made for each wait is more.
          assertTrue(bytes < 32L * waits, bytes + " bytes for " + waits + " passes");
        });
  }
}
