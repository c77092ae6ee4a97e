package dev.wasmrun.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wasmrun.memory.LinearMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SemaphoreTest {
  private final Semaphore semaphore = new Semaphore();

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 3", "2, 1", "3, 2", "4, 4", "8, 3", "8, 100"})
  void asManyAsHavePermitsAreInsideAndNoMore(int threads, int permits) throws Exception {
    assertEquals(
        "turns %d\nmost %d\npermits %d\n"
            .formatted(threads * 2_000, Math.min(threads, permits), permits),
        ProgramTeam.run(semaphore, threads, 2_000, permits).text());
  }

  @Test
  void theDefaultsAreTenThousandTurnsAndThreePermits() throws Exception {
    assertEquals("turns 40000\nmost 3\npermits 3\n", ProgramTeam.run(semaphore, 4).text());
  }

  @Test
  void asManyPermitsAsCanBeCountedAreAllowedAndNoMore() throws Exception {
    assertEquals(
        "turns 2\nmost 1\npermits 2147483647\n",
        ProgramTeam.run(semaphore, 1, 2, Integer.MAX_VALUE).text());
    var refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> ProgramTeam.run(semaphore, 1, 2, Integer.MAX_VALUE + 1L));
    assertEquals("there are at most 2147483647 permits: 2147483648", refusal.getMessage());
    assertThrows(IllegalArgumentException.class, () -> ProgramTeam.run(semaphore, 1, 2, -1));
  }

  @Test
  void setupForgetsAnEarlierRun() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      ProgramTeam.run(memory, semaphore, 4, 10, 4);

      assertEquals(
          "turns 6\nmost 2\npermits 2\n", ProgramTeam.run(memory, semaphore, 2, 3, 2).text());
    }
  }

  @Test
  void anInterruptedThreadStaysOutside() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(semaphore, Long.MAX_VALUE);
      semaphore.setup(memory, 1, args);
      Thread.currentThread().interrupt();

      assertThrows(InterruptedException.class, () -> semaphore.work(memory, 0, 1, args));

      assertEquals(0, memory.getLongVolatile(SemaphoreLayout.TURNS));
    }
  }
}
