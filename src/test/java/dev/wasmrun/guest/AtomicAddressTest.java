package dev.wasmrun.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wasmrun.Fixtures;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.module.GuestModule;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Atomic accesses trap for the same reason whichever engine makes them. */
final class AtomicAddressTest {
  private static final int SIZE = 65536;

  @ParameterizedTest
  @EnumSource(Engine.class)
  void anUnalignedAddressCountsBeforeOneThatIsTooLargeButNotBeforeOneBeyondAllMemory(
      Engine engine) {
    GuestModule module = Fixtures.module("atomic-addresses");
    Guest guest =
        new Linker(module, engine, List.of())
            .instantiate(
                module.memory().map(asked -> MemoryLimit.NONE.create(module.name(), asked)),
                ActiveData.WRITE);
    for (String access : module.exportedFunctions().keySet()) {
      assertTraps(TrapCode.UNALIGNED_ATOMIC, guest, access, 1);
      assertTraps(TrapCode.UNALIGNED_ATOMIC, guest, access, SIZE - 1);
      assertTraps(TrapCode.UNALIGNED_ATOMIC, guest, access, SIZE + 1);
      assertTraps(TrapCode.UNALIGNED_ATOMIC, guest, access, Integer.MAX_VALUE);
      assertTraps(TrapCode.OUT_OF_BOUNDS_MEMORY, guest, access, SIZE);
      assertTraps(TrapCode.OUT_OF_BOUNDS_MEMORY, guest, access, Integer.MIN_VALUE);
      assertTraps(TrapCode.OUT_OF_BOUNDS_MEMORY, guest, access, Integer.MIN_VALUE + 1);
      assertTraps(TrapCode.OUT_OF_BOUNDS_MEMORY, guest, access, -1);
      assertTraps(TrapCode.OUT_OF_BOUNDS_MEMORY, guest, access, -8);
    }
  }

  private static void assertTraps(TrapCode code, Guest guest, String access, int address) {
    String where = access + " at " + Integer.toUnsignedString(address);
    assertEquals(
        code, assertThrows(Trap.class, () -> guest.call(access, address), where).code(), where);
  }
}
