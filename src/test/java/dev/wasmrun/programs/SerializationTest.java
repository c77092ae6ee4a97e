package dev.wasmrun.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.memory.LinearMemory;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SerializationTest {
  private final Serialization serialization = new Serialization();

  @Property(tries = 60)
  void everyThreadReadsWhatTheOthersHaveWritten(
      @ForAll @IntRange(min = 1, max = 8) int threads,
      @ForAll @IntRange(min = 1, max = 70) int items,
      @ForAll long seed)
      throws Exception {
    ProgramTeam.Delivered delivered = ProgramTeam.run(serialization, threads, items, seed);

    assertEquals("items %d\nmismatches 0\n".formatted(threads * items), delivered.text());
    assertEquals(threads, delivered.emitted().size());
    assertEquals(1, delivered.emitted().stream().distinct().count());
  }

  @Test
  void theSeedDeterminesTheDigest() throws Exception {
    List<Long> digest = ProgramTeam.run(serialization, 1, 50, 1).emitted();

    assertEquals(digest, ProgramTeam.run(serialization, 1, 50, 1).emitted());
    assertNotEquals(digest, ProgramTeam.run(serialization, 1, 50, 2).emitted());
  }

  @Test
  void oneItemLiesAsTheLayoutSays() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      // The first item of this writer whose flag is set and whose text is not empty.
      int i =
          IntStream.range(0, 100)
              .filter(each -> item(each).flag() && !item(each).text().isEmpty())
              .findFirst()
              .orElseThrow();
      ProgramTeam.run(memory, serialization, 1, 100, 7);
      SerializedItem item = item(i);

      // A part of 100 items: 24 bytes, 16 for 100 booleans, then items of 40 bytes.
      int part = 3088;
      int at = part + 24 + 16 + i * 40;
      assertEquals(1, memory.getByte(part + 24 + i / 8) >> i % 8 & 1);
      assertEquals(item.kind(), memory.getByte(at));
      assertEquals(item.id(), memory.getInt(at + 4));
      assertEquals(item.weight(), memory.getDouble(at + 8));
      assertEquals(item.stamp(), memory.getLong(at + 32));
      assertEquals(
          item.text(), memory.getUtf8(part + memory.getInt(at + 20), memory.getShort(at + 16)));
      assertEquals(
          item.text(), memory.getUtf16(part + memory.getInt(at + 28), memory.getShort(at + 24)));
    }
  }

  private static SerializedItem item(int i) {
    return SerializedItem.of(7, 0, i);
  }

  @Test
  void textsHaveCodePointsOfEveryLengthInUtf8() {
    int[] lengths =
        IntStream.range(0, 200)
            .flatMap(i -> item(i).text().codePoints())
            .map(
                codePoint ->
                    codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x1_0000 ? 3 : 4)
            .distinct()
            .sorted()
            .toArray();

    assertEquals(
        "1234", IntStream.of(lengths).mapToObj(Integer::toString).reduce("", String::concat));
  }

  /**
   * Each a byte that a reader has to notice: of the head, of the booleans, of an item, of a text.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 4, 8, 16, 24, 40, 44, 48, 56, 72, 40 + 100 * 40, 40 + 100 * 40 + 2800})
  void aChangedByteIsAMismatchAndChangesTheDigest(int offset) throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      ProgramTeam.run(memory, serialization, 1, 100, 7);
      SerializedPart part = new SerializedPart(memory, 0, 100);
      assertEquals(0, part.mismatches(7));
      long digest = part.digest(0);

      int address = SerializationLayout.part(0, 100) + offset;
      memory.setByte(address, (byte) (memory.getByte(address) ^ 1));

      assertTrue(part.mismatches(7) > 0);
      assertNotEquals(digest, part.digest(0));
    }
  }

  @Test
  void paddingMeansNothing() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      ProgramTeam.run(memory, serialization, 1, 100, 7);
      SerializedPart part = new SerializedPart(memory, 0, 100);
      long digest = part.digest(0);

      for (int padding : new int[] {1, 3, 18, 23, 41, 43, 58, 66}) {
        memory.setByte(SerializationLayout.part(0, 100) + padding, (byte) 0x5a);
      }

      assertEquals(0, part.mismatches(7));
      assertEquals(digest, part.digest(0));
    }
  }

  @Test
  void partsThatDoNotFitAreRefused() throws Exception {
    assertTrue(ProgramTeam.run(serialization, 1, 43_000).text().endsWith("mismatches 0\n"));
    for (long items : new long[] {44_000, 1 << 22, 1L << 40}) {
      assertThrows(IllegalArgumentException.class, () -> ProgramTeam.run(serialization, 1, items));
    }
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      serialization.setup(memory, 128, ProgramTeam.padded(serialization));
      assertThrows(
          IllegalArgumentException.class,
          () -> serialization.setup(memory, 129, ProgramTeam.padded(serialization, 1)));
    }
  }

  @Test
  void anInterruptedThreadStops() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(serialization);
      serialization.setup(memory, 2, args);
      Thread.currentThread().interrupt();

      assertThrows(InterruptedException.class, () -> serialization.work(memory, 0, 2, args));
    }
  }
}
