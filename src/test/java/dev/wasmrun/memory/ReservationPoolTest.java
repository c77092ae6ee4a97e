package dev.wasmrun.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ReservationPoolTest {
  private static final MemoryType TYPE = new MemoryType(1, 4, true);

  private final ReservationPool pool = new ReservationPool();

  /** An observer that lets memories share an address range and says what they have written. */
  private final class Sharing implements MemoryObserver {
    @Override
    public Optional<ReservationPool> reservations() {
      return Optional.of(pool);
    }

    @Override
    public void onLoad(int address, int width, boolean atomic, long value) {}

    @Override
    public void onStore(int address, int width, boolean atomic, long value) {
      pool.wrote(address, width);
    }

    @Override
    public void onUpdate(int address, int width, long seen, long stored) {
      pool.wrote(address, width);
    }

    @Override
    public void onBulkRead(int address, int length) {}

    @Override
    public void onBulkWrite(int address, int length) {
      pool.wrote(address, length);
    }
  }

  private LinearMemory memory(MemoryType type) {
    return LinearMemory.create(type, new Sharing());
  }

  @Test
  void theNextMemoryIsFullOfZerosAndAsLargeAsItAsksFor() {
    LinearMemory first = memory(TYPE);
    assertEquals(1, first.grow(3));
    first.setInt(0, 7);
    first.setLong(4092, -1); // in two chunks
    first.getAndAddInt(0x8000, 5);
    first.fill(0x18000, (byte) 9, 0x10000);
    first.close();
    LinearMemory second = memory(TYPE);
    assertEquals(1, second.pages());
    assertThrows(MemoryTrap.class, () -> second.getByte(0x10000));
    assertEquals(1, second.grow(3));
    for (int address = 0; address < 0x40000; address += Long.BYTES) {
      assertEquals(0, second.getLong(address));
    }
    second.close();
  }

  @Test
  void aMemoryBesideAnotherHasARangeOfItsOwn() {
    LinearMemory first = memory(TYPE);
    LinearMemory beside = memory(TYPE);
    first.setInt(0, 1);
    assertEquals(0, beside.getInt(0));
    beside.setInt(4, 1);
    beside.close();
    LinearMemory third = memory(TYPE);
    first.close();
    LinearMemory fourth = memory(TYPE);
    assertEquals(0, fourth.getInt(0));
    fourth.close();
    third.close();
  }

  @Test
  void aMemoryOfAnotherSizeHasARangeOfItsOwn() {
    memory(TYPE).close();
    LinearMemory larger = memory(new MemoryType(1, 8, true));
    assertEquals(1, larger.grow(7));
    larger.close();
  }

  @Test
  void aClosedPoolKeepsNothing() {
    LinearMemory open = memory(TYPE);
    pool.close();
    open.setInt(0, 1);
    open.close();
    assertThrows(MemoryTrap.class, () -> open.getInt(0));
  }
}
