package dev.wasmrun.compiler;

import static dev.wasmrun.Opcode.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.MalformedException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmrun.ModuleBytes;
import dev.wasmrun.Snippets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Modules of many functions, and functions that are too large for a method of the JVM. */
class LargeModulesTest {
  private static final int I64_DIV_U = 0x80;
  private static final int F64_MIN = 0xA4;
  private static final String PREFIX = "large/";

  private static final int[] THE_ARGUMENT = {GET, 0};

  /** The end that follows is that of the block: the function has none. */
  private static final int[] WITHOUT_END = {BLOCK, EMPTY, BLOCK, EMPTY, BR, 1, END, GET, 0, RETURN};

  /** Functions of all kinds, enough for several classes. */
  private static WasmModule manyFunctions(Random random) {
    var snippets = new Snippets();
    for (int i = 0; i < 1000; i++) {
      switch (random.nextInt(4)) {
        case 0 -> snippets.operationWithConstant(I64_DIV_U, Snippets.I64, 1 + random.nextInt(99));
        case 1 ->
            snippets.decision(Snippets.Decision.IF, I32_LT_U, Snippets.I32, 2, random.nextInt(3));
        case 2 -> snippets.operation(F64_MIN, Snippets.F64, 2);
        default -> snippets.body(1, EndlessLoop.BRANCH.code());
      }
    }
    return snippets.module();
  }

  @Property(tries = 10)
  void aModuleAlwaysBecomesTheSameClasses(@ForAll long seed) {
    WasmModule module = manyFunctions(new Random(seed));
    var once = Compiler.compile(module, PREFIX, false);
    var again = Compiler.compile(module, PREFIX, false);
    assertTrue(once.firstFunctions().length > 2, "one class only");
    assertArrayEquals(once.firstFunctions(), again.firstFunctions());
    assertEquals(
        new ArrayList<>(once.classes().keySet()), new ArrayList<>(again.classes().keySet()));
    once.classes().forEach((name, bytes) -> assertArrayEquals(bytes, again.classes().get(name)));
    once.lines().forEach((name, lines) -> assertArrayEquals(lines, again.lines().get(name)));
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void functionsTooLargeForAMethodRun(Execution execution) {
    List<Integer> millions = List.of(1, 30_000, 2, 20_000, 25_000, 200_000);
    var snippets = new Snippets();
    millions.forEach(times -> snippets.body(1, Snippets.sumOfMillions(times)));
    Instance instance = snippets.instance(execution);
    for (int i = 0; i < millions.size(); i++) {
      int sum = (int) (1_000_000L * millions.get(i) + 7);
      assertEquals(sum, (int) instance.export(Integer.toString(i)).apply(7)[0]);
    }
  }

  @Test
  void largeFunctionsAmongThousandsOfSmallOnesRun() {
    int functions = 5000;
    WasmModule module = sums(functions, Map.of(0, 3000, functions - 1, 30_000));
    Instance instance = Snippets.instance(module, Execution.COMPILED);
    assertEquals((int) 3_000_000_007L, (int) instance.getMachine().call(0, new long[] {7})[0]);
    for (int i = 1; i < functions - 1; i++) {
      assertEquals(1_000_007, instance.getMachine().call(i, new long[] {7})[0]);
    }
    assertEquals(
        (int) 30_000_000_007L, (int) instance.getMachine().call(functions - 1, new long[] {7})[0]);
  }

  /** Functions of one type that add a million so often as is said, and else once. */
  private static WasmModule sums(int functions, Map<Integer, Integer> times) {
    ModuleBytes types = ModuleBytes.empty().unsigned(functions);
    ModuleBytes bodies = ModuleBytes.empty().unsigned(functions);
    for (int i = 0; i < functions; i++) {
      types.bytes(0);
      int[] sum = Snippets.sumOfMillions(times.getOrDefault(i, 1));
      bodies.sized(ModuleBytes.empty().bytes(0).bytes(sum).bytes(END)); // no locals
    }
    return Parser.parse(
        ModuleBytes.header()
            .section(1, ModuleBytes.empty().bytes(1, 0x60, 1, Snippets.I32, 1, Snippets.I32))
            .section(3, types)
            .section(10, bodies)
            .toArray());
  }

  @Test
  void aFunctionThatEndsWithinABlockIsRefused() {
    var snippets = new Snippets();
    snippets.body(1, THE_ARGUMENT);
    snippets.body(1, WITHOUT_END);
    WasmModule module = snippets.module();
    var e = assertThrows(MalformedException.class, () -> Compiler.compile(module, PREFIX, false));
    assertTrue(e.getMessage().contains("function 1"), e.getMessage());
  }
}
