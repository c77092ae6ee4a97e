package dev.wasmrun.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.memory.LinearMemory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BarrierTest {
  private final Barrier barrier = new Barrier();

  @Property(tries = 40)
  void threadsInStepComputeWhatOneThreadWouldInTurn(
      @ForAll @IntRange(min = 1, max = 8) int threads,
      @ForAll @IntRange(min = 1, max = 200) int generations)
      throws Exception {
    assertEquals(
        "generations %d\nlasts %d\nchecksum %s\n"
            .formatted(
                generations,
                generations,
                Long.toUnsignedString(checksumInTurn(threads, generations))),
        ProgramTeam.run(barrier, threads, generations).text());
  }

  @Test
  void theDefaultIsTenThousandGenerations() throws Exception {
    assertTrue(ProgramTeam.run(barrier, 2).text().startsWith("generations 10000\nlasts 10000\n"));
  }

  @Test
  void moreThreadsThanThereAreCellsForAreRefused() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(barrier);
      barrier.setup(memory, 262_078, args);
      assertEquals(262_078, memory.getLong(BarrierLayout.cell(0, 262_077, 262_078)));
      assertTrue(BarrierLayout.cell(1, 262_077, 262_078) <= GalleryMemory.BLOCK_END - Long.BYTES);

      var refusal =
          assertThrows(IllegalArgumentException.class, () -> barrier.setup(memory, 262_079, args));

      assertEquals("there are cells for at most 262078 threads: 262079", refusal.getMessage());
    }
  }

  @Test
  void progressIsTheShareOfGenerationsThatAllHaveReached() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(barrier, 8);
      barrier.setup(memory, 1, args);
      assertEquals(0, barrier.progress(memory, 2, args).orElseThrow().share());
      memory.setLongVolatile(BarrierLayout.LASTS, 2);
      assertEquals(0.25, barrier.progress(memory, 2, args).orElseThrow().share());
    }
  }

  @Test
  void anInterruptedThreadDoesNotArrive() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(barrier);
      barrier.setup(memory, 1, args);
      Thread.currentThread().interrupt();

      assertThrows(InterruptedException.class, () -> barrier.work(memory, 0, 1, args));

      assertEquals(0, memory.getLongVolatile(BarrierLayout.LASTS));
    }
  }

  /** The rule of the ring, one generation after the other in arrays. */
  private static long checksumInTurn(int threads, int generations) {
    long[] cells = new long[threads];
    for (int i = 0; i < threads; i++) {
      cells[i] = i + 1;
    }
    for (int generation = 0; generation < generations; generation++) {
      long[] next = new long[threads];
      for (int i = 0; i < threads; i++) {
        long left = cells[Math.floorMod(i - 1, threads)];
        long right = cells[Math.floorMod(i + 1, threads)];
        next[i] = 5 * cells[i] + 3 * left + right + 1;
      }
      cells = next;
    }
    long checksum = 0;
    for (long cell : cells) {
      checksum = 31 * checksum + cell;
    }
    return checksum;
  }
}
