package dev.wasmrun.programs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Hammer;
import dev.wasmrun.memory.LinearMemory;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class SharedRingTest {
  private static final int RING = 1024;
  private static final int FROM = 4096;
  private static final int INTO = 8192;
  private static final int LONGEST = 64;

  /** Lengths of records to put; -1 to take one. */
  @Provide
  Arbitrary<List<Integer>> steps() {
    return Arbitraries.oneOf(Arbitraries.integers().between(0, LONGEST), Arbitraries.just(-1))
        .list()
        .ofMaxSize(200);
  }

  @Property
  void givesOutWhatWasPutInInItsOrderAndNeverHoldsMoreThanItsCapacity(
      @ForAll("steps") List<Integer> steps) throws Exception {
    int capacity = 148;
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      SharedRing ring = ring(memory, capacity);
      Queue<byte[]> model = new ArrayDeque<>();
      int used = 0;
      byte next = 0;
      for (int step : steps) {
        if (step >= 0) {
          byte[] record = new byte[step];
          for (int i = 0; i < step; i++) {
            record[i] = next++;
          }
          memory.write(FROM, record, 0, step);
          boolean fits = used + SharedRing.recordSize(step) <= capacity;
          assertEquals(fits, ring.tryPut(FROM, step));
          if (fits) {
            model.add(record);
            used += SharedRing.recordSize(step);
          }
        } else if (model.isEmpty()) {
          assertEquals(SharedRing.EMPTY, ring.tryTake(INTO, LONGEST));
        } else {
          byte[] expected = model.remove();
          used -= SharedRing.recordSize(expected.length);
          assertEquals(expected.length, ring.tryTake(INTO, LONGEST));
          byte[] taken = new byte[expected.length];
          memory.read(INTO, taken, 0, taken.length);
          assertArrayEquals(expected, taken);
        }
      }
      assertEquals(0, memory.getInt(RING + SharedRing.size(capacity)), "writes beyond its end");
    }
  }

  @Test
  void aClosedRingTakesNothingMoreAndGivesOutWhatItHas() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      SharedRing ring = ring(memory, 64);
      assertTrue(ring.put(FROM, 5));
      ring.close();

      assertFalse(ring.put(FROM, 5));
      assertFalse(ring.tryPut(FROM, 5));
      assertEquals(5, ring.take(INTO, LONGEST));
      assertEquals(SharedRing.ENDED, ring.take(INTO, LONGEST));
      assertEquals(SharedRing.ENDED, ring.tryTake(INTO, LONGEST));
    }
  }

  @Test
  void closingWakesThoseWhoWaitForARecordAndThoseWhoWaitForRoom() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      SharedRing empty = ring(memory, 64);
      SharedRing full = new SharedRing(memory, RING + 256);
      full.setup(8);
      assertTrue(full.put(FROM, 4));
      AtomicInteger told = new AtomicInteger();

      Hammer.strike(
          thread -> told.addAndGet(empty.take(INTO, LONGEST) == SharedRing.ENDED ? 1 : 0),
          thread -> told.addAndGet(empty.take(INTO, LONGEST) == SharedRing.ENDED ? 1 : 0),
          thread -> told.addAndGet(full.put(FROM, 4) ? 0 : 1),
          thread -> told.addAndGet(full.put(FROM, 4) ? 0 : 1),
          thread -> {
            while (memory.waiters().size() < 4) {
              Thread.onSpinWait();
            }
            empty.close();
            full.close();
          });

      assertEquals(4, told.get());
    }
  }

  @Test
  void aLengthThatCannotBeIsNotCopied() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      for (int length : new int[] {LONGEST + 1, -1, 9}) {
        SharedRing ring = ring(memory, 256);
        ring.put(FROM, 8);
        memory.setInt(RING + SharedRing.size(0), length);

        IllegalStateException damaged =
            assertThrows(IllegalStateException.class, () -> ring.tryTake(INTO, LONGEST));

        assertTrue(damaged.getMessage().startsWith("the ring is damaged"), damaged.getMessage());
      }
    }
  }

  @Test
  void anInterruptedThreadStopsWaiting() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      SharedRing ring = ring(memory, 8);
      Thread.currentThread().interrupt();
      assertThrows(InterruptedException.class, () -> ring.take(INTO, LONGEST));

      assertTrue(ring.put(FROM, 4));
      Thread.currentThread().interrupt();
      assertThrows(InterruptedException.class, () -> ring.put(FROM, 4));
    }
  }

  private static SharedRing ring(LinearMemory memory, int capacity) {
    SharedRing ring = new SharedRing(memory, RING);
    ring.setup(capacity);
    return ring;
  }
}
