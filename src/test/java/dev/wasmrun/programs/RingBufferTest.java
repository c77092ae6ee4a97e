package dev.wasmrun.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.memory.LinearMemory;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RingBufferTest {
  private static final int SMALLEST = 68;

  private final RingBuffer ringBuffer = new RingBuffer();

  @ParameterizedTest
  @CsvSource({
    "1, 4096", "2, 4096", "3, 4096", "4, 4096", "8, 4096", "1, 68", "2, 68", "5, 68", "8, 101"
  })
  void nothingIsLostDuplicatedDamagedOrOutOfOrder(int threads, int capacity) throws Exception {
    Map<String, String> facts = facts(ProgramTeam.run(ringBuffer, threads, 3_000, capacity).text());

    int producers = (threads + 1) / 2;
    assertEquals(Integer.toString(producers), facts.get("producers"));
    assertEquals(Integer.toString(3_000 * producers), facts.get("sent"));
    assertEquals(facts.get("sent"), facts.get("received"));
    assertEquals(facts.get("sent bytes"), facts.get("received bytes"));
    assertEquals(facts.get("sent sum"), facts.get("received sum"));
    assertEquals("0", facts.get("out of order"));
    assertEquals("0", facts.get("damaged"));
  }

  @Test
  void theDefaultIsTenThousandRecordsPerProducer() throws Exception {
    assertEquals("20000", facts(ProgramTeam.run(ringBuffer, 4).text()).get("received"));
  }

  @Test
  void theSeedDeterminesTheRecords() throws Exception {
    String sum = facts(ProgramTeam.run(ringBuffer, 2, 100, 0, 1).text()).get("received sum");

    assertEquals(sum, facts(ProgramTeam.run(ringBuffer, 1, 100, 0, 1).text()).get("received sum"));
    assertTrue(
        !sum.equals(facts(ProgramTeam.run(ringBuffer, 2, 100, 0, 2).text()).get("received sum")));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, SMALLEST - 1, 0x40_0000, Long.MAX_VALUE})
  void aRingThatIsTooSmallForARecordOrTooLargeForTheBlockIsRefused(long capacity) {
    assertThrows(IllegalArgumentException.class, () -> ProgramTeam.run(ringBuffer, 2, 1, capacity));
  }

  @Test
  void moreThreadsThanLanesAreRefused() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(ringBuffer);
      ringBuffer.setup(memory, 128, args);

      IllegalArgumentException tooMany =
          assertThrows(IllegalArgumentException.class, () -> ringBuffer.setup(memory, 129, args));

      assertEquals("there are lanes for 128 threads, not 129", tooMany.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void anInterruptedThreadStops(int thread) throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(ringBuffer);
      ringBuffer.setup(memory, 2, args);
      Thread.currentThread().interrupt();

      assertThrows(InterruptedException.class, () -> ringBuffer.work(memory, thread, 2, args));
    }
  }

  @Test
  void aConsumerSeesDamagedBytesRepetitionsAndAWrongOrder() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      ringBuffer.setup(memory, 2, ProgramTeam.padded(ringBuffer));
      RingLane producer = new RingLane(memory, 0, 0);
      RingLane consumer = new RingLane(memory, 1, 0);

      for (int number : new int[] {3, 3, 2, 7}) {
        int length = producer.compose(number);
        memory.copy(consumer.incoming(), producer.outgoing(), length);
        if (number == 7) {
          memory.setByte(consumer.incoming() + length - 1, (byte) 0x5a);
        }
        consumer.check(length);
      }

      Map<String, String> facts =
          facts(ProgramTeam.finish(memory, ringBuffer, 2, ProgramTeam.padded(ringBuffer)).text());
      assertEquals("2", facts.get("out of order"));
      assertEquals("1", facts.get("damaged"));
      assertTrue(!facts.get("sent sum").equals(facts.get("received sum")));
    }
  }

  @Test
  void aRecordThatIsPublishedTooEarlyIsTakenUnwritten() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      ringBuffer.setup(memory, 2, ProgramTeam.padded(ringBuffer));
      SharedRing ring = new SharedRing(memory, RingBufferLayout.RING);
      RingLane producer = new RingLane(memory, 0, 0);
      RingLane consumer = new RingLane(memory, 1, 0);
      int length = producer.compose(1);

      // The racy put, and a consumer that comes in between.
      assertTrue(ring.lockWithRoom(length));
      int tail = ring.tail();
      ring.publish(tail, length);
      ring.signal();
      ring.unlock();
      assertEquals(length, ring.take(consumer.incoming(), RingBufferLayout.LONGEST));
      ring.write(tail, producer.outgoing(), length);
      consumer.check(length);

      String text =
          ProgramTeam.finish(memory, ringBuffer, 2, ProgramTeam.padded(ringBuffer)).text();
      assertEquals("1", facts(text).get("damaged"), text);
    }
  }

  @Test
  void aThreadThatIsAloneHasNobodyToPublishTooEarlyFor() throws Exception {
    assertEquals(
        ProgramTeam.run(ringBuffer, 1, 500).text(),
        ProgramTeam.run(new RacyRingBuffer(), 1, 500).text());
  }

  private static Map<String, String> facts(String text) {
    Map<String, String> facts = new HashMap<>();
    for (String line : text.lines().toList()) {
      int space = line.lastIndexOf(' ');
      facts.put(line.substring(0, space), line.substring(space + 1));
    }
    return facts;
  }
}
