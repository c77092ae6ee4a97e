package dev.wasmrun.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Hammer;
import dev.wasmrun.memory.MemoryTrap.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class LinearMemoryTest {
  private static final int PAGE = MemoryType.PAGE_SIZE;

  private final LinearMemory memory = LinearMemory.create(new MemoryType(1, 4, true));

  @AfterEach
  void close() {
    memory.close();
  }

  static void assertTrap(Kind kind, Executable access) {
    MemoryTrap trap = assertThrows(MemoryTrap.class, access);
    assertEquals(kind, trap.kind());
    assertTrue(trap.getMessage().startsWith(kind.text()), trap.getMessage());
  }

  /** Every access of a width, by name: at the last possible address it works, one further not. */
  private Map<Integer, List<IntConsumer>> plain() {
    return Map.of(
        1, List.of(memory::getByte, a -> memory.setByte(a, (byte) 1)),
        2, List.of(memory::getShort, a -> memory.setShort(a, (short) 1)),
        4,
            List.of(
                memory::getInt,
                a -> memory.setInt(a, 1),
                memory::getFloat,
                a -> memory.setFloat(a, 1)),
        8,
            List.of(
                memory::getLong,
                a -> memory.setLong(a, 1),
                memory::getDouble,
                a -> memory.setDouble(a, 1)));
  }

  private Map<Integer, List<IntConsumer>> atomic() {
    byte b = 1;
    short s = 1;
    return Map.of(
        1,
            List.of(
                memory::getByteVolatile,
                memory::getByteAcquire,
                a -> memory.setByteVolatile(a, b),
                a -> memory.setByteRelease(a, b),
                a -> memory.getAndAddByte(a, b),
                a -> memory.getAndBitwiseAndByte(a, b),
                a -> memory.getAndBitwiseOrByte(a, b),
                a -> memory.getAndBitwiseXorByte(a, b),
                a -> memory.getAndSetByte(a, b),
                a -> memory.compareAndExchangeByte(a, b, b),
                a -> memory.compareAndSetByte(a, b, b)),
        2,
            List.of(
                memory::getShortVolatile,
                memory::getShortAcquire,
                a -> memory.setShortVolatile(a, s),
                a -> memory.setShortRelease(a, s),
                a -> memory.getAndAddShort(a, s),
                a -> memory.getAndBitwiseAndShort(a, s),
                a -> memory.getAndBitwiseOrShort(a, s),
                a -> memory.getAndBitwiseXorShort(a, s),
                a -> memory.getAndSetShort(a, s),
                a -> memory.compareAndExchangeShort(a, s, s),
                a -> memory.compareAndSetShort(a, s, s)),
        4,
            List.of(
                memory::getIntVolatile,
                memory::getIntAcquire,
                a -> memory.setIntVolatile(a, 1),
                a -> memory.setIntRelease(a, 1),
                a -> memory.getAndAddInt(a, 1),
                a -> memory.getAndBitwiseAndInt(a, 1),
                a -> memory.getAndBitwiseOrInt(a, 1),
                a -> memory.getAndBitwiseXorInt(a, 1),
                a -> memory.getAndSetInt(a, 1),
                a -> memory.compareAndExchangeInt(a, 1, 1),
                a -> memory.compareAndSetInt(a, 1, 1),
                a -> memory.notify(a, 1),
                a -> memory.waitAsync32(a, -1, 0)),
        8,
            List.of(
                memory::getLongVolatile,
                memory::getLongAcquire,
                a -> memory.setLongVolatile(a, 1),
                a -> memory.setLongRelease(a, 1),
                a -> memory.getAndAddLong(a, 1),
                a -> memory.getAndBitwiseAndLong(a, 1),
                a -> memory.getAndBitwiseOrLong(a, 1),
                a -> memory.getAndBitwiseXorLong(a, 1),
                a -> memory.getAndSetLong(a, 1),
                a -> memory.compareAndExchangeLong(a, 1, 1),
                a -> memory.compareAndSetLong(a, 1, 1),
                a -> memory.waitAsync64(a, -1, 0)));
  }

  private byte[] contents() {
    byte[] bytes = new byte[(int) memory.byteSize()];
    memory.read(0, bytes, 0, bytes.length);
    return bytes;
  }

  @Test
  void plainAccessesEndAtTheLastByte() {
    plain()
        .forEach(
            (width, accesses) -> {
              for (IntConsumer access : accesses) {
                access.accept(PAGE - width);
                byte[] before = contents();
                for (int bad : new int[] {PAGE - width + 1, PAGE, -1, -width, Integer.MIN_VALUE}) {
                  assertTrap(Kind.OUT_OF_BOUNDS, () -> access.accept(bad));
                }
                assertTrap(Kind.OUT_OF_BOUNDS, () -> access.accept(Integer.MAX_VALUE));
                if (width > 1) {
                  assertArrayEquals(before, contents());
                }
              }
            });
  }

  @Test
  void atomicAccessesEndAtTheLastByte() {
    atomic()
        .forEach(
            (width, accesses) -> {
              for (IntConsumer access : accesses) {
                access.accept(PAGE - width);
                for (int bad : new int[] {PAGE, -width, Integer.MIN_VALUE}) {
                  assertTrap(Kind.OUT_OF_BOUNDS, () -> access.accept(bad));
                }
              }
            });
  }

  @Test
  void atomicAccessesAreAligned() {
    atomic()
        .forEach(
            (width, accesses) -> {
              for (IntConsumer access : accesses) {
                for (int off = 1; off < width; off++) {
                  int address = 64 + off;
                  assertTrap(Kind.UNALIGNED_ATOMIC, () -> access.accept(address));
                }
              }
            });
    assertArrayEquals(new byte[PAGE], contents());
  }

  @Test
  void everyAccessReachesAGrownPage() {
    assertEquals(1, memory.grow(1));
    plain().values().forEach(accesses -> accesses.forEach(a -> a.accept(PAGE)));
    atomic().values().forEach(accesses -> accesses.forEach(a -> a.accept(PAGE)));
  }

  @Test
  void trapNamesAddressWidthAndSize() {
    MemoryTrap trap = assertThrows(MemoryTrap.class, () -> memory.getLong(-8));
    assertEquals(
        "out of bounds memory access: address 4294967288, width 8, memory of 65536 bytes",
        trap.getMessage());
    trap = assertThrows(MemoryTrap.class, () -> memory.getAndAddShort(65_537, (short) 1));
    assertEquals(
        "unaligned atomic: address 65537, width 2, memory of 65536 bytes", trap.getMessage());
    trap = assertThrows(MemoryTrap.class, () -> memory.getAndAddByte(65_539, (byte) 1));
    assertEquals(
        "out of bounds memory access: address 65539, width 1, memory of 65536 bytes",
        trap.getMessage());
  }

  @Test
  void bytesAreLittleEndian() {
    memory.setLong(8, 0x0807060504030201L);
    for (int i = 0; i < 8; i++) {
      assertEquals(i + 1, memory.getByte(8 + i));
    }
    assertEquals(0x0605, memory.getShortVolatile(12));
    assertEquals(0x0504, memory.getShort(11));
  }

  @Test
  void nanPayloadsSurvive() {
    memory.setFloat(0, Float.intBitsToFloat(0x7FC0_1234));
    assertEquals(0x7FC0_1234, memory.getInt(0));
    memory.setDouble(8, Double.longBitsToDouble(0x7FF8_0000_DEAD_BEEFL));
    assertEquals(0x7FF8_0000_DEAD_BEEFL, Double.doubleToRawLongBits(memory.getDouble(8)));
  }

  @Test
  void bulkAccessesCheckTheWholeRangeFirst() {
    memory.fill(PAGE - 16, (byte) 7, 16);
    byte[] before = contents();
    byte[] bytes = new byte[32];
    assertTrap(Kind.OUT_OF_BOUNDS, () -> memory.write(PAGE - 16, bytes, 0, 17));
    assertTrap(Kind.OUT_OF_BOUNDS, () -> memory.read(PAGE - 16, bytes, 0, 17));
    assertTrap(Kind.OUT_OF_BOUNDS, () -> memory.fill(PAGE - 16, (byte) 1, 17));
    assertTrap(Kind.OUT_OF_BOUNDS, () -> memory.fill(16, (byte) 1, -1));
    assertTrap(Kind.OUT_OF_BOUNDS, () -> memory.fill(-16, (byte) 1, 17));
    assertTrap(Kind.OUT_OF_BOUNDS, () -> memory.copy(0, PAGE - 16, 17));
    assertTrap(Kind.OUT_OF_BOUNDS, () -> memory.copy(PAGE - 16, 0, 17));
    assertTrap(Kind.OUT_OF_BOUNDS, () -> memory.copy(PAGE + 1, 0, 0));
    assertTrap(Kind.OUT_OF_BOUNDS, () -> memory.getUtf8(0, PAGE + 1));
    assertThrows(IndexOutOfBoundsException.class, () -> memory.write(0, bytes, 20, 13));
    assertArrayEquals(before, contents());
    assertArrayEquals(new byte[32], bytes);
  }

  @Test
  void nothingAtTheEndIsInBounds() {
    memory.fill(PAGE, (byte) 1, 0);
    memory.copy(PAGE, PAGE, 0);
    memory.write(PAGE, new byte[0], 0, 0);
    assertEquals("", memory.getUtf8(PAGE, 0));
    assertTrap(Kind.OUT_OF_BOUNDS, () -> memory.fill(PAGE + 1, (byte) 1, 0));
  }

  @Test
  void textKeepsItsCharacters() {
    String text = "h\u00E4llo \uD83D\uDC1D";
    assertEquals(text, memory.getUtf8(3, memory.setUtf8(3, text)));
    assertEquals(text, memory.getUtf16(101, memory.setUtf16(101, text)));
  }

  @Test
  void growthAnswersThePreviousSizeUntilTheMaximum() {
    assertEquals(1, memory.grow(0));
    assertEquals(1, memory.grow(2));
    assertEquals(-1, memory.grow(2));
    assertEquals(-1, memory.grow(-1));
    assertEquals(-1, memory.grow(Integer.MAX_VALUE));
    assertEquals(3, memory.grow(1));
    assertEquals(-1, memory.grow(1));
    assertEquals(4, memory.pages());
    assertEquals(4L * PAGE, memory.byteSize());
  }

  @Test
  void limitsAreValidated() {
    assertThrows(IllegalArgumentException.class, () -> new MemoryType(-1, 1, true));
    assertThrows(IllegalArgumentException.class, () -> new MemoryType(2, 1, true));
    assertThrows(IllegalArgumentException.class, () -> new MemoryType(0, 65_537, true));
    assertThrows(IllegalArgumentException.class, () -> new MemoryType(65_537, 65_537, true));
  }

  @Test
  void memoryOfNoPagesHoldsNothing() {
    try (LinearMemory empty = LinearMemory.create(new MemoryType(0, 0, true))) {
      assertEquals(0, empty.pages());
      assertTrap(Kind.OUT_OF_BOUNDS, () -> empty.getByte(0));
      empty.fill(0, (byte) 1, 0);
      assertEquals(0, empty.grow(0));
      assertEquals(-1, empty.grow(1));
    }
  }

  @Test
  void largestMemoryReachesItsLastByte() {
    try (LinearMemory large = LinearMemory.create(new MemoryType(1, MemoryType.MAX_PAGES, true))) {
      assertEquals(Reservation.Backing.SPARSE_FILE, large.reservation().backing());
      assertEquals(1, large.grow(MemoryType.MAX_PAGES - 1));
      int last = MemoryType.MAX_PAGES * PAGE - 8;
      large.setLong(last, 42);
      assertEquals(42, large.getAndAddLong(last, 1));
      large.fill(last, (byte) 9, 8);
      large.copy(0, last, 8);
      assertEquals(0x0909090909090909L, large.getLong(0));
      assertTrap(Kind.OUT_OF_BOUNDS, () -> large.getLong(last + 1));
      assertTrap(Kind.OUT_OF_BOUNDS, () -> large.fill(last, (byte) 9, 9));
    }
  }

  @Test
  void growthRacesLoseNoPageAndNoStore() throws InterruptedException {
    int threads = 4;
    int pages = 400;
    try (LinearMemory growing = LinearMemory.create(new MemoryType(1, 1 + threads * pages, true))) {
      Hammer.strike(
          threads,
          thread -> {
            for (int i = 0; i < pages; i++) {
              int before = growing.grow(1);
              int address = before * PAGE;
              assertEquals(0, growing.getAndSetInt(address, thread + 1), "page given twice");
              growing.setByte(address + PAGE - 1, (byte) 1);
              growing.getAndAddInt(0, 1);
            }
          });
      assertEquals(1 + threads * pages, growing.pages());
      assertEquals(threads * pages, growing.getInt(0));
      for (int page = 1; page < growing.pages(); page++) {
        assertTrue(growing.getInt(page * PAGE) > 0, "page " + page);
        assertEquals(1, growing.getByte(page * PAGE + PAGE - 1));
      }
    }
  }

  @Test
  void plainStoresDuringGrowthAreNotLost() throws InterruptedException {
    try (LinearMemory growing = LinearMemory.create(new MemoryType(1, 2000, true))) {
      AtomicBoolean done = new AtomicBoolean();
      Hammer.strike(
          thread -> {
            for (int i = 1; i < 2000; i++) {
              growing.grow(1);
            }
            done.set(true);
          },
          thread -> {
            for (int i = 0; !done.get() || i < 100_000; i++) {
              int address = (i % 1000) * 8;
              growing.setLong(address, i);
              assertEquals(i, growing.getLong(address));
            }
          },
          thread -> {
            int known = 1;
            while (known < 2000) {
              known = growing.pages();
              growing.setInt(known * PAGE - 4, known); // Told of the size, it must not trap.
            }
          });
    }
  }

  @Test
  void everyAccessTrapsOnceClosed() {
    memory.close();
    memory.close();
    plain().values().forEach(l -> l.forEach(a -> assertTrap(Kind.CLOSED, () -> a.accept(0))));
    atomic().values().forEach(l -> l.forEach(a -> assertTrap(Kind.CLOSED, () -> a.accept(0))));
    assertTrap(Kind.CLOSED, () -> memory.grow(1));
    assertTrap(Kind.CLOSED, () -> memory.fill(0, (byte) 0, 0));
    assertTrap(Kind.CLOSED, () -> memory.pages());
  }

  @Test
  void strayThreadDuringCloseSeesZerosOrTraps() throws InterruptedException {
    for (int round = 0; round < 50; round++) {
      LinearMemory victim = LinearMemory.create(new MemoryType(16, 16, true));
      victim.fill(0, (byte) 1, 16 * PAGE);
      var closed = new AtomicBoolean();
      Hammer.strike(
          thread -> {
            victim.close();
            closed.set(true);
          },
          thread -> {
            try {
              for (int address = 0; ; address = (address + 4096) % (16 * PAGE)) {
                // Without a read that is ordered, a plain one need never see the end.
                boolean mustTrap = closed.get();
                int value = victim.getInt(address);
                assertFalse(mustTrap, "read after the end");
                assertTrue(value == 0x01010101 || value == 0);
              }
            } catch (MemoryTrap trap) {
              assertEquals(Kind.CLOSED, trap.kind());
            } catch (InternalError faultDuringRelease) {
              assertTrap(Kind.CLOSED, () -> victim.getInt(0));
            }
          });
    }
  }

  @Test
  void unfitDirectoriesFallBackToABuffer() {
    MemoryType type = new MemoryType(1, 5000, true);
    try (LinearMemory fallback = LinearMemory.create(type, List.of(Path.of("/no/such/dir")))) {
      assertEquals(Reservation.Backing.DIRECT_BUFFER, fallback.reservation().backing());
      assertEquals(Reservation.FALLBACK_PAGES, fallback.reservation().pages());
      assertEquals(
          "no directory for a sparse file, memory is allocated whole, growth is limited to 4096 of"
              + " 5000 pages (/no/such/dir: not a directory)",
          fallback.reservation().shortcoming().orElseThrow());
      assertEquals(1, fallback.grow(4095));
      assertEquals(-1, fallback.grow(1));
      assertEquals(5000, fallback.maximumPages());
      assertEquals(0, fallback.getAndAddLong(4096 * PAGE - 8, 1));
    }
  }

  @Test
  void sparseFileHasNoShortcoming() {
    assertTrue(memory.reservation().shortcoming().isEmpty());
    assertEquals(4, memory.reservation().pages());
  }

  @Test
  void interruptedThreadCanCreateAMemory() {
    Thread.currentThread().interrupt();
    try (LinearMemory created = LinearMemory.create(new MemoryType(1, 1, false))) {
      assertEquals(Reservation.Backing.SPARSE_FILE, created.reservation().backing());
    } finally {
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void notifyOnUnsharedMemoryWakesNobodyAndWaitTraps() {
    try (LinearMemory unshared = LinearMemory.create(new MemoryType(1, 1, false))) {
      assertFalse(unshared.shared());
      assertEquals(0, unshared.notify(0, -1));
      assertTrap(Kind.WAIT_ON_UNSHARED, () -> unshared.wait32(0, 0, 0));
      assertTrap(Kind.WAIT_ON_UNSHARED, () -> unshared.waitAsync64(0, 1, 0));
    }
  }
}
