package dev.wasmrun.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wasmrun.Fixtures;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.GuestModule;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Guests on a memory of 4 GiB, of which they touch a few pages. */
class LargeMemoryGuestTest {
  private static final int PAGES = 65_536;
  private static final long HALF = 1L << 31;
  private static final long END = 1L << 32;

  /** Beside the places where an int becomes negative, and where the host's buffers end. */
  private static final long[] ADDRESSES = {
    0, HALF - 65_536 - 3, HALF - 4, HALF, HALF + 3, 0xC000_0000L - 5, END - 16
  };

  private final GuestModule module = Fixtures.module("large-memory");

  private Guest guest(Engine engine, LinearMemory memory) {
    return new Linker(module, engine, List.of()).instantiate(Optional.of(memory), ActiveData.WRITE);
  }

  private LinearMemory memory() {
    return MemoryLimit.NONE.create(module.name(), module.memory().orElseThrow());
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void everyKindOfAccessReachesEveryAddress(Engine engine) {
    try (LinearMemory memory = memory()) {
      Guest guest = guest(engine, memory);
      assertEquals(1, guest.call("grow", PAGES - 1)[0]);
      assertEquals(PAGES, guest.call("size")[0]);
      for (long address : ADDRESSES) {
        int at = (int) address;
        guest.call("store", at, 0x1122334455667788L + address);
        assertEquals(0x1122334455667788L + address, guest.call("load", at)[0]);
        assertEquals(0x1122334455667788L + address, memory.getLong(at));
        assertEquals(0x8483_8281L - 0x7D7FL + 0x88 - 0x79, guest.call("narrow", at)[0]);
        assertEquals(Double.doubleToRawLongBits(3.75), guest.call("floats", at)[0]);
        assertEquals(0x0102030405060708L + 3, guest.call("vector", at)[0]);
        guest.call("init", at);
        assertEquals(0x0807060504030201L, memory.getLong(at));
        guest.call("fill", at, 8);
        assertEquals(0x0909090909090909L, memory.getLong(at));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void atomicAccessesReachThem(Engine engine) {
    try (LinearMemory memory = memory()) {
      Guest guest = guest(engine, memory);
      guest.call("grow", PAGES - 1);
      for (long address : ADDRESSES) {
        int at = (int) address & -8;
        assertEquals(0x1_0007_0006L, guest.call("atomics", at)[0], () -> "at " + address);
        assertEquals(0, guest.call("notify", at)[0]);
        assertEquals(1, guest.call("wait", at)[0]); // not equal
        memory.setInt(at, 0);
        assertEquals(2, guest.call("wait", at)[0]); // at once too late
        Trap trap = assertThrows(Trap.class, () -> guest.call("atomics", at + 4));
        assertEquals(TrapCode.UNALIGNED_ATOMIC, trap.code());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void anOffsetMayHave32Bits(Engine engine) {
    try (LinearMemory memory = memory()) {
      Guest guest = guest(engine, memory);
      guest.call("grow", PAGES - 1);
      guest.call("store-beyond", 8, -5);
      assertEquals(-5, memory.getLong((int) HALF + 8));
      assertEquals(-5, guest.call("load-beyond", 8)[0]);
      assertOutside(() -> guest.call("load-beyond", (int) HALF));
      assertOutside(() -> guest.call("store-beyond", -8, 1));
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void whatIsBeyondTheSizeTraps(Engine engine) {
    try (LinearMemory memory = memory()) {
      Guest guest = guest(engine, memory);
      assertOutside(() -> guest.call("load", -8));
      assertOutside(() -> guest.call("atomics", -8));
      assertOutside(() -> guest.call("notify", -8));
      guest.call("grow", PAGES - 1);
      assertOutside(() -> guest.call("load", -7));
      assertOutside(() -> guest.call("vector", -15));
      assertOutside(() -> guest.call("fill", -8, 9));
      assertOutside(() -> guest.call("copy", -8, 0, 9));
      assertEquals(-1, (int) guest.call("grow", 1)[0]);
      assertEquals(PAGES, guest.call("size")[0]);
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aCopyMayPassTheMiddle(Engine engine) {
    try (LinearMemory memory = memory()) {
      Guest guest = guest(engine, memory);
      guest.call("grow", PAGES - 1);
      int below = (int) HALF - 100_000;
      guest.call("fill", below, 200_000);
      memory.setLong(below, 1);
      guest.call("copy", below + 16, below, 200_000);
      guest.call("copy", 0, below, 200_016);
      assertEquals(1, memory.getLong(0));
      assertEquals(1, memory.getLong(16));
      assertEquals(0x0909090909090909L, memory.getLong(200_008));
      assertEquals(0, memory.getLong(200_016));
      guest.call("fill", below, 200_016);
      assertEquals(25_000L * 0x0909090909090909L, guest.call("sum", below, 25_000)[0]);
    }
  }

  private static void assertOutside(org.junit.jupiter.api.function.Executable call) {
    assertEquals(TrapCode.OUT_OF_BOUNDS_MEMORY, assertThrows(Trap.class, call).code());
  }
}
