package dev.wasmrun.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.WasmModule;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Loops that count, cut into strips, take the turns that they took before. */
class StripMiningTest {
  private static final int BLOCK = 0x02;
  private static final int LOOP = 0x03;
  private static final int IF = 0x04;
  private static final int END = 0x0B;
  private static final int BR = 0x0C;
  private static final int BR_IF = 0x0D;
  private static final int GET = 0x20;
  private static final int SET = 0x21;
  private static final int TEE = 0x22;
  private static final int LOAD = 0x28;
  private static final int STORE = 0x36;
  private static final int CONST = 0x41;
  private static final int I32_EQ = 0x46;
  private static final int I32_NE = 0x47;
  private static final int I32_LT_S = 0x48;
  private static final int I32_LT_U = 0x49;
  private static final int I32_GT_S = 0x4A;
  private static final int I32_GT_U = 0x4B;
  private static final int I32_LE_S = 0x4C;
  private static final int I32_LE_U = 0x4D;
  private static final int I32_GE_S = 0x4E;
  private static final int I32_GE_U = 0x4F;
  private static final int ADD = 0x6A;
  private static final int EMPTY = 0x40;

  /** i32.ne, lt_s, lt_u, gt_s, gt_u, le_s, le_u, ge_s, ge_u. */
  private static final int[] COMPARISONS = IntStream.rangeClosed(I32_NE, I32_GE_U).toArray();

  private static final int[] STEPS = {1, 3, 8, -1, -8};
  private static final int MOST_TURNS = 700;

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
   * and {@code ?} the comparison; a {@code turn} counts itself in memory, and leaves the function
   * after so many.
   */
  enum Shape {
    COMPARED_FIRST("loop i limit ? if turn i+step set:0 br:1 end end"),
    COMPARED_FIRST_TO_LEAVE("loop i limit opposite br_if:1 turn i+step set:0 br:0 end"),
    COMPARED_LAST("loop turn i+step set:0 i limit ? br_if:0 end"),
    COMPARED_WHEN_ADDED("loop turn i+step tee:0 limit ? br_if:0 end"),
    LIMIT_FIRST("loop turn limit i+step tee:0 exchanged br_if:0 end"),
    ENTERED_BY_A_JUMP("block i br_if:0 limit set:0 end loop turn i+step tee:0 limit ? br_if:0 end"),
    NESTED(
        "loop turn loop turn i+step tee:0 limit ? br_if:0 end turn limit+1 tee:1 five ne br_if:0 end",
        1,
        2),
    /** Both loops have one head, and only the outer one is seen. */
    BEGINNING_TOGETHER(
        "loop loop turn i+step tee:0 limit ? br_if:0 end turn limit+1 tee:1 five ne br_if:0 end",
        1,
        1);

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
      MOST_TURNS & 0x7F | 0x80,
      MOST_TURNS >> 7,
      I32_GE_U,
      BR_IF
    };

    private final String code;
    private final int cutAnyway;
    private final int cutIfSuitable;

    Shape(String code) {
      this(code, 0, 1);
    }

    Shape(String code, int cutAnyway, int cutIfSuitable) {
      this.code = code;
      this.cutAnyway = cutAnyway;
      this.cutIfSuitable = cutIfSuitable;
    }

