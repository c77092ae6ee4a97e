package dev.wasmrun.compiler;

import static dev.wasmrun.Opcode.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.InterpreterMachine;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmrun.Hammer;
import dev.wasmrun.Snippets;
import dev.wasmrun.compiler.code.CompilerThread;
import dev.wasmrun.compiler.emit.GeneratedUnit;
import dev.wasmrun.compiler.emit.UnitSource;
import dev.wasmrun.compiler.runtime.CompiledMachine;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Functions are compiled when they are first called, wherever that is, and once. */
class FirstCallTest {
  private static final int MILLION = 1_000_000;

  /** Calls itself as often as its argument says, and then the last function. */
  private static final int RECURSION = 0;

  /** A million more than its argument, and in a group of its own. */
  private static final int LAST = 2;

  private static final int STEPS = 60;

  private static final AtomicInteger NEXT = new AtomicInteger();

  /** A module of two groups at least. */
  private static final WasmModule MODULE = module();

  private static WasmModule module() {
    var snippets = new Snippets();
    snippets.body(
        1,
        GET,
        0,
        IF,
        Snippets.I32,
        GET,
        0,
        CONST,
        1,
        0x6B,
        CALL,
        RECURSION,
        ELSE,
        GET,
        0,
        CALL,
        LAST,
        END);
    snippets.body(1, Snippets.sumOfMillions(4000));
    snippets.body(1, Snippets.sumOfMillions(1));
    return snippets.module();
  }

  /** A module's classes, and which units have been generated how often. */
  private static final class Watched implements UnitSource {
    private final UnitSource source =
        Compiler.units(MODULE, "dev/wasmrun/compiled/first" + NEXT.incrementAndGet() + "/", false);
    private final Map<String, AtomicInteger> emitted = new ConcurrentHashMap<>();
    private final UnaryOperator<String> before;
    private final UnaryOperator<GeneratedUnit> behind;

    Watched(UnaryOperator<String> before, UnaryOperator<GeneratedUnit> behind) {
      this.before = before;
      this.behind = behind;
    }

    Watched() {
      this(unit -> unit, generated -> generated);
    }

    @Override
    public String prefix() {
      return source.prefix();
    }

    @Override
    public String contextClass() {
      return source.contextClass();
    }

    @Override
    public String groupOf(int function) {
      return source.groupOf(function);
    }

    @Override
    public List<String> units() {
      return source.units();
    }

    @Override
    public String unitOf(String className) {
      return source.unitOf(className);
    }

    @Override
    public GeneratedUnit emit(String unit) {
      emitted.computeIfAbsent(unit, unseen -> new AtomicInteger()).incrementAndGet();
      return behind.apply(source.emit(before.apply(unit)));
    }

    @Override
    public GeneratedUnit interpreted(String unit) {
      return source.interpreted(unit);
    }

    boolean hasEmitted(int function) {
      return emitted.containsKey(groupOf(function));
    }

    CompiledCode code() {
      return new CompiledCode(MODULE, this, UnitStore.NONE, InterpreterMachine::new);
    }

    Instance instance() {
      CompiledCode code = code();
      return Snippets.instance(
          MODULE,
          module ->
              builder ->
                  builder.withMachineFactory(code::machine).withGlobalFactory(code.globals()));
    }
  }

  private static long call(Instance instance, int function, int argument) {
    return instance.export(Integer.toString(function)).apply(argument)[0];
  }

  @Test
  void nothingIsCompiledThatIsNotCalled() {
    var watched = new Watched();
    Instance instance = watched.instance();
    assertFalse(watched.hasEmitted(RECURSION));
    assertEquals(MILLION, call(instance, LAST, 0));
    assertTrue(watched.hasEmitted(LAST));
    assertFalse(watched.hasEmitted(RECURSION));
    assertEquals(MILLION, call(instance, RECURSION, 5));
    assertTrue(watched.hasEmitted(RECURSION));
    assertFalse(watched.emitted.values().stream().anyMatch(count -> count.get() > 1));
  }

