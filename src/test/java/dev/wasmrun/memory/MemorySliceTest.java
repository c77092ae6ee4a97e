package dev.wasmrun.memory;

import static dev.wasmrun.memory.MemoryType.PAGE_SIZE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Hammer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;

/** Buffers over a memory, and how long they are good for. */
final class MemorySliceTest {
  private final LinearMemory memory = LinearMemory.create(new MemoryType(1, 4, true));

  @AfterEach
  void close() {
    memory.close();
  }

  @Test
  void aSliceIsTheMemoryItselfInItsByteOrder() {
    ByteBuffer slice = memory.writableSlice(64, 16);
    memory.setLong(72, 0x0102030405060708L);
    assertEquals(0x0102030405060708L, slice.getLong(8));
    slice.putInt(0, 0x11223344);
    assertEquals(0x44, memory.getByte(64));
    assertEquals(16, slice.capacity());
    assertEquals(16, slice.remaining());
    assertThrows(IndexOutOfBoundsException.class, () -> slice.getInt(13));
  }

  @Test
  void aSliceToReadCannotBeWritten() {
    ByteBuffer slice = memory.readOnlySlice(8, 8);
    memory.setShort(8, (short) 0x0102);
    assertEquals(0x0102, slice.getShort(0));
    assertEquals(ByteOrder.LITTLE_ENDIAN, slice.order());
    assertTrue(slice.isReadOnly());
    assertFalse(memory.writableSlice(8, 8).isReadOnly());
    assertThrows(ReadOnlyBufferException.class, () -> slice.put(0, (byte) 1));
  }

  @Test
  void aSliceOutlivesGrowth() {
    ByteBuffer before = memory.writableSlice(PAGE_SIZE - 4, 4);
    memory.grow(1);
    before.putInt(0, 7);
    assertEquals(7, memory.getInt(PAGE_SIZE - 4));
    memory.setInt(PAGE_SIZE - 4, 8);
    assertEquals(8, before.getInt(0));
    assertEquals(4, before.capacity());
    assertEquals(2 * PAGE_SIZE, memory.readOnlySlice(0, 2 * PAGE_SIZE).capacity());
  }

  @Test
  void whoKnowsOfTheGrowthGetsASliceOfIt() throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      try (var growing = LinearMemory.create(new MemoryType(1, 3, true))) {
        Hammer.strike(
            2,
            thread -> {
              int pages = growing.grow(1) + 1;
              growing.writableSlice(pages * PAGE_SIZE - 4, 4).putInt(0, pages);
            });
        assertEquals(2, growing.getInt(2 * PAGE_SIZE - 4));
        assertEquals(3, growing.getInt(3 * PAGE_SIZE - 4));
      }
    }
  }

  @Test
  void whatDoesNotExistHasNoSlice() {
    assertEquals(0, memory.readOnlySlice(PAGE_SIZE, 0).capacity());
    for (int[] wrong :
        new int[][] {{PAGE_SIZE, 1}, {-1, 1}, {0, PAGE_SIZE + 1}, {0, -1}, {-1, -1}, {-1, 0}}) {
      var trap = assertThrows(MemoryTrap.class, () -> memory.writableSlice(wrong[0], wrong[1]));
      assertEquals(MemoryTrap.Kind.OUT_OF_BOUNDS, trap.kind());
      assertThrows(MemoryTrap.class, () -> memory.readOnlySlice(wrong[0], wrong[1]));
    }
  }

  @Test
  void aClosedMemoryHasNoSlicesAndThoseItHadHarmNobody() {
    memory.setInt(0, 7);
    ByteBuffer left = memory.writableSlice(0, 8);
    memory.close();
    assertEquals(0, left.getInt(0));
    left.putInt(0, 1);
    var trap = assertThrows(MemoryTrap.class, () -> memory.readOnlySlice(0, 8));
    assertEquals(MemoryTrap.Kind.CLOSED, trap.kind());
  }

  @Test
  void aMemoryWithoutAFileHasSlices() {
    try (var direct =
        LinearMemory.create(new MemoryType(1, 1, true), List.of(Path.of("/no/such/dir")))) {
      direct.writableSlice(8, 8).putLong(0, 9);
      assertEquals(9, direct.getLong(8));
    }
  }

  @Test
  @EnabledForJreRange(minVersion = 22)
  void aSliceIsAMemorySegment() throws ReflectiveOperationException {
    Class<?> type = Class.forName("java.lang.foreign.MemorySegment");
    var ofBuffer = type.getMethod("ofBuffer", java.nio.Buffer.class);
    Object writable = ofBuffer.invoke(null, memory.writableSlice(16, 8));
    Object readOnly = ofBuffer.invoke(null, memory.readOnlySlice(16, 8));
    type.getMethod("fill", byte.class).invoke(writable, (byte) 5);
    assertEquals(0x0505050505050505L, memory.getLong(16));
    assertEquals(8L, type.getMethod("byteSize").invoke(readOnly));
    assertEquals(true, type.getMethod("isReadOnly").invoke(readOnly));
    assertEquals(true, type.getMethod("isNative").invoke(readOnly));
  }
}