    /** A function of the variable and the limit for the variable. */
    int[] function(int comparison, int step) {
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
                  case "turn" ->
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

  @ParameterizedTest
  @EnumSource(Shape.class)
  void aLoopTakesTheTurnsThatItTookBefore(Shape shape) {
    var snippets = new Snippets();
    int functions = 0;
    for (int comparison : COMPARISONS) {
      for (int step : STEPS) {
        snippets.body(2, shape.function(comparison, step));
        functions++;
      }
    }
    Instance before = instance(snippets, Set.of());
    Instance cut = instance(snippets, EnumSet.allOf(Rewrite.class));
    var random = new Random(shape.ordinal());
    for (int function = 0; function < functions; function++) {
      String name = Integer.toString(function);
      for (int i : EDGES) {
        for (int limit : EDGES) {
          assertSame(before, cut, name, i, limit);
        }
      }
      for (int run = 0; run < 2800; run++) {
        int i = run % 2 == 0 ? random.nextInt() : EDGES[random.nextInt(EDGES.length)];
        assertSame(before, cut, name, i, i + random.nextInt(-MOST_TURNS, MOST_TURNS));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void itIsCutIfTheComparisonSuitsTheStep(Shape shape) {
    for (int comparison : COMPARISONS) {
      for (int step : STEPS) {
        boolean ascending =
            List.of(I32_NE, I32_LT_S, I32_LT_U, I32_LE_S, I32_LE_U).contains(comparison);
        boolean descending =
            List.of(I32_NE, I32_GT_S, I32_GT_U, I32_GE_S, I32_GE_U).contains(comparison);
        var snippets = new Snippets();
        snippets.body(2, shape.function(comparison, step));
        long strips = strips(snippets.module());
        boolean suits = step > 0 ? ascending : descending;
        assertEquals(
            suits ? shape.cutIfSuitable : shape.cutAnyway,
            strips,
            Integer.toHexString(comparison) + " by " + step);
      }
    }
  }

  @Test
  void aLoopIsNotCutIfWhatItComparesChangesOtherwise() {
    int[] head = {LOOP, EMPTY, CONST, 0, GET, 0, STORE, 2, 0};
    int[] step = {GET, 0, CONST, 1, ADD, TEE, 0, GET, 1, I32_LT_S, BR_IF, 0};
    int[] end = {END, GET, 0};
    assertEquals(1, strips(head, step, end));
    int[] limitChanges = {GET, 1, CONST, 2, ADD, SET, 1};
    assertEquals(0, strips(head, limitChanges, step, end));
    int[] variableChanges = {GET, 0, CONST, 2, ADD, SET, 0};
    assertEquals(0, strips(head, variableChanges, step, end));
    int[] moreOfTheLoop = {CONST, 9, SET, 0, GET, 1, BR_IF, 0};
    assertEquals(0, strips(head, step, moreOfTheLoop, end));
  }

  @Test
  void aStripEndsWhereTheConditionMayFail() {
    assertEquals(7, LoopStrip.length(1, 3, 10, 256));
    assertEquals(256, LoopStrip.length(1, 3, 1000, 256));
    assertEquals(95, LoopStrip.length(1, -100, -5, 256));
    assertEquals(0, LoopStrip.length(0, 3, 10, 256));
    // Unsigned, up to beyond the largest signed number.
    assertEquals(15, LoopStrip.length(1, Integer.MAX_VALUE - 5, Integer.MIN_VALUE + 9, 256));
    // Farther than a signed number can tell.
    assertEquals(256, LoopStrip.length(1, -2_000_000_000, 2_000_000_000, 256));
  }

  private static void assertSame(Instance before, Instance cut, String name, int i, int limit) {
    before.memory().writeI32(0, 0);
    cut.memory().writeI32(0, 0);
    long expected = before.export(name).apply(i, limit)[0];
    long actual = cut.export(name).apply(i, limit)[0];
    if (expected != actual || before.memory().readInt(0) != cut.memory().readInt(0)) {
      throw new AssertionError(
          "function %s of %d, %d: %d after %d turns, was %d after %d"
              .formatted(
                  name,
                  i,
                  limit,
                  actual,
                  cut.memory().readInt(0),
                  expected,
                  before.memory().readInt(0)));
    }
  }

  private static Instance instance(Snippets snippets, Set<Rewrite> rewrites) {
    return snippets.instance(
        module ->
            CompiledModules.load(module, rewrites, false, "", Optional.empty()).machineFactory());
  }

  private static long strips(int[]... parts) {
    var snippets = new Snippets();
    snippets.body(2, Stream.of(parts).flatMapToInt(IntStream::of).toArray());
    return strips(snippets.module());
  }

  private static long strips(WasmModule module) {
    var calls = new ArrayList<>(GeneratedCode.calls(module, EnumSet.allOf(Rewrite.class)));
    assertTrue(calls.contains("CompiledMachineShaded.checkInterruption"));
    return calls.stream().filter(call -> call.startsWith("LoopStrip.")).count();
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