  @Test
  void atTheEndOfADeepRecursion() {
    Instance known = new Watched().instance();
    call(known, LAST, 0);
    int enough = 1;
    while (isDeepEnough(known, 2 * enough)) {
      enough *= 2;
    }
    int tooDeep = 2 * enough;
    while (tooDeep - enough > enough / 1000 + 1) {
      int middle = (enough + tooDeep) / 2;
      if (isDeepEnough(known, middle)) {
        enough = middle;
      } else {
        tooDeep = middle;
      }
    }
    // Depths that leave less and less of the stack for the first call, down to nothing.
    for (int step = 0; step <= STEPS; step++) {
      var watched = new Watched();
      Instance instance = watched.instance();
      String depth = "step " + step;
      isDeepEnough(instance, enough - enough / 20 + enough / 20 * step / STEPS);
      assertEquals(MILLION, call(instance, LAST, 0), depth);
      assertEquals(MILLION, call(instance, RECURSION, 0), depth);
      assertFalse(watched.emitted.values().stream().anyMatch(count -> count.get() > 1), depth);
    }
  }

  /** Whether a recursion returns, which it does with the right result, or exhausts the stack. */
  private static boolean isDeepEnough(Instance instance, int depth) {
    try {
      assertEquals(MILLION, call(instance, RECURSION, depth));
      return true;
    } catch (ChicoryException e) {
      assertTrue(e.getMessage().contains("call stack exhausted"), e.getMessage());
      return false;
    }
  }

  @Test
  void whileInterrupted() {
    var watched = new Watched();
    Instance instance = watched.instance();
    Thread.currentThread().interrupt();
    try {
      assertEquals(MILLION, call(instance, LAST, 0), "it calls nothing and has no loop");
      assertTrue(Thread.currentThread().isInterrupted(), "the interrupt stays");
      assertThrows(ChicoryInterruptedException.class, () -> call(instance, RECURSION, 10_000));
    } finally {
      Thread.interrupted();
    }
    assertEquals(MILLION, call(instance, RECURSION, 10));
  }

  @Test
  void thatTakesLongIsLeftAtAnInterruptAndCompiledWhenItIsCalledAgain()
      throws InterruptedException {
    var compiling = new CountDownLatch(1);
    var givenUp = new CountDownLatch(1);
    var watched = new Watched[1];
    watched[0] =
        new Watched(
            unit -> {
              if (unit.equals(watched[0].groupOf(LAST)) && givenUp.getCount() > 0) {
                compiling.countDown();
                compileForEver(givenUp);
              }
              return unit;
            },
            generated -> generated);
    Instance instance = watched[0].instance();
    var calling = new AtomicReference<Thread>();
    Hammer.strike(
        thread -> {
          calling.set(Thread.currentThread());
          assertThrows(ChicoryInterruptedException.class, () -> call(instance, LAST, 0));
          assertTrue(Thread.interrupted(), "the interrupt stays");
        },
        thread -> {
          await(compiling);
          calling.get().interrupt();
        });
    await(givenUp);
    assertEquals(MILLION, call(instance, LAST, 0));
    assertEquals(MILLION, call(instance, RECURSION, 10));
    assertEquals(2, watched[0].emitted.get(watched[0].groupOf(LAST)).get());
  }

  private static void compileForEver(CountDownLatch givenUp) {
    try {
      while (true) {
        CompilerThread.check();
        Thread.onSpinWait();
      }
    } finally {
      givenUp.countDown();
    }
  }

