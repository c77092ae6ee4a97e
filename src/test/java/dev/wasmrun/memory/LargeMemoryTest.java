package dev.wasmrun.memory;

import static dev.wasmrun.memory.LinearMemoryTest.assertTrap;
import static dev.wasmrun.memory.MemoryType.PAGE_SIZE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.memory.MemoryTrap.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Memories of 2 to 4 GiB, of which each test touches a few pages. */
class LargeMemoryTest {
  private static final int MOST = MemoryType.MAX_PAGES;
  private static final long END = (long) MOST * PAGE_SIZE;

  /** Where chunks end, where an int becomes negative, and the end of all. */
  private static final List<Long> PLACES =
      List.of((long) Chunks.BYTES, 1L << 31, Chunks.begin(2), END);

  /** How a memory comes to its chunks. */
  private enum Making {
    /** All at first, and one after the other in the process where the kernel does so. */
    AT_ONCE,
    /** The others when it has grown. */
    BY_GROWTH,
    /** From an image of another. */
    FROM_IMAGE,
    /** And told of every access. */
    OBSERVED;

    LinearMemory make() {
      if (this == OBSERVED) {
        var observed = LinearMemory.create(new MemoryType(1, MOST, true), new RecordingObserver());
        observed.grow(MOST - 1);
        return observed;
      }
      var small = LinearMemory.create(new MemoryType(1, MOST, this == AT_ONCE));
      LinearMemory memory = this == FROM_IMAGE ? imageOf(small) : small;
      assertEquals(1, memory.grow(MOST - 1));
      return memory;
    }

    private static LinearMemory imageOf(LinearMemory original) {
      try (original;
          MemoryImage image = MemoryImage.of(original)) {
        return image.create();
      }
    }
  }

  private static LinearMemory whole() {
    return Making.AT_ONCE.make();
  }

