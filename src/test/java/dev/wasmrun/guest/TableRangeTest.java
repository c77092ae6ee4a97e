package dev.wasmrun.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wasmrun.Fixtures;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.memory.ActiveData;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Instructions on ranges of tables trap exactly if a range lies outside, on both engines. */
final class TableRangeTest {
  private static final int ELEMENTS = 8;
  private static final int IN_SEGMENT = 4;
  private static final int[] NUMBERS = {
    0, 1, 3, 4, 5, 7, 8, 9, -1, -8, Integer.MAX_VALUE, Integer.MIN_VALUE
  };

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aRangeThatLiesOutsideTraps(Engine engine) {
    var linker = new Linker(Fixtures.module("table-ranges"), engine, List.of());
    Guest guest = linker.instantiate(Optional.empty(), ActiveData.WRITE);
    for (int to : NUMBERS) {
      for (int from : NUMBERS) {
        for (int length : NUMBERS) {
          boolean fits = isWithin(to, length, ELEMENTS);
          check(fits, guest, "fill", to, from, length);
          check(fits && isWithin(from, length, ELEMENTS), guest, "copy", to, from, length);
          check(fits && isWithin(from, length, IN_SEGMENT), guest, "init", to, from, length);
        }
      }
    }
  }

  private static boolean isWithin(int index, int length, int size) {
    return Integer.toUnsignedLong(index) + Integer.toUnsignedLong(length) <= size;
  }

  private static void check(boolean fits, Guest guest, String name, int to, int from, int length) {
    String what = "%s %s %s %s".formatted(name, to, from, length);
    if (fits) {
      assertEquals(0, guest.call(name, to, from, length).length, what);
    } else {
      Trap trap = assertThrows(Trap.class, () -> guest.call(name, to, from, length), what);
      assertEquals(TrapCode.OUT_OF_BOUNDS_TABLE, trap.code(), what);
    }
  }
}