  @Test
  void byEightThreadsAtOnce() throws InterruptedException {
    for (int i = 0; i < 20; i++) {
      var watched = new Watched();
      CompiledCode code = watched.code();
      Hammer.strike(
          8,
          thread -> {
            Instance instance =
                Snippets.instance(
                    MODULE,
                    module ->
                        builder ->
                            builder
                                .withMachineFactory(code::machine)
                                .withGlobalFactory(code.globals()));
            assertEquals(MILLION + thread, call(instance, LAST, thread));
            assertEquals(MILLION, call(instance, RECURSION, thread));
          });
      assertEquals(
          Map.of(),
          watched.emitted.entrySet().stream()
              .filter(entry -> entry.getValue().get() > 1)
              .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }
  }

  /** Two compilations meet, which neither could if one had to wait for the other. */
  @Test
  void ofOneModuleWhileAnotherIsCompiled() throws InterruptedException {
    var both = new CyclicBarrier(2);
    UnaryOperator<String> meet =
        unit -> {
          if (unit.contains("Group")) {
            try {
              both.await(60, TimeUnit.SECONDS);
            } catch (Exception e) {
              throw new AssertionError("nobody else compiles", e);
            }
          }
          return unit;
        };
    Instance first = new Watched(meet, generated -> generated).instance();
    Instance second = new Watched(meet, generated -> generated).instance();
    Hammer.strike(
        thread -> assertEquals(MILLION, call(first, LAST, 0)),
        thread -> assertEquals(MILLION, call(second, LAST, 0)));
  }

  @Test
  void whatIsCompiledDoesNotWaitForWhatIsNot() throws InterruptedException {
    var compiling = new CountDownLatch(1);
    var called = new CountDownLatch(1);
    var watched = new Watched[1];
    watched[0] =
        new Watched(
            unit -> {
              if (unit.equals(watched[0].groupOf(RECURSION))) {
                compiling.countDown();
                await(called);
              }
              return unit;
            },
            generated -> generated);
    Instance instance = watched[0].instance();
    assertEquals(MILLION, call(instance, LAST, 0));
    Hammer.strike(
        thread -> assertEquals(MILLION, call(instance, RECURSION, 3)),
        thread -> {
          await(compiling);
          assertEquals(MILLION + 7, call(instance, LAST, 7));
          called.countDown();
        });
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(60, TimeUnit.SECONDS), "in vain");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void ofAGroupThatFailsIsInterpreted() {
    var watched = new Watched[1];
    watched[0] =
        new Watched(
            unit -> {
              if (unit.equals(watched[0].groupOf(LAST))) {
                throw new IllegalStateException("on purpose");
              }
              return unit;
            },
            generated -> generated);
    assertInterpreted(watched[0], "on purpose");
  }

  @Test
  void ofAGroupThatTheMachineRefusesIsInterpreted() {
    var watched = new Watched[1];
    watched[0] =
        new Watched(
            unit -> unit,
            generated ->
                generated.classes().containsKey(watched[0].groupOf(LAST))
                    ? AlteredCode.withoutFrames(generated)
                    : generated);
    assertInterpreted(watched[0], "VerifyError");
  }

  private static void assertInterpreted(Watched watched, String why) {
    CompiledCode code = watched.code();
    Instance instance =
        Snippets.instance(
            MODULE,
            module ->
                builder ->
                    builder.withMachineFactory(code::machine).withGlobalFactory(code.globals()));
    assertEquals(Optional.empty(), code.failure());
    for (int i = 0; i < 3; i++) {
      assertEquals(MILLION + i, call(instance, LAST, i));
      assertEquals(MILLION, call(instance, RECURSION, 100), "from compiled code");
    }
    assertTrue(code.failure().orElseThrow().contains(why), code.failure().toString());
  }

  @Test
  void classesOfCodeThatNobodyHasAreUnloaded() throws InterruptedException {
    var unloaded = new ReferenceQueue<ClassLoader>();
    PhantomReference<ClassLoader> loader = loaderOfUsedCode(unloaded);
    for (int i = 0; i < 100; i++) {
      System.gc();
      if (unloaded.remove(100) == loader) {
        return;
      }
    }
    fail("something holds the classes");
  }

  private static PhantomReference<ClassLoader> loaderOfUsedCode(ReferenceQueue<ClassLoader> queue) {
    Instance instance = new Watched().instance();
    assertEquals(MILLION, call(instance, RECURSION, 3));
    ClassLoader loader =
        ((CompiledMachine) instance.getMachine()).context().getClass().getClassLoader();
    return new PhantomReference<>(loader, queue);
  }
}
