package dev.wasmrun.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.dylibso.chicory.runtime.ExportFunction;
import dev.wasmrun.Edges;
import dev.wasmrun.Snippets;
import dev.wasmrun.Snippets.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a comparison decides, and however often it is negated before, it is decided right. */
class ComparisonsTest {
  private static final int RANDOM_PAIRS = 200_000;
  private static final int MOST_NEGATIONS = 2;

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

  private interface Meaning {
    boolean holds(int operation, long a, long b);
  }

  /** The comparisons of a type, by their first opcode and what each means. */
  private enum Family {
    I32(Snippets.I32, 0x45, 11, (operation, a, b) -> integers(operation, (int) a, (int) b)),
    I64(Snippets.I64, 0x50, 11, Family::integers),
    F32(
        Snippets.F32,
        0x5B,
        6,
        (operation, a, b) ->
            floats(operation, Float.intBitsToFloat((int) a), Float.intBitsToFloat((int) b))),
    F64(
        Snippets.F64,
        0x61,
        6,
        (operation, a, b) ->
            floats(operation, Double.longBitsToDouble(a), Double.longBitsToDouble(b)));

    private final int type;
    private final int first;
    private final int count;
    private final Meaning meaning;

    Family(int type, int first, int count, Meaning meaning) {
      this.type = type;
      this.first = first;
      this.count = count;
      this.meaning = meaning;
    }

    /** Integers are compared with zero first. */
    boolean isUnary(int operation) {
      return count == 11 && operation == 0;
    }

    private static boolean integers(int operation, long a, long b) {
      return switch (operation) {
        case 0 -> a == 0;
        case 1 -> a == b;
        case 2 -> a != b;
        case 3 -> a < b;
        case 4 -> Long.compareUnsigned(a, b) < 0;
        case 5 -> a > b;
        case 6 -> Long.compareUnsigned(a, b) > 0;
        case 7 -> a <= b;
        case 8 -> Long.compareUnsigned(a, b) <= 0;
        case 9 -> a >= b;
        default -> Long.compareUnsigned(a, b) >= 0;
      };
    }

    private static boolean floats(int operation, double a, double b) {
      return switch (operation) {
        case 0 -> a == b;
        case 1 -> a != b;
        case 2 -> a < b;
        case 3 -> a > b;
        case 4 -> a <= b;
        default -> a >= b;
      };
    }
  }

  /** A comparison that decides something, made ready to be called. */
  private record Compared(
      Family family, int operation, Decision by, int negations, ExportFunction function) {
    void check(long a, long b) {
      boolean holds = family.meaning.holds(operation, a, b) ^ negations % 2 == 1;
      long result = family.isUnary(operation) ? function.apply(a)[0] : function.apply(a, b)[0];
      if (result != (holds ? 1 : 0)) {
        assertEquals(
            holds ? 1 : 0,
            result,
            () ->
                "opcode %#x of %#x, %#x, negated %s times, by %s"
                    .formatted(family.first + operation, a, b, negations, by));
      }
    }
  }

  private static List<Compared> all(Family family, Execution execution) {
    var snippets = new Snippets();
    for (Decision by : Decision.values()) {
      for (int negations = 0; negations <= MOST_NEGATIONS; negations++) {
        for (int i = 0; i < family.count; i++) {
          snippets.decision(
              by, family.first + i, family.type, family.isUnary(i) ? 1 : 2, negations);
        }
      }
    }
    List<ExportFunction> functions = snippets.functions(execution);
    var all = new ArrayList<Compared>();
    for (Decision by : Decision.values()) {
      for (int negations = 0; negations <= MOST_NEGATIONS; negations++) {
        for (int i = 0; i < family.count; i++) {
          all.add(new Compared(family, i, by, negations, functions.get(all.size())));
        }
      }
    }
    return all;
  }

  @ParameterizedTest
  @EnumSource(
      value = Execution.class,
      names = {"INTERPRETED", "COMPILED"})
  void everyEdgeWithEveryEdge(Execution execution) {
    compare(all(Family.F32, execution), FLOATS);
    compare(all(Family.F64, execution), DOUBLES);
    if (execution == Execution.COMPILED) { // hundreds of thousands of pairs
      compare(all(Family.I32, execution), narrow(Edges.of(32)));
      compare(
          all(Family.I64, execution), Edges.of(64).stream().mapToLong(Long::longValue).toArray());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Execution.class,
      names = {"INTERPRETED", "COMPILED"})
  void randomNumbers(Execution execution) {
    var random = new SplittableRandom(6);
    compareRandom(all(Family.I32, execution), random::nextInt);
    compareRandom(all(Family.I64, execution), random::nextLong);
    compareRandom(all(Family.F32, execution), random::nextInt);
    compareRandom(all(Family.F64, execution), random::nextLong);
  }

  /** Half of them near one another, for which the sign and the last bits decide. */
  private static void compareRandom(List<Compared> all, LongSupplier random) {
    for (int i = 0; i < RANDOM_PAIRS / all.size(); i++) {
      long a = random.getAsLong();
      long b = i % 2 == 0 ? random.getAsLong() : a + random.getAsLong() % 3;
      all.forEach(compared -> compared.check(a, b));
    }
  }

  /** All comparisons of all pairs, each time with one of the ways to decide and to negate. */
  private static void compare(List<Compared> all, long[] numbers) {
    int ways = Decision.values().length * (MOST_NEGATIONS + 1);
    int comparisons = all.size() / ways;
    int way = 0;
    for (long a : numbers) {
      for (long b : numbers) {
        int first = way++ % ways * comparisons;
        all.subList(first, first + comparisons).forEach(compared -> compared.check(a, b));
      }
    }
  }

  private static long[] narrow(List<Long> edges) {
    return edges.stream().mapToLong(edge -> (int) (long) edge).distinct().toArray();
  }

  private static long bits(float value) {
    return Float.floatToRawIntBits(value);
  }
}
