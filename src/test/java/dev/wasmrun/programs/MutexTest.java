package dev.wasmrun.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wasmrun.memory.LinearMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MutexTest {
  private final Mutex mutex = new Mutex();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void noAdditionIsLostAndNobodyIsBesideTheHolder(int threads) throws Exception {
    assertEquals(
        "count %d\ntorn 0\nrefused %d\ntimed-out %d\n"
            .formatted(threads * 20_000, threads, threads),
        ProgramTeam.run(mutex, threads, 20_000).text());
  }

  @Test
  void theDefaultIsAHundredThousandTurnsPerThread() throws Exception {
    assertEquals("count 200000\n", ProgramTeam.run(mutex, 2).text().substring(0, 13));
  }

  @Test
  void tornCountersAreReported() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(mutex, 10);
      mutex.setup(memory, 1, args);
      memory.setLong(MutexLayout.TWIN, 7);

      mutex.work(memory, 0, 1, args);

      assertEquals(
          "count 10\ntorn 10\nrefused 1\ntimed-out 1\n",
          ProgramTeam.finish(memory, mutex, 1, args).text());
    }
  }

  @Test
  void setupForgetsAnEarlierRun() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      ProgramTeam.run(memory, mutex, 2, 10);
      memory.setIntVolatile(MutexLayout.MUTEX, 2);

      assertEquals(
          "count 6\ntorn 0\nrefused 2\ntimed-out 2\n", ProgramTeam.run(memory, mutex, 2, 3).text());
    }
  }

  @Test
  void anInterruptedThreadStopsCounting() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(mutex, Long.MAX_VALUE);
      mutex.setup(memory, 1, args);
      Thread.currentThread().interrupt();

      assertThrows(InterruptedException.class, () -> mutex.work(memory, 0, 1, args));

      assertEquals(0, memory.getLong(MutexLayout.COUNT));
    }
  }
}
