package dev.wasmrun.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ModuleCompilerTest {
  private static final Set<Rewrite> ALL = EnumSet.allOf(Rewrite.class);
  private static final int FEW = 8;
  private static final int I64_DIV_U = 0x80;
  private static final int I32_LT_U = 0x49;
  private static final int F64_MIN = 0xA4;

  private static final int[] THE_ARGUMENT = {0x20, 0};

  /** The end that follows is that of the block: the function has none, at which Chicory fails. */
  private static final int[] WITHOUT_END = {0x02, 0x40, 0x02, 0x40, 0x0C, 1, 0x0B, 0x20, 0, 0x0F};

  private static RewritingCollector compile(WasmModule module, Set<Rewrite> rewrites, int threads) {
    ExecutorService rewriters = Executors.newFixedThreadPool(threads);
    try {
      return ModuleCompiler.compile(module, rewrites, false, rewriters, FEW);
    } finally {
      rewriters.shutdown();
    }
  }

  /** Functions of all kinds that some rewrite changes, enough for several classes. */
  private static Snippets manyFunctions(Random random) {
    var snippets = new Snippets();
    for (int i = 0; i < 100; i++) {
      switch (random.nextInt(4)) {
        case 0 -> snippets.operationWithConstant(I64_DIV_U, Snippets.I64, 1 + random.nextInt(99));
        case 1 -> snippets.decision(I32_LT_U, Snippets.I32, 2, random.nextInt(3));
        case 2 -> snippets.operation(F64_MIN, Snippets.F64, 2);
        default -> snippets.body(1, PollingRewriteTest.Endless.BRANCH.code());
      }
    }
    return snippets;
  }

  @Property(tries = 20)
  void theClassesAreTheSameHoweverManyThreadsRewriteThem(@ForAll long seed) {
    WasmModule module = manyFunctions(new Random(seed)).module();
    Map<String, byte[]> alone =
        ModuleCompiler.compile(module, ALL, false, Runnable::run, FEW).stored();
    assertTrue(alone.keySet().stream().filter(name -> name.contains("FuncGroup")).count() > 2);
    for (int threads : List.of(1, 4)) {
      Map<String, byte[]> together = compile(module, ALL, threads).stored();
      assertEquals(new ArrayList<>(alone.keySet()), new ArrayList<>(together.keySet()));
      alone.forEach((name, bytes) -> assertArrayEquals(bytes, together.get(name), name));
    }
  }

  @Test
  void everyFunctionThatIsTooLargeIsInterpretedAndNoOther() {
    var snippets = new Snippets();
    for (int times : List.of(1, 30_000, 2, 20_000, 25_000)) {
      snippets.body(1, Snippets.sumOfMillions(times));
    }
    WasmModule module = snippets.module();
    RewritingCollector compiled = compile(module, ALL, 2);
    assertEquals(Set.of(1, 4), compiled.code().interpreted());
    Instance instance = Instance.builder(module).withMachineFactory(compiled.code()).build();
    int[] millions = {1, 30_000, 2, 20_000, 25_000};
    for (int i = 0; i < millions.length; i++) {
      int sum = (int) (1_000_000L * millions[i] + 7);
      assertEquals(sum, (int) instance.export(Integer.toString(i)).apply(7)[0]);
    }
  }

  @Test
  void aLargeFunctionAmongThousandsOfSmallOnesIsCompiledOrInterpreted() {
    int functions = 5000;
    WasmModule module = sums(functions, Map.of(0, 3000, functions - 1, 30_000));
    CompiledModules.Code code = ModuleCompiler.compile(module, ALL, false).code();
    assertEquals(Set.of(functions - 1), code.interpreted());
    Instance instance = Instance.builder(module).withMachineFactory(code).build();
    assertEquals((int) 3_000_000_007L, (int) instance.getMachine().call(0, new long[] {7})[0]);
    assertEquals(1_000_007, instance.getMachine().call(1, new long[] {7})[0]);
    assertEquals(
        (int) 30_000_000_007L, (int) instance.getMachine().call(functions - 1, new long[] {7})[0]);
  }

  /** Functions of one type that add a million so often as is said, and else once. */
  private static WasmModule sums(int functions, Map<Integer, Integer> times) {
    var types = new ByteArrayOutputStream();
    unsigned(types, functions);
    types.writeBytes(new byte[functions]);
    var code = new ByteArrayOutputStream();
    unsigned(code, functions);
    for (int i = 0; i < functions; i++) {
      int[] sum = Snippets.sumOfMillions(times.getOrDefault(i, 1));
      unsigned(code, sum.length + 2);
      code.write(0); // no locals
      IntStream.of(sum).forEach(code::write);
      code.write(0x0B);
    }
    var module = new ByteArrayOutputStream();
    module.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0, 1, 6, 1, 0x60, 1, 0x7F, 1, 0x7F});
    module.write(3);
    unsigned(module, types.size());
    module.writeBytes(types.toByteArray());
    module.write(10);
    unsigned(module, code.size());
    module.writeBytes(code.toByteArray());
    return Parser.parse(module.toByteArray());
  }

  private static void unsigned(ByteArrayOutputStream out, int value) {
    int rest = value;
    for (; rest > 0x7F; rest >>>= 7) {
      out.write(rest & 0x7F | 0x80);
    }
    out.write(rest);
  }

  @Test
  void functionsThatChicoryCannotAnalyseAreInterpretedAndNoOthers() {
    var snippets = new Snippets();
    for (int i = 0; i < 3 * FEW; i++) {
      snippets.body(1, i == FEW || i == FEW + 1 || i == 2 * FEW ? WITHOUT_END : THE_ARGUMENT);
    }
    WasmModule module = snippets.module();
    CompiledModules.Code code = compile(module, ALL, 1).code();
    assertEquals(Set.of(FEW, FEW + 1, 2 * FEW), code.interpreted());
    Instance instance = Instance.builder(module).withMachineFactory(code).build();
    for (int i = 0; i < FEW; i++) {
      assertEquals(i, instance.export(Integer.toString(i)).apply(i)[0]);
    }
  }

  @Test
  void aFunctionThatTheRewritesMakeTooLargeIsInterpreted() {
    int fits = 20_000;
    int tooLarge = 22_000;
    while (tooLarge - fits > 1) {
      int times = (fits + tooLarge) / 2;
      if (interpreted(times, Set.of()).isEmpty()) {
        fits = times;
      } else {
        tooLarge = times;
      }
    }
    assertEquals(Set.of(), interpreted(fits, Set.of()));
    assertEquals(Set.of(0), interpreted(fits, ALL));
  }

  /** Which of one long function that ends with a loop over memory are interpreted. */
  private static Set<Integer> interpreted(int times, Set<Rewrite> rewrites) {
    int[] sum = Snippets.sumOfMillions(times);
    int[] loop = PollingRewriteTest.Endless.BRANCH.code();
    var code = new int[sum.length + 1 + loop.length];
    System.arraycopy(sum, 0, code, 0, sum.length);
    code[sum.length] = 0x1A; // drop
    System.arraycopy(loop, 0, code, sum.length + 1, loop.length);
    var snippets = new Snippets();
    snippets.body(1, code);
    return compile(snippets.module(), rewrites, 2).code().interpreted();
  }
}
