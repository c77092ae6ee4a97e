package dev.wasmrun.compiler;

import static dev.wasmrun.Opcode.*;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmrun.Snippets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Loops that count take the iterations that their conditions say. */
class CountingLoopsTest {
  /** i32.ne, lt_s, lt_u, gt_s, gt_u, le_s, le_u, ge_s, ge_u. */
  private static final int[] COMPARISONS = IntStream.rangeClosed(I32_NE, I32_GE_U).toArray();

  private static final int[] STEPS = {1, 3, 8, -1, -8};
  private static final int MOST_ITERATIONS = 700;

  private static final int[] EDGES = {
    0,
    1,
    -1,
    7,
    8,
    255,
    256,
    257,
    2047,
    2048,
    2049,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    Integer.MAX_VALUE - 7,
    Integer.MIN_VALUE + 7,
    300,
    -300
  };

  /**
   * Where the comparison is, and how it gets its operands.
   *
   * <p>{@code i} is the variable, {@code limit} what it is compared with, {@code i+step} the sum,
   * and {@code ?} the comparison; an {@code iteration} counts itself in memory, and leaves the
   * function after so many.
   */
  enum Shape {
    COMPARED_FIRST(
        "loop i limit ? if iteration i+step set:0 br:1 end end",
        run -> {
          while (run.holds()) {
            run.iteration();
            run.i += run.step;
          }
        }),
    COMPARED_FIRST_TO_LEAVE(
        "loop i limit opposite br_if:1 iteration i+step set:0 br:0 end", COMPARED_FIRST.model),
    COMPARED_LAST("loop iteration i+step set:0 i limit ? br_if:0 end", Run::untilItFails),
    COMPARED_WHEN_ADDED("loop iteration i+step tee:0 limit ? br_if:0 end", Run::untilItFails),
    LIMIT_FIRST("loop iteration limit i+step tee:0 exchanged br_if:0 end", Run::untilItFails),
    ENTERED_BY_A_JUMP(
        "block i br_if:0 limit set:0 end loop iteration i+step tee:0 limit ? br_if:0 end",
        run -> {
          run.i = run.i == 0 ? run.limit : run.i;
          run.untilItFails();
        }),
    NESTED(
        "loop iteration loop iteration i+step tee:0 limit ? br_if:0 end iteration limit+1 tee:1 five ne br_if:0 end",
        run -> {
          do {
            run.iteration();
            run.untilItFails();
            run.iteration();
          } while (++run.limit != 5);
        }),
    BEGINNING_TOGETHER(
        "loop loop iteration i+step tee:0 limit ? br_if:0 end iteration limit+1 tee:1 five ne br_if:0 end",
        run -> {
          do {
            run.untilItFails();
            run.iteration();
          } while (++run.limit != 5);
        });

    private static final Map<String, int[]> INSTRUCTIONS =
        Map.ofEntries(
            entry("block", BLOCK, EMPTY),
            entry("loop", LOOP, EMPTY),
            entry("if", IF, EMPTY),
            entry("end", END),
            entry("i", GET, 0),
            entry("limit", GET, 1),
            entry("limit+1", GET, 1, CONST, 1, ADD),
            entry("five", CONST, 5),
            entry("ne", I32_NE),
            entry("set", SET),
            entry("tee", TEE),
            entry("br", BR),
            entry("br_if", BR_IF));

    private static final int[] COUNT = {
      CONST,
      0,
      CONST,
      0,
      LOAD,
      2,
      0,
      CONST,
      1,
      ADD,
      STORE,
      2,
      0,
      CONST,
      0,
      LOAD,
      2,
      0,
      CONST,
      MOST_ITERATIONS & 0x7F | 0x80,
      MOST_ITERATIONS >> 7,
      I32_GE_U,
      BR_IF
    };

    private final String code;
    private final Consumer<Run> model;

    Shape(String code, Consumer<Run> model) {
      this.code = code;
      this.model = model;
    }

    /** A function for each comparison and step. */
    WasmModule module() {
      var snippets = new Snippets();
      for (int comparison : COMPARISONS) {
        for (int step : STEPS) {
          snippets.body(2, function(comparison, step));
        }
      }
      return snippets.module();
    }

    /** A function of the variable and the limit for the variable. */
    private int[] function(int comparison, int step) {
      var bytes = IntStream.builder().add(BLOCK).add(EMPTY);
      int depth = 0;
      for (String word : code.split(" ")) {
        String[] parts = word.split(":");
        IntStream.of(
                switch (word) {
                  case "?" -> new int[] {comparison};
                  case "opposite" -> new int[] {opposite(comparison)};
                  case "exchanged" -> new int[] {exchanged(comparison)};
                  case "i+step" -> new int[] {GET, 0, CONST, step & 0x7F, ADD};
                  case "iteration" ->
                      IntStream.concat(IntStream.of(COUNT), IntStream.of(depth)).toArray();
                  default -> INSTRUCTIONS.get(parts[0]);
                })
            .forEach(bytes);
        if (parts.length > 1) {
          bytes.add(Integer.parseInt(parts[1]));
        }
        depth += List.of("block", "loop", "if").contains(word) ? 1 : word.equals("end") ? -1 : 0;
      }
      return bytes.add(END).add(GET).add(0).build().toArray();
    }

