package dev.wasmrun.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.runtime.ExportFunction;
import com.dylibso.chicory.runtime.WasmRuntimeException;
import dev.wasmrun.Edges;
import dev.wasmrun.Snippets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongBinaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Divisions by constants and operations of floating point give what their definitions say.
 *
 * <p>The runtime's interpreter is left out where it is wrong about NaNs: it keeps the sign for abs
 * and signalling ones for ceil and others, and copysign takes some numbers for NaNs.
 */
class NumericTest {
  private static final int I32_DIV_U = 0x6E;
  private static final int I32_REM_U = 0x70;
  private static final int I64_DIV_U = 0x80;
  private static final int I64_REM_U = 0x82;

  private static final int F32_ABS = 0x8B;
  private static final int F64_ABS = 0x99;

  /** f32.min, max and copysign, on bits. */
  private static final Map<Integer, LongBinaryOperator> BINARY =
      Map.of(
          0x96, (a, b) -> bits(Math.min(f32(a), f32(b))),
          0x97, (a, b) -> bits(Math.max(f32(a), f32(b))),
          0x98, (a, b) -> (int) (a & Integer.MAX_VALUE | b & Integer.MIN_VALUE));

  private static final List<Long> DIVISORS =
      List.of(
          1L,
          2L,
          3L,
          5L,
          6L,
          7L,
          10L,
          100L,
          127L,
          128L,
          255L,
          641L,
          10_000L,
          32_767L,
          32_768L,
          65_536L,
          1_000_000_007L,
          (1L << 31) - 1,
          1L << 31,
          (1L << 32) - 1,
          1L << 32,
          10_000_000_000L,
          1L << 62,
          Long.MAX_VALUE,
          Long.MIN_VALUE,
          -1L,
          -2L,
          -10L,
          -10_000L);

