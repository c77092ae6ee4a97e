package dev.wasmrun.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.runtime.ExportFunction;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.runtime.WasmRuntimeException;
import com.dylibso.chicory.wasm.WasmModule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the rewrites make of compiled functions, and that they are made at all. */
class RewriteTest {
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

  @Test
  void compiledDivisionsByConstantsGiveTheUnsignedResult() {
    var snippets = new Snippets();
    for (long divisor : DIVISORS) {
      snippets.operationWithConstant(I64_DIV_U, Snippets.I64, divisor);
      snippets.operationWithConstant(I64_REM_U, Snippets.I64, divisor);
    }
    List<ExportFunction> functions = snippets.functions(RewriteTest::compiled);
    for (int i = 0; i < DIVISORS.size(); i++) {
      long divisor = DIVISORS.get(i);
      for (long dividend : UnsignedDivisionTest.edges(64)) {
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

  @Test
  void compiledNarrowDivisionsByConstantsGiveTheUnsignedResult() {
    List<Integer> divisors =
        DIVISORS.stream().map(Long::intValue).filter(d -> d != 0).distinct().toList();
    var snippets = new Snippets();
    for (int divisor : divisors) {
      snippets.operationWithConstant(I32_DIV_U, Snippets.I32, divisor);
      snippets.operationWithConstant(I32_REM_U, Snippets.I32, divisor);
    }
    List<ExportFunction> functions = snippets.functions(RewriteTest::compiled);
    for (int i = 0; i < divisors.size(); i++) {
      int divisor = divisors.get(i);
      for (long edge : UnsignedDivisionTest.edges(32)) {
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

  @Test
  void divisionsByConstantsCallOursAndOthersDoNot() {
    var snippets = new Snippets();
    snippets.operationWithConstant(I64_DIV_U, Snippets.I64, 10_000);
    snippets.operationWithConstant(I64_DIV_U, Snippets.I64, -1);
    snippets.operationWithConstant(I64_DIV_U, Snippets.I64, 7);
    snippets.operationWithConstant(I64_REM_U, Snippets.I64, 3);
    snippets.operationWithConstant(I64_REM_U, Snippets.I64, 64); // an and
    snippets.operationWithConstant(I64_REM_U, Snippets.I64, 0);
    snippets.operationWithConstant(I32_REM_U, Snippets.I32, 7);
    snippets.operationWithConstant(I32_REM_U, Snippets.I32, 14); // a product of 64 bits
    snippets.operationWithConstant(I32_DIV_U, Snippets.I32, 0);
    snippets.operation(I64_DIV_U, Snippets.I64, 2);
    var expected =
        new TreeMap<>(
            Map.of(
                "UnsignedDivision.divideWide", 1,
                "UnsignedDivision.remainder", 1,
                "OpcodeImpl.I64_DIV_U", 1,
                "OpcodeImpl.I64_REM_U", 1,
                "OpcodeImpl.I32_DIV_U", 1));
    if (Runtime.version().feature() >= 18) {
      expected.put("Math.unsignedMultiplyHigh", 3);
    } else {
      expected.put("UnsignedDivision.divideEven", 1);
      expected.put("UnsignedDivision.divideOdd", 1);
      expected.put("UnsignedDivision.remainderOdd", 1);
    }
    assertEquals(expected, calls(snippets.module(), EnumSet.allOf(Rewrite.class)));
  }

  @Test
  void signedDivisionsByConstantsAreThoseOfTheVirtualMachineUnlessTheyMayTrap() {
    List<Integer> operations = List.of(0x6D, 0x6F, 0x7F, 0x81);
    var snippets = new Snippets();
    for (long divisor : new long[] {10, -1, 0}) {
      for (int operation : operations) {
        snippets.operationWithConstant(
            operation, operation < 0x79 ? Snippets.I32 : Snippets.I64, divisor);
      }
    }
    assertEquals(
        Map.of(
            "OpcodeImpl.I32_DIV_S", 2,
            "OpcodeImpl.I32_REM_S", 2,
            "OpcodeImpl.I64_DIV_S", 2,
            "OpcodeImpl.I64_REM_S", 2),
        calls(snippets.module(), EnumSet.of(Rewrite.DIVISION)));
    List<ExportFunction> functions = snippets.functions(RewriteTest::compiled);
    for (long edge : UnsignedDivisionTest.edges(64)) {
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
  @EnumSource(Engine.class)
  void aDivisionByTheConstantZeroStillTraps(Engine engine) {
    var snippets = new Snippets();
    snippets.operationWithConstant(I64_DIV_U, Snippets.I64, 0);
    snippets.operationWithConstant(I32_REM_U, Snippets.I32, 0);
    for (ExportFunction function : snippets.functions(module -> engine.prepare(module, false))) {
      var trap = assertThrows(WasmRuntimeException.class, () -> function.apply(1));
      assertTrue(trap.getMessage().contains("integer divide by zero"), trap.getMessage());
    }
  }

  @Test
  void aRewriteThatIsSwitchedOffIsNotMade() {
    var snippets = new Snippets();
    snippets.operationWithConstant(I64_DIV_U, Snippets.I64, 10_000);
    snippets.operation(F32_ABS, Snippets.F32, 1);
    assertEquals(
        Map.of("OpcodeImpl.I64_DIV_U", 1, "FloatingPoint.abs", 1),
        calls(snippets.module(), EnumSet.of(Rewrite.FLOAT)));
    assertEquals(
        Map.of("OpcodeImpl.I64_DIV_U", 1, "OpcodeImpl.F32_ABS", 1),
        calls(snippets.module(), Set.of()));
  }

  @Test
  void theSystemPropertyNamesTheRewrites() {
    try {
      System.setProperty(Rewrite.PROPERTY, "float");
      assertEquals(Set.of(Rewrite.FLOAT), Rewrite.enabled());
      System.setProperty(Rewrite.PROPERTY, "none");
      assertEquals(Set.of(), Rewrite.enabled());
      System.setProperty(Rewrite.PROPERTY, "division,floats");
      var e = assertThrows(IllegalArgumentException.class, Rewrite::enabled);
      assertEquals(
          "-Dwasmrun.rewrites=floats is none of division, polling, comparison, float, atomic, none",
          e.getMessage());
    } finally {
      System.clearProperty(Rewrite.PROPERTY);
    }
    assertEquals(EnumSet.allOf(Rewrite.class), Rewrite.enabled());
  }

  @Test
  void noCompiledOperationReturnsASignallingNan() {
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
    List<ExportFunction> functions = snippets.functions(RewriteTest::compiled);
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

  @Test
  void compiledFloatingPointOperationsGiveWhatTheirDefinitionsSay() {
    var snippets = new Snippets();
    var expected = new ArrayList<LongBinaryOperator>();
    BINARY.forEach(
        (opcode, meaning) -> {
          snippets.operation(opcode, Snippets.F32, 2);
          expected.add(meaning);
        });
    List<ExportFunction> functions = snippets.functions(RewriteTest::compiled);
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

  @Test
  void truncationGoesTowardsZero() {
    var snippets = new Snippets();
    snippets.operation(0x8F, Snippets.F32, 1);
    snippets.operation(0x9D, Snippets.F64, 1);
    List<ExportFunction> functions = snippets.functions(RewriteTest::compiled);
    double[][] cases = {{1.9, 1}, {-1.9, -1}, {0.5, 0}, {-0.5, -0.0}, {-0.0, -0.0}, {1e30, 1e30}};
    for (double[] pair : cases) {
      assertEquals(
          (int) bits((float) pair[1]), (int) functions.get(0).apply(bits((float) pair[0]))[0]);
      assertEquals(
          Double.doubleToRawLongBits(pair[1]),
          functions.get(1).apply(Double.doubleToRawLongBits(pair[0]))[0]);
    }
  }

  @Test
  void theAbsoluteValueOfANanIsPositive() {
    var snippets = new Snippets();
    snippets.operation(F32_ABS, Snippets.F32, 1);
    snippets.operation(F64_ABS, Snippets.F64, 1);
    List<ExportFunction> functions = snippets.functions(RewriteTest::compiled);
    assertEquals(0x7FC0_0000L, functions.get(0).apply(0xFFC0_0000L)[0] & 0xFFFF_FFFFL);
    assertEquals(0x7FF8_0000_0000_0000L, functions.get(1).apply(0xFFF8_0000_0000_0000L)[0]);
    assertEquals(bits(2.5f), (int) functions.get(0).apply(bits(-2.5f))[0]);
  }

  /** Compiled here and now, whatever a cache may hold. */
  private static Function<Instance, Machine> compiled(WasmModule module) {
    return CompiledModules.load(module, Rewrite.enabled(), false, "", Optional.empty())
        .machineFactory();
  }

  /** How often each method is called by guest functions, of ours and of Chicory's operations. */
  private static Map<String, Integer> calls(WasmModule module, Set<Rewrite> rewrites) {
    var calls = new TreeMap<String, Integer>();
    GeneratedCode.calls(module, rewrites).stream()
        .filter(name -> name.matches("(OpcodeImpl|UnsignedDivision|FloatingPoint|Math)\\..*"))
        .forEach(name -> calls.merge(name, 1, Integer::sum));
    return calls;
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
