package dev.wasmrun.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wasmrun.ModuleBytes;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ModuleException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How large the tables of an instance are, and can become. */
final class TableLimitTest {
  private static final int FUNCREF = 0x70;
  private static final long MINUS_ONE = 0xFFFF_FFFFL;

  /** Tables of these many elements; export gN grows one by its argument, sN says its size. */
  private static GuestModule module(long maximum, long... minimums) {
    var tables = ModuleBytes.empty().unsigned(minimums.length);
    var functions = ModuleBytes.empty().unsigned(2 * minimums.length);
    var exports = ModuleBytes.empty().unsigned(2 * minimums.length);
    var bodies = ModuleBytes.empty().unsigned(2 * minimums.length);
    for (int i = 0; i < minimums.length; i++) {
      tables.bytes(FUNCREF, 1).unsigned(minimums[i]).unsigned(maximum);
      functions.bytes(0, 1);
      exports.bytes(2, 'g', '0' + i, 0, 2 * i, 2, 's', '0' + i, 0, 2 * i + 1);
      bodies
          .sized(ModuleBytes.empty().bytes(0, 0xD0, FUNCREF, 0x20, 0, 0xFC, 15, i, 0x0B))
          .sized(ModuleBytes.empty().bytes(0, 0xFC, 16, i, 0x0B));
    }
    byte[] bytes =
        ModuleBytes.header()
            .section(1, ModuleBytes.empty().bytes(2, 0x60, 1, 0x7F, 1, 0x7F, 0x60, 0, 1, 0x7F))
            .section(3, functions)
            .section(4, tables)
            .section(7, exports)
            .section(10, bodies)
            .toArray();
    return GuestModule.of("tables.wasm", bytes);
  }

  private static Guest guest(Engine engine, long limit, GuestModule module) {
    return new Linker(module, engine, List.of(), new TableLimit(limit), MemoryLimit.NONE, false)
        .instantiate(Optional.empty(), ActiveData.WRITE);
  }

  private static long call(Guest guest, String export, long... args) {
    return guest.call(export, args)[0] & MINUS_ONE;
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void growthBeyondTheLimitAnswersMinusOne(Engine engine) {
    Guest guest = guest(engine, 20, module(1000, 5));
    assertEquals(5, call(guest, "g0", 10));
    assertEquals(MINUS_ONE, call(guest, "g0", 6));
    assertEquals(15, call(guest, "s0"), "it is as it was");
    assertEquals(15, call(guest, "g0", 5));
    assertEquals(20, call(guest, "g0", 0));
    assertEquals(MINUS_ONE, call(guest, "g0", 1));
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void growthByNumbersNearTwoToTheThirtySecondAnswersMinusOne(Engine engine) {
    Guest guest = guest(engine, Long.MAX_VALUE, module(MINUS_ONE, 5));
    for (long delta :
        new long[] {9_999_996, 0x7FFF_FFFF, 0x7FFF_FFFB, 0x8000_0000L, 0xFFFF_FFFBL, MINUS_ONE}) {
      assertEquals(MINUS_ONE, call(guest, "g0", (int) delta), Long.toString(delta));
      assertEquals(5, call(guest, "s0"));
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void theTablesOfAnInstanceShareTheLimitAndInstancesDoNot(Engine engine) {
    var linker =
        new Linker(
            module(1000, 5, 5), engine, List.of(), new TableLimit(20), MemoryLimit.NONE, false);
    for (int i = 0; i < 2; i++) {
      Guest guest = linker.instantiate(Optional.empty(), ActiveData.WRITE);
      assertEquals(5, call(guest, "g0", 7));
      assertEquals(MINUS_ONE, call(guest, "g1", 4));
      assertEquals(5, call(guest, "g1", 3));
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aTablesOwnMaximumHolds(Engine engine) {
    Guest guest = guest(engine, 1000, module(8, 5));
    assertEquals(MINUS_ONE, call(guest, "g0", 4));
    assertEquals(5, call(guest, "g0", 3));
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void whatIsDeclaredAboveTheLimitIsRefused(Engine engine) {
    assertEquals(20, call(guest(engine, 30, module(1000, 10, 20)), "s1"));
    var refused = assertThrows(LinkException.class, () -> guest(engine, 29, module(1000, 10, 20)));
    assertEquals(
        "cannot link tables.wasm: its tables need 30 elements, --max-table allows 29",
        refused.getMessage());
  }

  @Test
  void aTableThatTheRuntimeHasNoRoomForIsRefused() {
    var refused = assertThrows(ModuleException.class, () -> module(MINUS_ONE, 1, 4_000_000_000L));
    assertEquals(
        "cannot load tables.wasm: it has a table of 4000000000 elements, the most this runtime has is 10000000",
        refused.getMessage());
  }

  @Test
  void aLimitIsNotNegative() {
    assertThrows(IllegalArgumentException.class, () -> new TableLimit(-1));
  }
}