  @ParameterizedTest
  @EnumSource(Execution.class)
  void divisionsByConstantsGiveTheUnsignedResult(Execution execution) {
    var snippets = new Snippets();
    for (long divisor : DIVISORS) {
      snippets.operationWithConstant(I64_DIV_U, Snippets.I64, divisor);
      snippets.operationWithConstant(I64_REM_U, Snippets.I64, divisor);
    }
    List<ExportFunction> functions = snippets.functions(execution);
    for (int i = 0; i < DIVISORS.size(); i++) {
      long divisor = DIVISORS.get(i);
      for (long dividend : Edges.of(64)) {
        String what = dividend + " by " + divisor;
        assertEquals(
            Long.divideUnsigned(dividend, divisor), functions.get(2 * i).apply(dividend)[0], what);
        assertEquals(
            Long.remainderUnsigned(dividend, divisor),
            functions.get(2 * i + 1).apply(dividend)[0],
            what);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void narrowDivisionsByConstantsGiveTheUnsignedResult(Execution execution) {
    List<Integer> divisors =
        DIVISORS.stream().map(Long::intValue).filter(d -> d != 0).distinct().toList();
    var snippets = new Snippets();
    for (int divisor : divisors) {
      snippets.operationWithConstant(I32_DIV_U, Snippets.I32, divisor);
      snippets.operationWithConstant(I32_REM_U, Snippets.I32, divisor);
    }
    List<ExportFunction> functions = snippets.functions(execution);
    for (int i = 0; i < divisors.size(); i++) {
      int divisor = divisors.get(i);
      for (long edge : Edges.of(32)) {
        int dividend = (int) edge;
        String what = dividend + " by " + divisor;
        assertEquals(
            Integer.divideUnsigned(dividend, divisor),
            (int) functions.get(2 * i).apply(dividend)[0],
            what);
        assertEquals(
            Integer.remainderUnsigned(dividend, divisor),
            (int) functions.get(2 * i + 1).apply(dividend)[0],
            what);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void signedDivisionsByConstantsGiveTheSignedResultOrTrap(Execution execution) {
    List<Integer> operations = List.of(0x6D, 0x6F, 0x7F, 0x81);
    var snippets = new Snippets();
    for (long divisor : new long[] {10, -1, 0}) {
      for (int operation : operations) {
        snippets.operationWithConstant(
            operation, operation < 0x79 ? Snippets.I32 : Snippets.I64, divisor);
      }
    }
    List<ExportFunction> functions = snippets.functions(execution);
    for (long edge : Edges.of(64)) {
      assertEquals((int) edge / 10, (int) functions.get(0).apply(edge)[0]);
      assertEquals((int) edge % 10, (int) functions.get(1).apply(edge)[0]);
      assertEquals(edge / 10, functions.get(2).apply(edge)[0]);
      assertEquals(edge % 10, functions.get(3).apply(edge)[0]);
    }
    assertThrows(
        WasmRuntimeException.class, () -> functions.get(4).apply(Integer.MIN_VALUE)); // by -1
    assertEquals(0, functions.get(5).apply(Integer.MIN_VALUE)[0]);
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void aDivisionByTheConstantZeroStillTraps(Execution execution) {
    var snippets = new Snippets();
    snippets.operationWithConstant(I64_DIV_U, Snippets.I64, 0);
    snippets.operationWithConstant(I32_REM_U, Snippets.I32, 0);
    for (ExportFunction function : snippets.functions(execution)) {
      var trap = assertThrows(WasmRuntimeException.class, () -> function.apply(1));
      assertTrue(trap.getMessage().contains("integer divide by zero"), trap.getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource(value = Execution.class, mode = Mode.EXCLUDE, names = "INTERPRETED")
  void noOperationReturnsASignallingNan(Execution execution) {
    int[] unary = {0x8D, 0x8E, 0x8F}; // ceil, floor, trunc
    int[] binary = {0x96, 0x97}; // min, max
    var snippets = new Snippets();
    for (int opcode : unary) {
      snippets.operation(opcode, Snippets.F32, 1);
      snippets.operation(opcode + 14, Snippets.F64, 1);
    }
    for (int opcode : binary) {
      snippets.operation(opcode, Snippets.F32, 2);
      snippets.operation(opcode + 14, Snippets.F64, 2);
    }
    List<ExportFunction> functions = snippets.functions(execution);
    for (int i = 0; i < functions.size(); i++) {
      boolean wide = i % 2 == 1;
      long signalling = wide ? 0xFFF4_0000_0000_0001L : 0xFFA0_0001L;
      long quiet = wide ? 0x0008_0000_0000_0000L : 0x0040_0000L;
      long one = wide ? Double.doubleToRawLongBits(1) : Float.floatToRawIntBits(1);
      boolean takesTwo = i >= 2 * unary.length;
      for (long[] args :
          takesTwo
              ? new long[][] {{signalling, one}, {one, signalling}, {signalling, signalling}}
              : new long[][] {{signalling}}) {
        long result = functions.get(i).apply(args)[0];
        assertTrue((result & quiet) != 0, () -> Long.toHexString(result));
        assertTrue(wide ? Double.isNaN(Double.longBitsToDouble(result)) : Float.isNaN(f32(result)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(value = Execution.class, mode = Mode.EXCLUDE, names = "INTERPRETED")
  void floatingPointOperationsGiveWhatTheirDefinitionsSay(Execution execution) {
    var snippets = new Snippets();
    var expected = new ArrayList<LongBinaryOperator>();
    BINARY.forEach(
        (opcode, meaning) -> {
          snippets.operation(opcode, Snippets.F32, 2);
          expected.add(meaning);
        });
    List<ExportFunction> functions = snippets.functions(execution);
    float[] numbers = {0f, -0f, 1f, -1f, 0.5f, -1.5f, 4290772992f, -4290772992f, 2143289344f};
    float[] extremes = {Float.MAX_VALUE, Float.MIN_VALUE, Float.NEGATIVE_INFINITY};
    for (float a : numbers) {
      for (float b : concat(numbers, extremes)) {
        for (int i = 0; i < functions.size(); i++) {
          assertEquals(
              (int) expected.get(i).applyAsLong(bits(a), bits(b)),
              (int) functions.get(i).apply(bits(a), bits(b))[0],
              "operation %d of %s and %s".formatted(i, a, b));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void truncationGoesTowardsZero(Execution execution) {
    var snippets = new Snippets();
    snippets.operation(0x8F, Snippets.F32, 1);
    snippets.operation(0x9D, Snippets.F64, 1);
    List<ExportFunction> functions = snippets.functions(execution);
    double[][] cases = {{1.9, 1}, {-1.9, -1}, {0.5, 0}, {-0.5, -0.0}, {-0.0, -0.0}, {1e30, 1e30}};
    for (double[] pair : cases) {
      assertEquals(
          (int) bits((float) pair[1]), (int) functions.get(0).apply(bits((float) pair[0]))[0]);
      assertEquals(
          Double.doubleToRawLongBits(pair[1]),
          functions.get(1).apply(Double.doubleToRawLongBits(pair[0]))[0]);
    }
  }

  @ParameterizedTest
  @EnumSource(value = Execution.class, mode = Mode.EXCLUDE, names = "INTERPRETED")
  void theAbsoluteValueOfANanIsPositive(Execution execution) {
    var snippets = new Snippets();
    snippets.operation(F32_ABS, Snippets.F32, 1);
    snippets.operation(F64_ABS, Snippets.F64, 1);
    List<ExportFunction> functions = snippets.functions(execution);
    assertEquals(0x7FC0_0000L, functions.get(0).apply(0xFFC0_0000L)[0] & 0xFFFF_FFFFL);
    assertEquals(0x7FF8_0000_0000_0000L, functions.get(1).apply(0xFFF8_0000_0000_0000L)[0]);
    assertEquals(bits(2.5f), (int) functions.get(0).apply(bits(-2.5f))[0]);
  }

  private static float[] concat(float[] a, float[] b) {
    float[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static float f32(long bits) {
    return Float.intBitsToFloat((int) bits);
  }

  private static long bits(float value) {
    return Float.floatToRawIntBits(value);
  }
}
