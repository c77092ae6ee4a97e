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

/**
 * Instructions on ranges of tables trap exactly if a range lies outside, and change nothing then,
 * on both engines.
 */
final class TableRangeTest {
  private static final int[] NUMBERS = {
    0, 1, 3, 4, 5, 7, 8, 9, -1, -8, Integer.MAX_VALUE, Integer.MIN_VALUE
  };

  /** Which elements of the table that is copied, and of the segment, are functions. */
  private static final boolean[] FROM = {false, false, true, true, true, false, false, false};

  private static final boolean[] SEGMENT = {false, true, false, true};
  private static final boolean[] DROPPED = {};

  private final boolean[] held = new boolean[8];

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aRangeThatLiesOutsideTraps(Engine engine) {
    var linker = new Linker(Fixtures.module("table-ranges"), engine, List.of());
    Guest guest = linker.instantiate(Optional.empty(), ActiveData.WRITE);
    for (int to : NUMBERS) {
      for (int from : NUMBERS) {
        for (int length : NUMBERS) {
          check(guest, "init", to, from, length, SEGMENT);
          check(guest, "copy", to, from, length, FROM);
          check(guest, "init", to, from, length, SEGMENT);
          check(guest, "fill", to, 0, length, held.clone());
        }
      }
    }
    guest.call("drop");
    for (int from : NUMBERS) {
      check(guest, "init", 0, from, 0, DROPPED);
      check(guest, "init", 0, from, 1, DROPPED);
    }
  }

  private void check(Guest guest, String name, int to, int from, int length, boolean[] source) {
    String what = "%s %s %s %s".formatted(name, to, from, length);
    if (isWithin(to, length, held.length) && isWithin(from, length, source.length)) {
      assertEquals(0, guest.call(name, to, from, length).length, what);
      for (int i = 0; i < length; i++) {
        held[to + i] = !name.equals("fill") && source[from + i];
      }
    } else {
      Trap trap = assertThrows(Trap.class, () -> guest.call(name, to, from, length), what);
      assertEquals(TrapCode.OUT_OF_BOUNDS_TABLE, trap.code(), what);
    }
    for (int i = 0; i < held.length; i++) {
      assertEquals(held[i] ? 1 : 0, guest.call("holds", i)[0], what);
    }
  }

  private static boolean isWithin(int index, int length, int size) {
    return Integer.toUnsignedLong(index) + Integer.toUnsignedLong(length) <= size;
  }
}
