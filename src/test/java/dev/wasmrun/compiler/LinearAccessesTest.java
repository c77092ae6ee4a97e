package dev.wasmrun.compiler;

import static dev.wasmrun.Opcode.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.WasmRuntimeException;
import dev.wasmrun.Snippets;
import dev.wasmrun.memory.MemoryTrap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Loops whose addresses grow evenly access what they say, and trap where they leave the memory. */
class LinearAccessesTest {
  private static final int PAGE = 1 << 16;
  private static final int[] STEPS = {1, 4, -1};
  private static final int[] LENGTHS = {0, 1, 15, 16, 17, 256, 257, 600};

  /** Addresses around which something changes: the page's ends, and those of 32 bits. */
  private static final int[] EDGES = {
    0, 8, 700, PAGE - 1300, PAGE - 8, PAGE, 1 << 31, -1, -8, -700
  };

  private static final Map<String, int[]> INSTRUCTIONS =
      Map.ofEntries(
          Map.entry("i", new int[] {GET, 0}),
          Map.entry("p", new int[] {GET, 2}),
          Map.entry("q", new int[] {GET, 3}),
          Map.entry("setp", new int[] {SET, 2}),
          Map.entry("setq", new int[] {SET, 3}),
          Map.entry("teeq", new int[] {TEE, 3}),
          Map.entry("1", new int[] {CONST, 1}),
          Map.entry("2", new int[] {CONST, 2}),
          Map.entry("7", new int[] {CONST, 7}),
          Map.entry("-3", new int[] {CONST, 0x7D}),
          Map.entry("+", new int[] {ADD}),
          Map.entry("-", new int[] {SUB}),
          Map.entry("*", new int[] {0x6C}),
          Map.entry("<<", new int[] {0x74}),
          Map.entry("&", new int[] {0x71}),
          Map.entry("if", new int[] {IF, EMPTY}),
          Map.entry("else", new int[] {ELSE}),
          Map.entry("end", new int[] {END}),
          Map.entry("leave?", new int[] {BR_IF, 1}),
          Map.entry("again?", new int[] {BR_IF, 0}),
          Map.entry("load8", new int[] {0x2D, 0, 0}),
          Map.entry("load", new int[] {LOAD, 0, 0}),
          Map.entry("load+9", new int[] {LOAD, 0, 9}),
          Map.entry("load+64K", new int[] {LOAD, 0, 0x80, 0x80, 4}),
          Map.entry("store8", new int[] {0x3A, 0, 0}),
          Map.entry("store", new int[] {STORE, 0, 0}),
          Map.entry("store16+3", new int[] {0x3B, 0, 3}));

  /** What an iteration does, and what is added to the variable where there is a {@code step}. */
  enum Body {
    AT_THE_VARIABLE("i i store8 step"),
    BESIDE_A_POINTER("p i + i store step"),
    BEHIND_THE_STEP("step p i + p i + load 7 + store"),
    SCALED("p i 2 << + i store step"),
    MULTIPLIED("p i -3 * + i store8 step"),
    DOWNWARDS("p i - i store8 step"),
    NEIGHBOURS("p i + teeq q 1 - load8 q load+9 + store8 step"),
    A_POINTER_OF_ITS_OWN("p i store p 7 + setp step"),
    A_POINTER_THAT_STEPS_TWICE("p i store8 p 1 + setp p i store16+3 p 2 - setp step"),
    A_POINTER_THAT_MAY_STEP("p i store8 i 1 & if p 7 + setp end step"),
    ONE_WAY_ONLY("i 1 & if p i + i store else p load8 setq end step"),
    NEVER_FAR("p i 7 & + i store8 step"),
    ANOTHER_ITERATIONS_ADDRESS("q 1 store8 p i + setq step"),
    FAR_BEHIND("p i + p i + load+64K store step"),
    LEFT_EARLY("p i + load8 7 & 1 - leave? p i + i store8 step"),
    BEGUN_AGAIN("p i + i store8 p 1 + setp p 7 & again? step");

    private final String code;

    Body(String code) {
      this.code = code;
    }

    private int[] function(int step, int comparison) {
      var bytes = IntStream.builder();
      add(bytes, BLOCK, EMPTY, LOOP, EMPTY);
      for (String word : code.split(" ")) {
        if (word.equals("step")) {
          add(bytes, GET, 0, CONST, step & 0x7F, ADD, SET, 0);
        } else {
          add(bytes, INSTRUCTIONS.get(word));
        }
      }
      add(bytes, GET, 0, GET, 1, comparison, BR_IF, 0, END, END, GET, 0);
      return bytes.build().toArray();
    }

    private static void add(IntStream.Builder to, int... bytes) {
      Arrays.stream(bytes).forEach(to);
    }
  }

  @ParameterizedTest
  @EnumSource
  void compiledLoopsDoWhatInterpretedOnesDo(Body body) {
    for (int step : STEPS) {
      var snippets = new Snippets();
      snippets.body(4, body.function(step, step > 0 ? I32_LT_S : I32_GT_S));
      Instance compiled = Snippets.instance(snippets.module(), Execution.COMPILED);
      Instance interpreted = Snippets.instance(snippets.module(), Execution.INTERPRETED);
      for (int pointer : EDGES) {
        for (int first : new int[] {0, 5, PAGE - 300}) {
          for (int length : LENGTHS) {
            int limit = first + length * step;
            List<Object> did = outcome(compiled, first, limit, pointer);
            assertEquals(
                outcome(interpreted, first, limit, pointer),
                did,
                () -> "from %s to %s, pointer %s".formatted(first, limit, pointer));
          }
        }
      }
    }
  }

  /** What a call returns or fails with, and the memory that it leaves. */
  private static List<Object> outcome(Instance instance, int first, int limit, int pointer) {
    instance.memory().fill((byte) 1, 0, PAGE);
    var outcome = new ArrayList<Object>();
    try {
      outcome.add(instance.export("0").apply(first, limit, pointer, pointer)[0]);
    } catch (MemoryTrap | WasmRuntimeException e) {
      assertTrue(e.getMessage().startsWith("out of bounds memory access"), e::toString);
      outcome.add("trap");
    }
    outcome.add(Arrays.hashCode(instance.memory().readBytes(0, PAGE)));
    return outcome;
  }
}
