package dev.wasmrun.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.memory.LinearMemory;
import java.util.List;
import org.junit.jupiter.api.Test;

class RacyMutexTest {
  private final RacyMutex mutex = new RacyMutex();

  @Test
  void oneThreadLosesNothing() throws Exception {
    assertEquals("expected 100000\ncounted 100000\nlost 0\n", ProgramTeam.run(mutex, 1).text());
  }

  @Test
  void whatIsNotCountedIsReportedAsLost() throws Exception {
    List<String> lines = ProgramTeam.run(mutex, 4, 50_000).text().lines().toList();

    assertEquals(3, lines.size());
    assertEquals("expected 200000", lines.get(0));
    long counted = Long.parseLong(lines.get(1).replace("counted ", ""));
    assertTrue(counted >= 1 && counted <= 200_000, lines.toString());
    assertEquals("lost " + (200_000 - counted), lines.get(2));
  }

  @Test
  void anInterruptedThreadStopsCounting() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(mutex);
      mutex.setup(memory, 1, args);
      Thread.currentThread().interrupt();

      assertThrows(InterruptedException.class, () -> mutex.work(memory, 0, 1, args));

      assertEquals(0, memory.getLong(MutexLayout.COUNT));
    }
  }
}