    private static Map.Entry<String, int[]> entry(String word, int... code) {
      return Map.entry(word, code);
    }
  }

  /** What a loop does, in Java. */
  private static final class Run {
    private final int comparison;
    private final int step;
    private int i;
    private int limit;
    private int iterations;

    Run(int comparison, int step, int i, int limit) {
      this.comparison = comparison;
      this.step = step;
      this.i = i;
      this.limit = limit;
    }

    Run of(Shape shape) {
      try {
        shape.model.accept(this);
      } catch (TooManyIterations e) {
        // The function is left.
      }
      return this;
    }

    private void iteration() {
      iterations++;
      if (iterations >= MOST_ITERATIONS) {
        throw TooManyIterations.ONE;
      }
    }

    private void untilItFails() {
      do {
        iteration();
        i += step;
      } while (holds());
    }

    private boolean holds() {
      int unsigned = Integer.compareUnsigned(i, limit);
      return switch (comparison) {
        case I32_NE -> i != limit;
        case I32_LT_S -> i < limit;
        case I32_LT_U -> unsigned < 0;
        case I32_GT_S -> i > limit;
        case I32_GT_U -> unsigned > 0;
        case I32_LE_S -> i <= limit;
        case I32_LE_U -> unsigned <= 0;
        case I32_GE_S -> i >= limit;
        default -> unsigned >= 0;
      };
    }
  }

  private static final class TooManyIterations extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final TooManyIterations ONE = new TooManyIterations();

    private TooManyIterations() {
      super("the function is left", null, false, false);
    }
  }

  static Stream<Arguments> everyShapeInEveryWay() {
    return Stream.of(Shape.values())
        .flatMap(shape -> Stream.of(Execution.values()).map(way -> Arguments.of(shape, way)));
  }

  @ParameterizedTest
  @MethodSource("everyShapeInEveryWay")
  void aLoopTakesItsIterations(Shape shape, Execution execution) {
    Instance instance = Snippets.instance(shape.module(), execution);
    var random = new Random(shape.ordinal());
    int function = 0;
    for (int comparison : COMPARISONS) {
      for (int step : STEPS) {
        var loop = new Loop(shape, comparison, step, instance, Integer.toString(function++));
        if (execution == Execution.COMPILED) {
          loop.checkEdges();
        }
        int runs = execution == Execution.INTERPRETED ? 5 : 500;
        for (int run = 0; run < runs; run++) {
          int i = run % 2 == 0 ? random.nextInt() : EDGES[random.nextInt(EDGES.length)];
          loop.check(i, i + random.nextInt(-MOST_ITERATIONS, MOST_ITERATIONS));
        }
      }
    }
  }

  /** A loop's function. */
  private record Loop(Shape shape, int comparison, int step, Instance instance, String name) {
    void checkEdges() {
      for (int i : EDGES) {
        for (int limit : EDGES) {
          check(i, limit);
        }
      }
    }

    void check(int i, int limit) {
      Run expected = new Run(comparison, step, i, limit).of(shape);
      instance.memory().writeI32(0, 0);
      int actual = (int) instance.export(name).apply(i, limit)[0];
      int iterations = instance.memory().readInt(0);
      if (actual != expected.i || iterations != expected.iterations) {
        throw new AssertionError(
            "%#x by %s of %s, %s: %s after %s iterations, not %s after %s"
                .formatted(
                    comparison,
                    step,
                    i,
                    limit,
                    actual,
                    iterations,
                    expected.i,
                    expected.iterations));
      }
    }
  }

  private static int opposite(int comparison) {
    return switch (comparison) {
      case I32_NE -> I32_EQ;
      case I32_LT_S -> I32_GE_S;
      case I32_LT_U -> I32_GE_U;
      case I32_GT_S -> I32_LE_S;
      case I32_GT_U -> I32_LE_U;
      case I32_LE_S -> I32_GT_S;
      case I32_LE_U -> I32_GT_U;
      case I32_GE_S -> I32_LT_S;
      default -> I32_LT_U;
    };
  }

  private static int exchanged(int comparison) {
    return switch (comparison) {
      case I32_LT_S, I32_LE_S -> comparison + 2;
      case I32_LT_U, I32_LE_U -> comparison + 2;
      case I32_GT_S, I32_GE_S -> comparison - 2;
      case I32_GT_U, I32_GE_U -> comparison - 2;
      default -> comparison;
    };
  }
}
