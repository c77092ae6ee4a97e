package dev.wasmrun.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.dylibso.chicory.runtime.GlobalInstance;
import com.dylibso.chicory.runtime.Instance;
import dev.wasmrun.Fixtures;
import dev.wasmrun.Snippets;
import dev.wasmrun.memory.MemoryTrap;
import dev.wasmrun.module.Executable;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Vectors are values like all others, wherever a value can be. */
class VectorsTest {
  private static final long[] A = vector(1, -2, 3, Integer.MIN_VALUE);
  private static final long[] B = vector(10, 20, Integer.MAX_VALUE, -1);
  private static final int PAGE = 65_536;

  private static long[] vector(int... lanes) {
    return new long[] {
      lanes[0] & 0xFFFF_FFFFL | (long) lanes[1] << 32,
      lanes[2] & 0xFFFF_FFFFL | (long) lanes[3] << 32
    };
  }

  private static Instance instance(Execution execution) {
    return Snippets.instance(Executable.of(Fixtures.module("vectors")), execution);
  }

  private static long[] call(Instance instance, String export, long[]... args) {
    return instance.export(export).apply(all(args));
  }

  private static long[] all(long[]... parts) {
    return Arrays.stream(parts).flatMapToLong(Arrays::stream).toArray();
  }

  private static long[] number(long value) {
    return new long[] {value};
  }

  @ParameterizedTest
  @EnumSource
  void functionsTakeAndReturnThem(Execution execution) {
    Instance instance = instance(execution);
    long[] sum = vector(11, 18, Integer.MIN_VALUE + 2, Integer.MAX_VALUE);
    assertArrayEquals(sum, call(instance, "sum", A, B));
    assertArrayEquals(sum, call(instance, "indirect", number(0), A, B));
    long[] difference = vector(9, 22, Integer.MAX_VALUE - 3, Integer.MAX_VALUE);
    assertArrayEquals(difference, call(instance, "indirect", number(1), B, A));
    assertArrayEquals(all(A, number(7), B), call(instance, "swapTwice", A, number(7), B));
  }

  @ParameterizedTest
  @EnumSource
  void localsKeepThem(Execution execution) {
    long[] ones = {0x0101_0101_0101_0101L, 0x0201_0101_0101_0101L};
    long[] negative = {-1L, 0xFEFF_FFFF_FFFF_FFFFL};
    assertArrayEquals(all(new long[2], ones, negative), call(instance(execution), "locals", ones));
  }

  @ParameterizedTest
  @EnumSource
  void oneOfTwoIsSelected(Execution execution) {
    Instance instance = instance(execution);
    assertArrayEquals(A, call(instance, "select", A, B, number(1)));
    assertArrayEquals(B, call(instance, "select", A, B, number(0)));
  }

  @ParameterizedTest
  @EnumSource
  void loopsCarryThem(Execution execution) {
    long[] thousand = vector(1000, -2000, 3000, 1000 * Integer.MIN_VALUE);
    assertArrayEquals(thousand, call(instance(execution), "times", number(1000), A));
  }

  @ParameterizedTest
  @EnumSource
  void globalsAreOfTheInstanceAndSeenFromOutside(Execution execution) {
    Instance instance = instance(execution);
    GlobalInstance total = instance.exports().global("total");
    assertArrayEquals(vector(1, 2, 3, 4), new long[] {total.getValueLow(), total.getValueHigh()});
    long[] sum = vector(2, 0, 6, Integer.MIN_VALUE + 4);
    assertArrayEquals(sum, call(instance, "addToTotal", A));
    assertArrayEquals(sum, new long[] {total.getValueLow(), total.getValueHigh()});
    total.setValueLow(0);
    total.setValueHigh(0);
    assertArrayEquals(A, call(instance, "addToTotal", A));
    assertArrayEquals(
        vector(11, 22, Integer.MIN_VALUE + 2, 3), call(instance(execution), "addToTotal", B));
  }

  @ParameterizedTest
  @EnumSource
  void memoryHoldsThemAndOutsideOfItNothingIsWritten(Execution execution) {
    Instance instance = instance(execution);
    call(instance, "store", number(5), A);
    assertEquals(A[0], instance.memory().readLong(21));
    assertEquals(A[1], instance.memory().readLong(29));
    assertArrayEquals(A, call(instance, "load", number(5)));
    call(instance, "store", number(PAGE - 32), B);
    assertArrayEquals(B, call(instance, "load", number(PAGE - 32)));
    for (int address : new int[] {PAGE - 31, PAGE - 24, PAGE - 16, -16, -1}) {
      assertOutside(() -> call(instance, "store", number(address), A));
      assertOutside(() -> call(instance, "load", number(address)));
    }
    assertArrayEquals(B, call(instance, "load", number(PAGE - 32)));
  }

  private static void assertOutside(Runnable access) {
    RuntimeException trap = assertThrows(RuntimeException.class, access::run);
    boolean outside =
        trap instanceof MemoryTrap || trap.getMessage().startsWith("out of bounds memory access");
    assertEquals(true, outside, trap.toString());
  }
}
