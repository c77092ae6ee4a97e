package dev.wasmrun.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.memory.LinearMemory;
import java.util.List;
import org.junit.jupiter.api.Test;

class RacyCounterTest {
  private final RacyCounter counter = new RacyCounter();

  @Test
  void oneThreadLosesNothing() throws Exception {
    assertEquals("expected 1000000\ncounted 1000000\nlost 0\n", ProgramTeam.run(counter, 1).text());
  }

  @Test
  void whatIsNotCountedIsReportedAsLost() throws Exception {
    List<String> lines = ProgramTeam.run(counter, 4, 50_000).text().lines().toList();

    assertEquals(3, lines.size());
    assertEquals(200_000, number(lines.get(0), "expected "));
    long counted = number(lines.get(1), "counted ");
    assertTrue(counted >= 1 && counted <= 200_000, lines.toString());
    assertEquals(200_000 - counted, number(lines.get(2), "lost "));
  }

  @Test
  void anInterruptedThreadStopsCounting() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(counter);
      counter.setup(memory, 1, args);
      Thread.currentThread().interrupt();

      assertThrows(InterruptedException.class, () -> counter.work(memory, 0, 1, args));

      assertEquals(0, memory.getInt(RacyCounterLayout.COUNT));
    }
  }

  private static long number(String line, String label) {
    assertTrue(line.startsWith(label), line);
    return Long.parseLong(line.substring(label.length()));
  }
}
