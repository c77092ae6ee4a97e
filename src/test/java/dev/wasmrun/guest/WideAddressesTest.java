package dev.wasmrun.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.Feature;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ModuleException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Memories with 64-bit addresses. The specification's scripts have more of it. */
class WideAddressesTest {
  private static final int PAGE = 65_536;

  /** Addresses whose lower halves are in bounds. */
  private static final long[] TOO_LARGE = {1L << 32, (5L << 32) + 8, Long.MIN_VALUE, -(1L << 32)};

  private final GuestModule module = Fixtures.module("memory64");
  private final LinearMemory memory =
      MemoryLimit.NONE.create(module.name(), module.memory().orElseThrow());

  @AfterEach
  void close() {
    memory.close();
  }

  private Guest guest(Engine engine) {
    var emit =
        HostFunction.ofVoid(
            "host", "emit", List.of(dev.wasmrun.module.ValueType.I64), (guest, args) -> {});
    return new Linker(module, engine, List.of(emit))
        .instantiate(Optional.of(memory), ActiveData.WRITE);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void instructionsDoWhatTheyDoWithNarrowAddresses(Engine engine) {
    Guest guest = guest(engine);
    guest.call("store", 16, -3);
    assertEquals(-3, memory.getLong(16));
    assertEquals(-3, guest.call("load", 16)[0]);
    assertEquals(-3, guest.call("exchange", 16, -3, 1L << 40)[0]);
    assertEquals(1L << 40, guest.call("exchange", 16, 0, 1)[0]);
    assertEquals(1, guest.call("wait", 16, 0)[0]);
    assertEquals(2, guest.call("wait", 16, 1L << 40)[0]);
    assertEquals(0, guest.call("notify", 16)[0]);
    guest.call("init", 24);
    guest.call("copy", 32, 24, 8);
    assertEquals(0x0807060504030201L, memory.getLong(32));
    guest.call("fill", 40, 16);
    assertEquals(2 * 0x0909090909090909L, guest.call("sum", 40, 2)[0]);
    assertEquals(0x0500_0000_0000_0007L, guest.call("vector", 64)[0]);
    assertEquals(1, guest.call("size")[0]);
    assertEquals(1, guest.call("grow", 2)[0]);
    assertEquals(3, guest.call("size")[0]);
    guest.call("store", 3 * PAGE - 8, 1);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void theUpperHalfOfAnAddressCounts(Engine engine) {
    Guest guest = guest(engine);
    for (long address : TOO_LARGE) {
      assertOutside(() -> guest.call("load", address));
      assertOutside(() -> guest.call("store", address, -1));
      assertOutside(() -> guest.call("exchange", address, 0, -1));
      assertOutside(() -> guest.call("wait", address, 0));
      assertOutside(() -> guest.call("notify", address));
      assertOutside(() -> guest.call("init", address));
      assertOutside(() -> guest.call("fill", address, 0));
      assertOutside(() -> guest.call("fill", 0, address));
      assertOutside(() -> guest.call("copy", address, 0, 8));
      assertOutside(() -> guest.call("copy", 0, address, 8));
      assertOutside(() -> guest.call("copy", 0, 0, address));
      assertOutside(() -> guest.call("vector", address));
      assertEquals(-1, guest.call("grow", address)[0]);
    }
    assertOutside(() -> guest.call("load-beyond", 0));
    assertOutside(() -> guest.call("load-beyond", -(1L << 32)));
    assertEquals(0, memory.getLong(0));
    assertEquals(0, memory.getLong(8));
    assertEquals(1, guest.call("size")[0]);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aBacktraceHasTheModulesOwnFunctions(Engine engine) {
    Guest guest = guest(engine);
    Trap trap = assertThrows(Trap.class, () -> guest.call("outer", -1));
    assertEquals(List.of("middle", "outer"), trap.backtrace());
  }

  @Test
  void itIsAFeature() {
    assertTrue(module.features().contains(Feature.MEMORY64));
    assertEquals(100, module.memory().orElseThrow().maximumPages());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0505010480 8004 | it needs a memory of 65536 pages; one with 64-bit addresses has at most 65535 here, 4 GiB less a page",
        "0503010401 0b0801 0041000b020102 | does not validate",
        "020801016101670 37e00 0503010401 0b0701 0023000b0101 | is an imported global here",
        "0503010401 0606017e0142010b 0b0701 0023000b0101 | does not validate",
        "0503010401 0606017f0041010b 0b0701 0023000b0101 | does not validate",
        "0503010401 0606017e0042010b 0b0701 0023010b0101 | does not validate"
      })
  void whatCannotBeIsSaidInOneLine(String text) {
    String[] parts = text.split(" \\| ");
    byte[] bytes = HexFormat.of().parseHex("0061736d01000000" + parts[0].replace(" ", ""));
    var refused = assertThrows(ModuleException.class, () -> GuestModule.of("m.wasm", bytes));
    assertTrue(refused.getMessage().contains(parts[1]), refused::getMessage);
    assertEquals(1, refused.getMessage().lines().count());
  }

  /**
   * Globals of 1000 and 24 more; a byte of 42 behind that, which is read; and the function at 1 in
   * the table.
   */
  @ParameterizedTest
  @EnumSource(Engine.class)
  void aSegmentMayBeginAtAGlobalThatTheModuleDefines(Engine engine) {
    String text =
        "0061736d01000000 010501 6000017f 03020100 0404 01700402 05030104 01"
            + "060f02 7e0042e8070b 7e00230042187c0b 0707010372756e0000"
            + "090d01 0200230142ff077d0b 000100 0a0a01 08004281082d00000b"
            + "0b0a01 00230142017c0b 012a";
    byte[] bytes = HexFormat.of().parseHex(text.replace(" ", ""));
    var own = GuestModule.of("m.wasm", bytes);
    try (LinearMemory owned = MemoryLimit.NONE.create(own.name(), own.memory().orElseThrow())) {
      Guest guest =
          new Linker(own, engine, List.of()).instantiate(Optional.of(owned), ActiveData.WRITE);
      assertEquals(42, guest.call("run")[0]);
    }
  }

  private static void assertOutside(org.junit.jupiter.api.function.Executable call) {
    assertEquals(TrapCode.OUT_OF_BOUNDS_MEMORY, assertThrows(Trap.class, call).code());
  }
}
