package dev.wasmrun.memory;

import static dev.wasmrun.memory.LinearMemoryTest.assertTrap;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.types.ActiveDataSegment;
import com.dylibso.chicory.wasm.types.DataSegment;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.PassiveDataSegment;
import dev.wasmrun.memory.MemoryTrap.Kind;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryViewTest {
  private static final int PAGE = MemoryType.PAGE_SIZE;

  private final LinearMemory memory = LinearMemory.create(new MemoryType(1, 3, true));
  private final Memory view = MemoryView.of(memory, ActiveData.WRITE);

  @AfterEach
  void close() {
    memory.close();
  }

  /** An active segment at a constant address, which needs no instance to be computed. */
  private static ActiveDataSegment active(int memoryIndex, int address, String text) {
    Instruction constant = new Instruction(0, OpCode.I32_CONST, new long[] {address});
    return new ActiveDataSegment(memoryIndex, List.of(constant), text.getBytes());
  }

  private static PassiveDataSegment passive(String text) {
    return new PassiveDataSegment(text.getBytes());
  }

  @Test
  void viewsShareTheStore() {
    Memory other = MemoryView.of(memory, ActiveData.SKIP);
    view.writeI32(8, 0x01020304);
    assertEquals(0x0304, other.readShort(8));
    assertEquals(0x01020304, other.atomicAddInt(8, 1));
    assertEquals(0x01020305, memory.getInt(8));
    assertEquals(1, view.grow(1));
    assertEquals(2, other.pages());
    other.writeByte(PAGE, (byte) -1);
    assertEquals(255, view.readU8(PAGE));
  }

  @Test
  void numbersKeepTheirBitsAndSigns() {
    view.writeF32(0, -1.5f);
    view.writeF64(8, Double.NEGATIVE_INFINITY);
    view.writeShort(16, (short) -2);
    assertEquals(-1.5f, view.readFloat(0));
    assertEquals(Float.floatToRawIntBits(-1.5f), view.readF32(0));
    assertEquals(Double.NEGATIVE_INFINITY, view.readDouble(8));
    assertEquals(Double.doubleToRawLongBits(Double.NEGATIVE_INFINITY), view.readF64(8));
    assertEquals(0xFFFE, view.readU16(16));
    assertEquals(-2, view.readI16(16));
    assertEquals(0xFFFE, view.readU32(16));
  }

  @Test
  void aLongInitialisationEndsSoonAfterAnInterrupt() {
    byte[] data = new byte[17 << 20];
    Arrays.fill(data, (byte) 7);
    try (LinearMemory large = LinearMemory.create(new MemoryType(512, 512, true))) {
      MemoryView view = MemoryView.of(large, ActiveData.WRITE);
      view.initialize(null, new DataSegment[] {new PassiveDataSegment(data)}, 0);
      Thread.currentThread().interrupt();
      assertThrows(
          ChicoryInterruptedException.class, () -> view.initPassiveSegment(0, 0, 0, data.length));
      assertTrue(Thread.interrupted(), "the flag stays set");
      assertEquals(7, large.getByte(0));
      assertEquals(0, large.getByte(data.length - 1));
      view.initPassiveSegment(0, 1, 1, data.length - 1);
      assertEquals(7, large.getByte(data.length - 1));
    }
  }

  @Test
  void aLongFillOrCopyEndsSoonAfterAnInterrupt() {
    int mib = 1 << 20;
    try (LinearMemory large = LinearMemory.create(new MemoryType(1024, 1024, true))) {
      MemoryView view = MemoryView.of(large, ActiveData.WRITE);
      Thread.currentThread().interrupt();
      assertThrows(ChicoryInterruptedException.class, () -> view.fill((byte) 7, 0, 64 * mib));
      assertTrue(Thread.interrupted(), "the flag stays set");
      assertEquals(7, large.getByte(0));
      assertEquals(0, large.getByte(64 * mib - 1));
      Thread.currentThread().interrupt();
      assertThrows(ChicoryInterruptedException.class, () -> view.copy(32 * mib, 0, 32 * mib));
      assertTrue(Thread.interrupted());
      Thread.currentThread().interrupt();
      view.fill((byte) 9, 0, mib); // a short one is over before
      assertTrue(Thread.interrupted());
      assertEquals(9, large.getByte(mib - 1));
    }
  }

  @Test
  void aLongCopyOntoItselfMovesEveryByteOnce() {
    int size = 40 << 20; // some pieces
    int shift = 12345;
    try (LinearMemory large = LinearMemory.create(new MemoryType(1024, 1024, true))) {
      MemoryView view = MemoryView.of(large, ActiveData.WRITE);
      for (int i = 0; i < size; i += 4096) {
        large.setInt(i, i);
      }
      view.copy(shift, 0, size);
      for (int i = 0; i < size; i += 4096) {
        assertEquals(i, large.getInt(i + shift));
      }
      view.copy(0, shift, size);
      for (int i = 0; i < size; i += 4096) {
        assertEquals(i, large.getInt(i));
      }
    }
  }

  @Test
  void aFillOrCopyThatIsOutOfBoundsChangesNothing() {
    int beyond = 40 << 20;
    try (LinearMemory large = LinearMemory.create(new MemoryType(512, 512, true));
        LinearMemory other = LinearMemory.create(new MemoryType(1024, 1024, true))) {
      MemoryView view = MemoryView.of(large, ActiveData.WRITE);
      MemoryView source = MemoryView.of(other, ActiveData.WRITE);
      other.setByte(0, (byte) 1);
      assertTrap(Kind.OUT_OF_BOUNDS, () -> view.fill((byte) 7, 0, beyond));
      assertTrap(Kind.OUT_OF_BOUNDS, () -> view.copy(0, 1, beyond));
      assertTrap(Kind.OUT_OF_BOUNDS, () -> view.copy(0, 0, beyond, source));
      assertEquals(0, large.getByte(0));
      source.copy(1, 0, 1, source);
      assertEquals(1, other.getByte(1));
    }
  }

  @Test
  void activeSegmentsAreWrittenByTheFirstInstanceOnly() {
    DataSegment[] first = {active(0, 100, "abc"), passive("xyz")};
    DataSegment[] second = first.clone();
    view.initialize(null, first);
    assertEquals("abc", memory.getUtf8(100, 3));
    memory.setUtf8(100, "ABC");
    Memory late = MemoryView.of(memory, ActiveData.SKIP);
    late.initialize(null, second);
    assertEquals("ABC", memory.getUtf8(100, 3));
    assertEquals(List.of(PassiveDataSegment.EMPTY, passive("xyz")), List.of(first));
    assertEquals(List.of(PassiveDataSegment.EMPTY, passive("xyz")), List.of(second));
  }

  @Test
  void activeSegmentThatDoesNotFitTrapsAfterEarlierOnes() {
    DataSegment[] segments = {active(0, 100, "abc"), active(0, PAGE - 2, "abc")};
    assertTrap(Kind.OUT_OF_BOUNDS, () -> view.initialize(null, segments));
    assertEquals("abc", memory.getUtf8(100, 3));
    assertEquals(0, memory.getShort(PAGE - 2));
  }

  @Test
  void activeSegmentAtANegativeAddressTraps() {
    assertTrap(
        Kind.OUT_OF_BOUNDS, () -> view.initialize(null, new DataSegment[] {active(0, -1, "")}));
  }

  @Test
  void segmentsOfAnotherMemoryAreLeftAlone() {
    DataSegment[] segments = {active(1, 100, "abc")};
    view.initialize(null, segments, 0);
    assertEquals(0, memory.getByte(100));
    assertTrue(segments[0] instanceof ActiveDataSegment);
    view.initialize(null, segments, 1);
    assertEquals('a', memory.getByte(100));
  }

  @Test
  void passiveSegmentsAreCheckedInBothRangesFirst() {
    view.initialize(null, new DataSegment[] {active(0, 0, "a"), passive("0123456789")});
    view.initPassiveSegment(1, 100, 2, 3);
    assertEquals("234", memory.getUtf8(100, 3));
    view.initPassiveSegment(1, PAGE, 10, 0);
    view.initPassiveSegment(0, 0, 0, 0);
    assertTrap(Kind.OUT_OF_BOUNDS, () -> view.initPassiveSegment(0, 0, 0, 1));
    assertTrap(Kind.OUT_OF_BOUNDS, () -> view.initPassiveSegment(1, 200, 8, 3));
    assertTrap(Kind.OUT_OF_BOUNDS, () -> view.initPassiveSegment(1, 200, -1, 2));
    assertTrap(Kind.OUT_OF_BOUNDS, () -> view.initPassiveSegment(1, 200, 1, -1));
    assertTrap(Kind.OUT_OF_BOUNDS, () -> view.initPassiveSegment(1, 200, 11, 0));
    assertTrap(Kind.OUT_OF_BOUNDS, () -> view.initPassiveSegment(1, PAGE - 2, 0, 3));
    assertTrap(Kind.OUT_OF_BOUNDS, () -> view.initPassiveSegment(1, -2, 0, 3));
    assertEquals(0, memory.getLong(200));
    assertEquals(0, memory.getShort(PAGE - 2));
  }

  @Test
  void droppingIsTheInstancesOwnAffair() {
    DataSegment[] segments = {passive("abc")};
    Memory other = MemoryView.of(memory, ActiveData.SKIP);
    view.initialize(null, segments.clone());
    other.initialize(null, segments.clone());
    view.drop(0);
    assertTrap(Kind.OUT_OF_BOUNDS, () -> view.initPassiveSegment(0, 0, 0, 1));
    other.initPassiveSegment(0, 0, 0, 3);
    assertEquals("abc", memory.getUtf8(0, 3));
  }

  @Test
  void zeroingLeavesWhatOthersHaveComputed() {
    memory.setInt(8, 42);
    MemoryView.of(memory, ActiveData.SKIP).zero();
    assertEquals(42, memory.getInt(8));
  }

  @Test
  void fillTakesTheDifferenceOfItsEndsAsUnsigned() {
    view.fill((byte) 5, PAGE - 3, PAGE);
    assertEquals(5, view.read(PAGE - 1));
    view.fill((byte) 6, PAGE, PAGE);
    assertTrap(Kind.OUT_OF_BOUNDS, () -> view.fill((byte) 6, PAGE - 3, PAGE + 1));
    assertTrap(Kind.OUT_OF_BOUNDS, () -> view.fill((byte) 6, 8, 7));
    assertTrap(Kind.OUT_OF_BOUNDS, () -> view.fill((byte) 6, Integer.MAX_VALUE, Integer.MIN_VALUE));
    assertEquals(5, view.read(PAGE - 3));
    assertEquals(0, view.read(8));
  }

  @Test
  void bytesAreCheckedBeforeAnArrayIsMade() {
    assertTrap(Kind.OUT_OF_BOUNDS, () -> view.readBytes(0, Integer.MAX_VALUE));
    assertTrap(Kind.OUT_OF_BOUNDS, () -> view.readBytes(0, -1));
    assertTrap(Kind.OUT_OF_BOUNDS, () -> view.readBytes(-1, 1));
    view.write(3, new byte[] {1, 2, 3});
    assertArrayEquals(new byte[] {2, 3, 0}, view.readBytes(4, 3));
    view.writeCString(10, "text");
    assertEquals("text", view.readCString(10));
    memory.fill(PAGE - 2, (byte) 'x', 2);
    assertTrap(Kind.OUT_OF_BOUNDS, () -> view.readCString(PAGE - 2));
  }

  @Test
  void waitsAnswerTheInstructionsCodes() {
    assertEquals(1, view.atomicWait(8, 1, -1));
    assertEquals(2, view.atomicWait(8, 0, 0));
    assertEquals(1, view.atomicWait(8, 1L, -1));
    assertEquals(2, view.atomicWait(8, 0L, 1));
    assertEquals(0, view.atomicNotify(8, -1));
    assertTrap(Kind.UNALIGNED_ATOMIC, () -> view.atomicNotify(9, 1));
    assertTrap(Kind.UNALIGNED_ATOMIC, () -> view.atomicWait(4, 0L, 0));
    assertTrap(Kind.OUT_OF_BOUNDS, () -> view.atomicNotify(PAGE, 1));
  }

  @Test
  void interruptedWaitKeepsTheFlag() {
    Thread.currentThread().interrupt();
    assertThrows(ChicoryInterruptedException.class, () -> view.atomicWait(8, 0, -1));
    assertTrue(Thread.interrupted());
  }
}
