package dev.wasmrun.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Hammer;
import dev.wasmrun.memory.LinearMemory;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NotifyOrderTest {
  /** The line that names the columns of the latencies. */
  private static final int HEADER = 4;

  private final NotifyOrder notifyOrder = new NotifyOrder();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void everyRoundWakesInTheOrderOfArrival(int threads) throws Exception {
    ProgramTeam.Delivered delivered = ProgramTeam.run(notifyOrder, threads, 30);

    assertEquals("rounds 30\nin-order 30\n", delivered.text());
    int waiters = threads - 1;
    List<Long> lastArrivals =
        IntStream.range(0, waiters)
            .mapToObj(place -> NotifyOrderConductor.arrival(29, place, waiters) + 1L)
            .toList();
    assertEquals(lastArrivals, delivered.emitted());
  }

  @Test
  void theDefaultIsAHundredRounds() throws Exception {
    assertEquals("rounds 100\nin-order 100\n", ProgramTeam.run(notifyOrder, 2).text());
  }

  @Test
  void ordersDifferFromRoundToRoundAndNameEveryWaiter() {
    assertEquals(List.of(0, 1, 2, 3), order(0, 4));
    assertEquals(List.of(2, 1, 0, 3), order(1, 4));
    assertEquals(List.of(2, 3, 0, 1), order(2, 4));
  }

  @Property
  void everyRoundCallsEveryWaiterOnce(
      @ForAll @LongRange(min = 0) long round, @ForAll @IntRange(min = 1, max = 50) int waiters) {
    assertEquals(
        IntStream.range(0, waiters).boxed().toList(),
        order(round, waiters).stream().sorted().toList());
  }

  @Test
  void wakersAreMeasuredByTheirPositionInTheQueue() throws Exception {
    List<String> lines = ProgramTeam.run(notifyOrder, 3, 20, 1).text().lines().toList();

    assertEquals(List.of("rounds 20", "in-order 20"), lines.subList(0, 2));
    assertTrue(number(lines.get(2), "ran-in-order ") <= 20);
    assertTrue(number(lines.get(3), "repeated ") >= 0);
    assertEquals("place  under us  waiters", lines.get(HEADER));
    assertEquals(20, measured(lines, "1 "));
    assertEquals(20, measured(lines, "2 "));
    assertEquals(0, measured(lines, "3 "));
  }

  @Test
  void theLastPositionStandsForAllBehindIt() throws Exception {
    List<String> lines = ProgramTeam.run(notifyOrder, 11, 5, 1).text().lines().toList();

    assertEquals(5, measured(lines, "7 "));
    assertEquals(3 * 5, measured(lines, "8+"));
  }

  @Test
  void aBarIsTheShareOfTheRounds() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(notifyOrder, 100, 1);
      notifyOrder.setup(memory, 12, args);
      memory.setLong(NotifyOrderLayout.bucket(0, 0), 25);
      memory.setLong(NotifyOrderLayout.bucket(0, 4), 75);
      memory.setLong(NotifyOrderLayout.bucket(6, 15), 1);
      memory.setLong(NotifyOrderLayout.bucket(7, 14), 400);
      List<String> lines =
          ProgramTeam.finish(memory, notifyOrder, 12, args).text().lines().toList();

      assertEquals(
          List.of(
              "place  under us  waiters",
              "   1          1       25  ##########",
              "             16       75  ##############################",
              "   7       more        1  #",
              "   8+     16384      400  ########################################"),
          lines.subList(HEADER, lines.size()));
    }
  }

  @Test
  void aRoundInWhichAWaiterComesLateIsRepeated() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(notifyOrder, 1);
      notifyOrder.setup(memory, 2, args);
      Hammer.strike(
          thread -> notifyOrder.work(memory, 0, 2, args),
          thread -> {
            // A waiter that reports that it came late, as often as it is called, five times.
            int called = NotifyOrderLayout.called(0);
            for (int i = 0; i < 5; i++) {
              while (memory.getIntVolatile(called) != NotifyOrder.COME) {
                memory.wait32(called, NotifyOrder.IDLE, -1);
              }
              memory.setIntVolatile(called, NotifyOrder.IDLE);
              memory.notify(called, 1);
              memory.getAndAddInt(NotifyOrderLayout.REPORTED, 1);
              memory.notify(NotifyOrderLayout.REPORTED, 1);
            }
            notifyOrder.work(memory, 1, 2, args);
          });

      assertTrue(memory.getLong(NotifyOrderLayout.REPEATED) >= 5);
      assertEquals(
          "rounds 1\nin-order 1\n", ProgramTeam.finish(memory, notifyOrder, 2, args).text());
    }
  }

  @Test
  void anotherOrderThanThatOfArrivalIsNotCounted() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(notifyOrder, 2);
      notifyOrder.setup(memory, 2, args);
      // The only waiter says that it is number 2.
      Hammer.strike(
          thread -> notifyOrder.work(memory, 0, 2, args),
          thread -> {
            int called = NotifyOrderLayout.called(0);
            while (memory.getIntVolatile(called) != NotifyOrder.END) {
              if (memory.getIntVolatile(called) == NotifyOrder.COME) {
                sleepAndReport(memory, called, 2);
              }
              Thread.onSpinWait();
            }
          });

      assertEquals(
          "rounds 2\nin-order 0\n", ProgramTeam.finish(memory, notifyOrder, 2, args).text());
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1023, 0", "1024, 1", "2047, 1", "2048, 2", "16777216, 15"})
  void bucketsDoubleFromAMicrosecond(long nanos, int bucket) {
    assertEquals(bucket, NotifyOrderConductor.bucketOf(nanos));
    assertEquals(15, NotifyOrderConductor.bucketOf(Long.MAX_VALUE));
  }

  @Test
  void moreThreadsThanThereAreRecordsForAreRefused() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(notifyOrder);
      memory.setInt(GalleryMemory.BLOCK_END, 7);
      notifyOrder.setup(memory, 262_014, args);
      assertEquals(7, memory.getInt(GalleryMemory.BLOCK_END));

      var refusal =
          assertThrows(
              IllegalArgumentException.class, () -> notifyOrder.setup(memory, 262_015, args));

      assertEquals("there are records for at most 262013 waiters: 262014", refusal.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void anInterruptedThreadStops(int thread) throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(notifyOrder);
      notifyOrder.setup(memory, 2, args);
      Thread.currentThread().interrupt();

      assertThrows(InterruptedException.class, () -> notifyOrder.work(memory, thread, 2, args));
    }
  }

  private static void sleepAndReport(LinearMemory memory, int called, int as)
      throws InterruptedException {
    int expected = memory.getIntVolatile(NotifyOrderLayout.WORD);
    memory.setIntVolatile(called, NotifyOrder.IDLE);
    memory.notify(called, 1);
    if (memory.wait32(NotifyOrderLayout.WORD, expected, -1).code() == 0) {
      memory.setInt(NotifyOrderLayout.thread(memory.getAndAddInt(NotifyOrderLayout.WOKEN, 1)), as);
    }
    memory.getAndAddInt(NotifyOrderLayout.REPORTED, 1);
    memory.notify(NotifyOrderLayout.REPORTED, 1);
  }

  private static List<Integer> order(long round, int waiters) {
    return IntStream.range(0, waiters)
        .mapToObj(place -> NotifyOrderConductor.arrival(round, place, waiters))
        .toList();
  }

  /** How many waiters the lines of a place count; all but its first leave the place out. */
  private static long measured(List<String> lines, String place) {
    long sum = 0;
    String current = "";
    for (String line : lines.subList(HEADER + 1, lines.size())) {
      current = line.substring(0, 5).isBlank() ? current : line.substring(3, 5);
      if (current.equals(place)) {
        long count = Long.parseLong(line.substring(15, 24).trim());
        assertTrue(line.substring(26).matches("#{1,40}"), line);
        sum += count;
      }
    }
    return sum;
  }

  private static long number(String line, String label) {
    assertTrue(line.startsWith(label), line);
    return Long.parseLong(line.substring(label.length()));
  }
}
