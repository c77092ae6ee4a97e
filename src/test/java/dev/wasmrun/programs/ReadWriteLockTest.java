package dev.wasmrun.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wasmrun.memory.LinearMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadWriteLockTest {
  private final ReadWriteLock rwlock = new ReadWriteLock();

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "3, 1", "4, 1", "5, 2", "8, 2"})
  void writersGetInAlthoughReadersNeverStop(int threads, int writers) throws Exception {
    assertEquals(
        "writers %d\nwrites %d\ntorn 0\n".formatted(writers, writers * 500),
        ProgramTeam.run(rwlock, threads, 500).text());
  }

  @Test
  void theDefaultIsTwoThousandWritesPerWriter() throws Exception {
    assertEquals("writers 1\nwrites 2000\ntorn 0\n", ProgramTeam.run(rwlock, 2).text());
  }

  @Test
  void valuesThatDifferAreReportedOncePerRead() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(rwlock, 4);
      rwlock.setup(memory, 2, args);
      memory.setLong(ReadWriteLockLayout.value(0), 4);

      rwlock.work(memory, 1, 2, args);

      assertEquals(
          "writers 1\nwrites 4\ntorn 1\n", ProgramTeam.finish(memory, rwlock, 2, args).text());
    }
  }

  @Test
  void anInterruptedReaderStopsReading() throws Exception {
    assertStopsInterrupted(1);
  }

  @Test
  void anInterruptedWriterStopsWriting() throws Exception {
    assertStopsInterrupted(0);
  }

  private void assertStopsInterrupted(int thread) throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(rwlock, Long.MAX_VALUE);
      rwlock.setup(memory, 2, args);
      Thread.currentThread().interrupt();

      assertThrows(InterruptedException.class, () -> rwlock.work(memory, thread, 2, args));

      assertEquals(0, memory.getLong(ReadWriteLockLayout.value(0)));
    }
  }
}
