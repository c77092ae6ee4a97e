package dev.wasmrun.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wasmrun.memory.LinearMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CounterTest {
  private final Counter counter = new Counter();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void noAdditionIsLost(int threads) throws Exception {
    int total = threads * 100_000;

    assertEquals(
        "i32 " + total + "\ni64 " + total + "\n",
        ProgramTeam.run(counter, threads, 100_000).text());
  }

  @Test
  void theDefaultIsAMillionAdditionsPerThread() throws Exception {
    assertEquals("i32 2000000\ni64 2000000\n", ProgramTeam.run(counter, 2).text());
  }

  @Test
  void countsAreUnsigned() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      memory.setIntVolatile(CounterLayout.COUNT32, -1);
      memory.setLongVolatile(CounterLayout.COUNT64, -1);

      ProgramTeam.Delivered delivered =
          ProgramTeam.finish(memory, counter, 1, ProgramTeam.padded(counter));

      assertEquals("i32 4294967295\ni64 18446744073709551615\n", delivered.text());
    }
  }

  @Test
  void setupForgetsAnEarlierRun() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      ProgramTeam.run(memory, counter, 2, 10);

      assertEquals("i32 6\ni64 6\n", ProgramTeam.run(memory, counter, 2, 3).text());
    }
  }

  @Test
  void anInterruptedThreadStopsCounting() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(counter, Long.MAX_VALUE);
      counter.setup(memory, 1, args);
      Thread.currentThread().interrupt();

      assertThrows(InterruptedException.class, () -> counter.work(memory, 0, 1, args));
    }
  }
}