  @ParameterizedTest
  @EnumSource(Making.class)
  void numbersAreWhatTheirBytesAreAtEveryAddress(Making making) {
    try (LinearMemory memory = making.make()) {
      assertEquals(MOST, memory.pages());
      assertEquals(END, memory.byteSize());
      for (long place : PLACES) {
        for (long at = place - 12; at < Math.min(place + 4, END - 7); at++) {
          int address = (int) at;
          memory.setLong(address, 0x8182838485868788L + at);
          assertEquals(0x8182838485868788L + at, memory.getLong(address));
          byte[] bytes = memory.getBytes(address, 8);
          var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
          assertEquals(0x8182838485868788L + at, buffer.getLong(0));
          assertEquals(buffer.getInt(0), memory.getInt(address));
          assertEquals(buffer.getShort(0), memory.getShort(address));
          assertEquals(buffer.get(0), memory.getByte(address));
          memory.setInt(address, -3);
          memory.setShort(address + 4, (short) -2);
          memory.setByte(address + 6, (byte) -1);
          assertEquals(-3, memory.getInt(address));
          assertEquals(-2, memory.getShort(address + 4));
          assertEquals(-1, memory.getByte(address + 6));
          assertEquals(bytes[7], memory.getByte(address + 7));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Making.class)
  void atomicsReachEveryAddress(Making making) {
    try (LinearMemory memory = making.make()) {
      for (long place : PLACES) {
        for (long at = place - 8; at < Math.min(place + 8, END); at += 8) {
          int address = (int) at;
          memory.setLongVolatile(address, 5);
          assertEquals(5, memory.getAndAddLong(address, 1L << 40));
          assertEquals(5 | 1L << 40, memory.getLongVolatile(address));
          assertEquals(5, memory.compareAndExchangeInt(address, 5, 6));
          assertEquals(6, memory.getAndSetInt(address, 0x01020304));
          assertEquals(0x0304, memory.getAndAddShort(address, (short) 1));
          assertEquals(0x05, memory.getAndBitwiseXorByte(address, (byte) 5));
          assertEquals(0x0102, memory.getShortVolatile(address + 2));
          memory.setByteVolatile(address + 3, (byte) 7);
          assertEquals(0x07020300, memory.getIntAcquire(address));
          assertEquals(7, memory.getByteVolatile(address + 3));
          assertEquals(0, memory.notify(address, 1));
          assertTrap(Kind.UNALIGNED_ATOMIC, () -> memory.getAndAddLong(address + 4, 1));
        }
      }
    }
  }

  @Test
  void nothingBeyondItsSizeIsReached() {
    LinearMemory memory = LinearMemory.create(new MemoryType(40_000, 50_000, true));
    long end = 40_000L * PAGE_SIZE;
    memory.setByte((int) end - 1, (byte) 1);
    for (long address : new long[] {end - 7, end, (1L << 32) - 8, (1L << 32) - 1}) {
      int at = (int) address;
      assertTrap(Kind.OUT_OF_BOUNDS, () -> memory.getLong(at));
      assertTrap(Kind.OUT_OF_BOUNDS, () -> memory.setLong(at, -1));
      assertTrap(Kind.OUT_OF_BOUNDS, () -> memory.fill(at, (byte) 9, 8));
      assertTrap(Kind.OUT_OF_BOUNDS, () -> memory.copy(0, at, -1));
      assertTrap(Kind.OUT_OF_BOUNDS, () -> memory.write(at, new byte[8], 0, 8));
    }
    assertEquals(1, memory.getByte((int) end - 1));
    assertEquals(-1, memory.grow(10_001));
    assertEquals(-1, memory.grow(-1));
    assertEquals(40_000, memory.grow(10_000));
    assertEquals(0, memory.getLong((int) end));
    memory.close();
    assertTrap(Kind.CLOSED, () -> memory.getInt((int) end - 4));
    assertTrap(Kind.CLOSED, () -> memory.getAndAddInt((int) end - 4, 1));
  }

  @Test
  void rangesMayBeginInOneChunkAndEndInAnother() {
    var random = new Random(1);
    try (LinearMemory memory = whole()) {
      for (long place : PLACES.subList(0, 3)) {
        byte[] model = new byte[20_000];
        int base = (int) (place - model.length / 2);
        for (int round = 0; round < 500; round++) {
          int from = random.nextInt(model.length);
          int to = random.nextInt(model.length);
          int length = random.nextInt(model.length - Math.max(from, to));
          switch (random.nextInt(3)) {
            case 0 -> {
              memory.copy(base + to, base + from, length);
              System.arraycopy(model, from, model, to, length);
            }
            case 1 -> {
              memory.fill(base + to, (byte) round, length);
              Arrays.fill(model, to, to + length, (byte) round);
            }
            default -> {
              byte[] bytes = new byte[length];
              random.nextBytes(bytes);
              memory.write(base + to, bytes, 0, length);
              System.arraycopy(bytes, 0, model, to, length);
            }
          }
          if (round % 50 == 0) {
            assertArrayEquals(model, memory.getBytes(base, model.length), "round " + round);
          }
        }
      }
    }
  }

  @Test
  void aSliceIsOfOneChunk() {
    try (LinearMemory memory = whole()) {
      memory.writableSlice(-16, 16).putLong(8, 77);
      assertEquals(77, memory.getLong(-8));
      assertEquals(77, memory.readOnlySlice(-8, 8).getLong(0));
      assertThrows(IllegalArgumentException.class, () -> memory.readOnlySlice(Chunks.BYTES - 1, 2));
      assertThrows(IllegalArgumentException.class, () -> memory.readOnlySlice(0, -1));
      assertThrows(IllegalArgumentException.class, () -> memory.getBytes(0, -1));
    }
  }

  @Test
  void aWaitOnAHighAddressIsNotified() throws Exception {
    try (LinearMemory memory = whole()) {
      int address = -8;
      var wait = memory.waitAsync32(address, 0, -1);
      assertEquals(WaitResult.NOT_EQUAL, memory.wait32(address, 1, -1));
      assertEquals(address, memory.waiters().get(0).address());
      assertEquals(0, memory.notify(address & Integer.MAX_VALUE, 1));
      assertEquals(1, memory.notify(address, 1));
      assertEquals(WaitResult.WOKEN, wait.get());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anImageHasWhatIsBeyondTheFirstChunk(boolean mapped) {
    int pages = Chunks.PAGES + 2;
    long last = (long) pages * PAGE_SIZE - 8;
    try (LinearMemory memory = LinearMemory.create(new MemoryType(pages, MOST, false))) {
      memory.setLong(Chunks.BYTES - 4, -1);
      memory.setLong((int) last, 7);
      var directories = mapped ? Reservation.defaultDirectories() : List.of(Path.of("/nowhere"));
      try (MemoryImage image = MemoryImage.of(memory, directories);
          LinearMemory copy = image.create();
          LinearMemory other = image.create()) {
        assertEquals(mapped, image.isShared());
        copy.setLong((int) last, 8);
        assertEquals(-1, copy.getLong(Chunks.BYTES - 4));
        assertEquals(7, other.getLong((int) last));
        assertEquals(pages, copy.grow(MOST - pages));
        copy.setLong(-8, 9);
        assertEquals(9, copy.getLong(-8));
        other.closeUnused();
      }
    }
  }

  @Test
  void anotherMemoryFindsZerosInAPooledRange() {
    try (var pool = new ReservationPool()) {
      var type = new MemoryType(MOST, MOST, true);
      for (int round = 0; round < 2; round++) {
        Reservation range = pool.take(type);
        try (var memory = new LinearMemory(type, range)) {
          for (long place : PLACES) {
            assertEquals(0, memory.getLong((int) place - 8));
            memory.setLong((int) place - 8, -1);
            pool.wrote((int) place - 8, 8);
          }
        }
      }
    }
  }

  @Test
  void compiledCodeReachesAllThatFollowsInTheProcess() {
    try (LinearMemory memory = whole()) {
      long reach = CompiledAccess.reach(memory.reservation().chunks());
      assertTrue(PLACES.contains(reach), "reach " + reach);
    }
  }
}
