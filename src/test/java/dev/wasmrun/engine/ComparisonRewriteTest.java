package dev.wasmrun.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.dylibso.chicory.runtime.ExportFunction;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.WasmModule;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** Branches that compare, beside those that ask Chicory's methods. */
class ComparisonRewriteTest {
  private static final int RANDOM_PAIRS = 1_000_000;

  private static final long[] FLOATS = {
    bits(0f),
    bits(-0f),
    bits(1f),
    bits(-1f),
    bits(Float.MIN_VALUE),
    bits(Float.MAX_VALUE),
    bits(Float.POSITIVE_INFINITY),
    bits(Float.NEGATIVE_INFINITY),
    0x7FC0_0000L,
    0xFFC0_0000L,
    0x7FA0_0001L
  };

  private static final long[] DOUBLES = {
    Double.doubleToRawLongBits(0),
    Double.doubleToRawLongBits(-0.0),
    Double.doubleToRawLongBits(1),
    Double.doubleToRawLongBits(-1),
    Double.doubleToRawLongBits(Double.MIN_VALUE),
    Double.doubleToRawLongBits(Double.MAX_VALUE),
    Double.doubleToRawLongBits(Double.POSITIVE_INFINITY),
    Double.doubleToRawLongBits(Double.NEGATIVE_INFINITY),
    0x7FF8_0000_0000_0000L,
    0xFFF8_0000_0000_0000L,
    0x7FF4_0000_0000_0001L
  };

  /** The comparisons of a type: their first opcode, how many, and whether the first is eqz. */
  private record Family(int type, int first, int count, boolean beginsWithZero) {
    List<ExportFunction> decisions(Set<Rewrite> rewrites) {
      var snippets = new Snippets();
      for (int negations = 0; negations < 3; negations++) {
        for (int i = 0; i < count; i++) {
          int parameters = beginsWithZero && i == 0 ? 1 : 2;
          snippets.decision(first + i, type, parameters, negations);
        }
      }
      return snippets.functions(module -> compiled(module, rewrites));
    }
  }

  private static final Family I32 = new Family(Snippets.I32, 0x45, 11, true);
  private static final Family I64 = new Family(Snippets.I64, 0x50, 11, true);
  private static final Family F32 = new Family(Snippets.F32, 0x5B, 6, false);
  private static final Family F64 = new Family(Snippets.F64, 0x61, 6, false);

  @Test
  void everyEdgeWithEveryEdge() {
    compare(I32, narrow(UnsignedDivisionTest.edges(32)));
    compare(I64, UnsignedDivisionTest.edges(64).stream().mapToLong(Long::longValue).toArray());
    compare(F32, FLOATS);
    compare(F64, DOUBLES);
  }

  @Test
  void randomNumbers() {
    var random = new SplittableRandom(6);
    // Half of them near one another, for which the sign and the last bits decide.
    compareRandom(I32, random::nextInt);
    compareRandom(I64, random::nextLong);
    compareRandom(F32, random::nextInt);
    compareRandom(F64, random::nextLong);
  }

  @Test
  void aDecisionCallsNoComparison() {
    var snippets = new Snippets();
    for (Family family : List.of(I32, I64, F32, F64)) {
      for (int i = 0; i < family.count(); i++) {
        int parameters = family.beginsWithZero() && i == 0 ? 1 : 2;
        snippets.decision(family.first() + i, family.type(), parameters, i % 3);
      }
    }
    assertEquals(
        List.of(),
        GeneratedCode.calls(snippets.module(), EnumSet.of(Rewrite.COMPARISON)).stream()
            .filter(call -> !call.startsWith("Integer.") && !call.startsWith("Long."))
            .toList());
  }

  private static void compareRandom(Family family, LongSupplier random) {
    List<ExportFunction> ours = family.decisions(EnumSet.of(Rewrite.COMPARISON));
    List<ExportFunction> theirs = family.decisions(Set.of());
    for (int i = 0; i < RANDOM_PAIRS / ours.size(); i++) {
      long a = random.getAsLong();
      long b = i % 2 == 0 ? random.getAsLong() : a + random.getAsLong() % 3;
      compare(family, ours, theirs, a, b);
    }
  }

  private static void compare(Family family, long[] numbers) {
    List<ExportFunction> ours = family.decisions(EnumSet.of(Rewrite.COMPARISON));
    List<ExportFunction> theirs = family.decisions(Set.of());
    for (long a : numbers) {
      for (long b : numbers) {
        compare(family, ours, theirs, a, b);
      }
    }
  }

  private static void compare(
      Family family, List<ExportFunction> ours, List<ExportFunction> theirs, long a, long b) {
    for (int i = 0; i < ours.size(); i++) {
      int operation = i % family.count();
      long[] args = family.beginsWithZero() && operation == 0 ? new long[] {a} : new long[] {a, b};
      long expected = theirs.get(i).apply(args)[0];
      if (ours.get(i).apply(args)[0] != expected) {
        assertEquals(
            expected,
            1 - expected,
            "opcode %#x of %#x, %#x".formatted(family.first() + operation, a, b));
      }
    }
  }

  private static long[] narrow(List<Long> edges) {
    return edges.stream().mapToLong(edge -> (int) (long) edge).distinct().toArray();
  }

  private static long bits(float value) {
    return Float.floatToRawIntBits(value);
  }

  private static Function<Instance, Machine> compiled(WasmModule module, Set<Rewrite> rewrites) {
    return CompiledModules.load(module, rewrites, false, "", Optional.empty()).machineFactory();
  }
}
