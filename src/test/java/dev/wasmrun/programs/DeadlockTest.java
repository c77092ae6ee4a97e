package dev.wasmrun.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wasmrun.memory.LinearMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DeadlockTest {
  private final Deadlock deadlock = new Deadlock();

  @Test
  void oneThreadTransfersAllItsMoney() throws Exception {
    assertEquals("left 0\nright 2000\n", ProgramTeam.run(deadlock, 1).text());
    assertEquals("left 0\nright 14\n", ProgramTeam.run(deadlock, 1, 7).text());
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 8})
  void severalThreadsAlwaysEndUpWaitingForEachOther(int threads) throws Throwable {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(deadlock);
      deadlock.setup(memory, threads, args);
      var sleepers = new Sleeper[threads];
      // All but thread 0 come to the meeting first, so that each is seen to sleep somewhere.
      for (int i = threads - 1; i >= 0; i--) {
        int thread = i;
        // Odd threads want left last, thread 0 right.
        int word = i == 0 ? DeadlockLayout.RIGHT_MUTEX : DeadlockLayout.MEETING + 8;
        sleepers[i] = Sleeper.on(memory, word, () -> deadlock.work(memory, thread, threads, args));
      }
      while (memory.waiters().stream()
          .anyMatch(waiter -> waiter.address() == DeadlockLayout.MEETING + 8)) {
        Thread.onSpinWait();
      }
      assertEquals(threads * 1_000L, memory.getLong(DeadlockLayout.LEFT_MONEY));
      assertEquals(threads * 1_000L, memory.getLong(DeadlockLayout.RIGHT_MONEY));
      for (Sleeper sleeper : sleepers) {
        sleeper.interrupt();
        assertThrows(InterruptedException.class, sleeper::join);
      }
    }
  }

  @Test
  void anInterruptedThreadTransfersNothing() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(deadlock);
      deadlock.setup(memory, 1, args);
      Thread.currentThread().interrupt();

      assertThrows(InterruptedException.class, () -> deadlock.work(memory, 0, 1, args));

      assertEquals(1_000, memory.getLong(DeadlockLayout.LEFT_MONEY));
    }
  }
}
