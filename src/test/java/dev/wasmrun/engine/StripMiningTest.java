package dev.wasmrun.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.WasmModule;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
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

  /** Where the comparison is, and how it gets its operands. The variable is 0, the limit 1. */
  enum Shape {
    COMPARED_FIRST {
      @Override
      int[] loop(int comparison, int step) {
        return code(
            LOOP,
            EMPTY,
            GET,
            0,
            GET,
            1,
            comparison,
            IF,
            EMPTY,
            TURN,
            GET,
            0,
            CONST,
            step & 0x7F,
            ADD,
            SET,
            0,
            BR,
            1,
            END,
            END);
      }
    },
    COMPARED_FIRST_TO_LEAVE {
      @Override
      int[] loop(int comparison, int step) {
        return code(
            LOOP,
            EMPTY,
            GET,
            0,
            GET,
            1,
            opposite(comparison),
            BR_IF,
            1,
            TURN,
            GET,
            0,
            CONST,
            step & 0x7F,
            ADD,
            SET,
            0,
            BR,
            0,
            END);
      }
    },
    COMPARED_LAST {
      @Override
      int[] loop(int comparison, int step) {
        return code(
            LOOP,
            EMPTY,
            TURN,
            GET,
            0,
            CONST,
            step & 0x7F,
            ADD,
            SET,
            0,
            GET,
            0,
            GET,
            1,
            comparison,
            BR_IF,
            0,
            END);
      }
    },
    COMPARED_WHEN_ADDED {
      @Override
      int[] loop(int comparison, int step) {
        return code(
            LOOP,
            EMPTY,
            TURN,
            GET,
            0,
            CONST,
            step & 0x7F,
            ADD,
            TEE,
            0,
            GET,
            1,
            comparison,
            BR_IF,
            0,
            END);
      }
    },
    LIMIT_FIRST {
      @Override
      int[] loop(int comparison, int step) {
        return code(
            LOOP,
            EMPTY,
            TURN,
            GET,
            1,
            GET,
            0,
            CONST,
            step & 0x7F,
            ADD,
            TEE,
            0,
            exchanged(comparison),
            BR_IF,
            0,
            END);
      }
    },
    /** After a jump to where the loop begins. */
    ENTERED_BY_A_JUMP {
      @Override
      int[] loop(int comparison, int step) {
        return code(
            BLOCK,
            EMPTY,
            GET,
            0,
            BR_IF,
            0,
            GET,
            1,
            SET,
            0,
            END,
            LOOP,
            EMPTY,
            TURN,
            GET,
            0,
            CONST,
            step & 0x7F,
            ADD,
            TEE,
            0,
            GET,
            1,
            comparison,
            BR_IF,
            0,
            END);
      }
    },
    NESTED(2) {
      @Override
      int[] loop(int comparison, int step) {
        return code(
            LOOP,
            EMPTY,
            TURN,
            LOOP,
            EMPTY,
            TURN,
            GET,
            0,
            CONST,
            step & 0x7F,
            ADD,
            TEE,
            0,
            GET,
            1,
            comparison,
            BR_IF,
            0,
            END,
            TURN,
            GET,
            1,
            CONST,
            1,
            ADD,
            TEE,
            1,
            CONST,
            5,
            I32_NE,
            BR_IF,
            0,
            END);
      }
    },
    /** Only the outer loop is seen. */
    BEGINNING_TOGETHER(0) {
      @Override
      int[] loop(int comparison, int step) {
        return code(
            LOOP,
            EMPTY,
            LOOP,
            EMPTY,
            TURN,
            GET,
            0,
            CONST,
            step & 0x7F,
            ADD,
            TEE,
            0,
            GET,
            1,
            comparison,
            BR_IF,
            0,
            END,
            TURN,
            GET,
            1,
            CONST,
            1,
            ADD,
            TEE,
            1,
            CONST,
            5,
            I32_NE,
            BR_IF,
            0,
            END);
      }
    };

    /** Stands for what a turn does: it counts itself in memory, and leaves after so many. */
    private static final int TURN = -1;

    private static final int[] COUNT = {
      CONST, 0, CONST, 0, LOAD, 2, 0, CONST, 1, ADD, STORE, 2, 0, CONST, 0, LOAD, 2, 0, CONST, 0xBC,
      0x05, I32_GE_U, BR_IF
    };

    private final int cutIfSuitable;

    Shape() {
      this(1);
    }

    Shape(int cutIfSuitable) {
      this.cutIfSuitable = cutIfSuitable;
    }

    /** A loop within a block, from which it leaves. */
    abstract int[] loop(int comparison, int step);

    private static int[] code(int... loop) {
      var code = IntStream.builder();
      code.add(BLOCK).add(EMPTY);
      int depth = 0;
      for (int i = 0; i < loop.length; i++) {
        if (loop[i] == TURN) {
          IntStream.of(COUNT).forEach(code);
          code.add(depth);
        } else {
          code.add(loop[i]);
        }
        if ((loop[i] == LOOP || loop[i] == BLOCK || loop[i] == IF)
            && i + 1 < loop.length
            && loop[i + 1] == EMPTY) {
          depth++;
        } else if (loop[i] == END && i > 0) {
          depth--;
        }
      }
      code.add(END).add(GET).add(0);
      return code.build().toArray();
    }
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void aLoopTakesTheTurnsThatItTookBefore(Shape shape) {
    var snippets = new Snippets();
    int functions = 0;
    for (int comparison : COMPARISONS) {
      for (int step : STEPS) {
        snippets.body(2, shape.loop(comparison, step));
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
      for (int run = 0; run < 4000; run++) {
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
        snippets.body(2, shape.loop(comparison, step));
        long strips = strips(snippets.module());
        boolean suits = step > 0 ? ascending : descending;
        int outer = shape == Shape.NESTED || shape == Shape.BEGINNING_TOGETHER ? 1 : 0;
        assertEquals(
            suits ? Math.max(shape.cutIfSuitable, outer) : outer,
            strips,
            Integer.toHexString(comparison) + " by " + step);
      }
    }
  }

  @Test
  void aLoopIsNotCutIfWhatItComparesChangesOtherwise() {
    int[] turn = {CONST, 0, CONST, 0, LOAD, 2, 0, CONST, 1, ADD, STORE, 2, 0};
    int[] step = {GET, 0, CONST, 1, ADD, TEE, 0, GET, 1, I32_LT_S, BR_IF, 0, END};
    int[] limitChanges = {GET, 1, CONST, 2, ADD, SET, 1};
    int[] variableChanges = {GET, 0, CONST, 2, ADD, SET, 0};
    int[] head = {LOOP, EMPTY};
    int[] result = {GET, 0};
    assertEquals(1, strips(head, turn, step, result));
    assertEquals(0, strips(head, turn, limitChanges, step, result));
    assertEquals(0, strips(head, turn, variableChanges, step, result));
    // More of the loop follows the comparison.
    int[] goesOn = {GET, 0, CONST, 1, ADD, TEE, 0, GET, 1, I32_LT_S, BR_IF, 0};
    int[] changesAndRepeats = {CONST, 9, SET, 0, GET, 1, BR_IF, 0, END};
    assertEquals(0, strips(head, turn, goesOn, changesAndRepeats, result));
  }

  @Test
  void aStripEndsWhereTheConditionMayFail() {
    assertEquals(10, LoopStrip.above(1, 3, 10, 256));
    assertEquals(259, LoopStrip.above(1, 3, 1000, 256));
    assertEquals(-5, LoopStrip.above(1, -100, -5, 256));
    assertEquals(Integer.MIN_VALUE, LoopStrip.above(0, 3, 10, 256));
    // Unsigned, up to beyond the largest signed number.
    assertEquals(
        Integer.MIN_VALUE, LoopStrip.above(1, Integer.MAX_VALUE - 5, Integer.MIN_VALUE + 9, 256));
    assertEquals(10, LoopStrip.below(1, 13, 10, 256));
    assertEquals(1000 - 256, LoopStrip.below(1, 1000, 10, 256));
    assertEquals(Integer.MAX_VALUE, LoopStrip.below(0, 13, 10, 256));
    assertEquals(
        Integer.MAX_VALUE, LoopStrip.below(1, Integer.MIN_VALUE + 9, Integer.MAX_VALUE - 5, 256));
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
