package dev.wasmrun.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.WasmModule;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ModuleCompilerTest {
  private static final Set<Rewrite> ALL = EnumSet.allOf(Rewrite.class);
  private static final int I64_DIV_U = 0x80;
  private static final int I32_LT_U = 0x49;
  private static final int F64_MIN = 0xA4;

  private static RewritingCollector compile(WasmModule module, Set<Rewrite> rewrites, int threads) {
    ExecutorService rewriters = Executors.newFixedThreadPool(threads);
    try {
      return ModuleCompiler.compile(module, rewrites, false, rewriters);
    } finally {
      rewriters.shutdown();
    }
  }

  /** Functions of all kinds that some rewrite changes, enough for several classes. */
  private static Snippets manyFunctions(Random random) {
    var snippets = new Snippets();
    for (int i = 0; i < 1030; i++) {
      switch (random.nextInt(4)) {
        case 0 -> snippets.operationWithConstant(I64_DIV_U, Snippets.I64, 1 + random.nextInt(99));
        case 1 -> snippets.decision(I32_LT_U, Snippets.I32, 2, random.nextInt(3));
        case 2 -> snippets.operation(F64_MIN, Snippets.F64, 2);
        default -> snippets.body(1, PollingRewriteTest.Endless.BRANCH.code());
      }
    }
    return snippets;
  }

  @Property(tries = 3)
  void theClassesAreTheSameHoweverManyThreadsRewriteThem(@ForAll long seed) {
    WasmModule module = manyFunctions(new Random(seed)).module();
    Map<String, byte[]> alone = ModuleCompiler.compile(module, ALL, false, Runnable::run).stored();
    assertTrue(alone.keySet().stream().filter(name -> name.contains("FuncGroup")).count() > 2);
    for (int threads : List.of(1, 4)) {
      Map<String, byte[]> together = compile(module, ALL, threads).stored();
      assertEquals(new ArrayList<>(alone.keySet()), new ArrayList<>(together.keySet()));
      alone.forEach((name, bytes) -> assertArrayEquals(bytes, together.get(name), name));
    }
    assertEquals(alone.keySet(), ModuleCompiler.compile(module, ALL, false).stored().keySet());
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
