package dev.wasmrun.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.Instance;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.objectweb.asm.Opcodes;

/** When compiled code looks at the interrupt flag, and that it looks. */
class PollingRewriteTest {
  private static final String POLL = "CompiledMachineShaded.checkInterruption";

  private static final int LOOP = 0x03;
  private static final int END = 0x0B;
  private static final int BR = 0x0C;
  private static final int BR_IF = 0x0D;
  private static final int BR_TABLE = 0x0E;
  private static final int CALL = 0x10;
  private static final int GET = 0x20;
  private static final int SET = 0x21;
  private static final int LOAD = 0x28;
  private static final int STORE = 0x36;
  private static final int CONST = 0x41;
  private static final int ADD = 0x6A;
  private static final int SUB = 0x6B;
  private static final int EMPTY = 0x40;
  private static final int UNREACHABLE = 0x00;

  /** Endless functions; each counts its turns in the word at 0, so that one sees it run. */
  enum Endless {
    BRANCH(count(LOOP, EMPTY), count(BR, 0, END, UNREACHABLE)),
    CONDITION(new int[] {LOOP, EMPTY}, count(CONST, 1, BR_IF, 0, END, CONST, 0)),
    TABLE(new int[] {LOOP, EMPTY}, count(CONST, 0, BR_TABLE, 1, 0, 0, END, UNREACHABLE)),
    NESTED(
        new int[] {LOOP, EMPTY, CONST, 3, SET, 0, LOOP, EMPTY},
        count(GET, 0, CONST, 1, SUB, SET, 0, GET, 0, BR_IF, 0, END, BR, 0, END, UNREACHABLE)),
    WITHOUT_MEMORY(count(LOOP, EMPTY), new int[] {BR, 0, END, UNREACHABLE}),
    COPYING(
        new int[] {LOOP, EMPTY, CONST, 16, CONST, 32, CONST, 8, 0xFC, 10, 0, 0},
        count(BR, 0, END, UNREACHABLE)),
    CALLING_A_LEAF(
        new int[] {LOOP, EMPTY, CONST, 9, CALL, 1, SET, 0}, count(BR, 0, END, UNREACHABLE)),
    RECURSIVE(new int[] {LOOP, EMPTY}, count(GET, 0, CALL, 2, SET, 0, BR, 0, END, UNREACHABLE));

    private final int[] code;

    Endless(int[] begin, int[] end) {
      code = concat(begin, end);
    }

    /** The body of a function of an i32 for an i32, without its end. */
    int[] code() {
      return code.clone();
    }

    Snippets snippets() {
      var snippets = new Snippets();
      snippets.body(1, code);
      // 1: a leaf that takes as many turns as its argument says, and is 0.
      snippets.body(
          1,
          concat(
              new int[] {LOOP, EMPTY},
              count(GET, 0, CONST, 1, SUB, SET, 0, GET, 0, BR_IF, 0, END, GET, 0)));
      // 2: no leaf.
      snippets.body(1, GET, 0, CALL, 1);
      return snippets;
    }
  }

  @ParameterizedTest
  @EnumSource(Endless.class)
  void anInterruptEndsIt(Endless endless) throws InterruptedException {
    Instance instance =
        endless
            .snippets()
            .instance(
                module ->
                    CompiledModules.load(
                            module, EnumSet.allOf(Rewrite.class), false, "", Optional.empty())
                        .machineFactory());
    var thrown = new AtomicReference<Throwable>();
    var running = new Thread(() -> instance.export("0").apply(7), "PollingRewriteTest#" + endless);
    running.setDaemon(true);
    running.setUncaughtExceptionHandler((thread, e) -> thrown.set(e));
    running.start();
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    // Well into it, so that the flag is set while the loop runs.
    while (Math.abs(instance.memory().readInt(0)) < 1 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    running.interrupt();
    running.join(Duration.ofSeconds(60).toMillis());
    assertTrue(!running.isAlive(), "it still runs");
    assertInstanceOf(ChicoryInterruptedException.class, thrown.get());
  }

  @Test
  void aLoopOverMemoryCountsAndOthersLookEveryTurn() {
    assertEquals(List.of(1, 1), pollsAndCounters(Endless.BRANCH));
    assertEquals(List.of(1, 0), pollsAndCounters(Endless.WITHOUT_MEMORY));
    assertEquals(List.of(1, 0), pollsAndCounters(Endless.TABLE));
  }

  @Test
  void aBulkOperationIsPrecededByALook() {
    List<String> calls =
        GeneratedCode.calls(
            GeneratedCode.functions(
                    Endless.COPYING.snippets().module(), EnumSet.of(Rewrite.POLLING))
                .get(0));
    int copy = calls.indexOf("CompiledMachineShaded.memoryCopy");
    assertEquals(POLL, calls.get(copy - 1));
  }

  @Test
  void onlyACallOfALeafIsNotPrecededByALook() {
    var functions =
        GeneratedCode.functions(
            Endless.CALLING_A_LEAF.snippets().module(), EnumSet.of(Rewrite.POLLING));
    assertEquals(0, GeneratedCode.calls(functions.get(2)).stream().filter(POLL::equals).count());
    var recursive =
        GeneratedCode.functions(Endless.RECURSIVE.snippets().module(), EnumSet.of(Rewrite.POLLING));
    List<String> calls = GeneratedCode.calls(recursive.get(0));
    assertEquals(POLL, calls.get(calls.indexOf("CompiledMachineFuncGroup_0.func_2") - 1));
  }

  @Test
  void aFiniteLoopTakesItsTurns() {
    var snippets = new Snippets();
    snippets.body(
        1,
        concat(
            new int[] {LOOP, EMPTY},
            count(GET, 0, CONST, 1, SUB, SET, 0, GET, 0, BR_IF, 0, END, CONST, 0, LOAD, 2, 0)));
    for (Set<Rewrite> rewrites : List.of(Set.<Rewrite>of(), EnumSet.allOf(Rewrite.class))) {
      for (int turns : new int[] {1, 2, 255, 256, 257, 511, 512, 513, 100_000}) {
        Instance instance =
            snippets.instance(
                module ->
                    CompiledModules.load(module, rewrites, false, "", Optional.empty())
                        .machineFactory());
        assertEquals(turns, instance.export("0").apply(turns)[0]);
      }
    }
  }

  /** How often the first function looks, and how many variables count down. */
  private static List<Integer> pollsAndCounters(Endless endless) {
    var function =
        GeneratedCode.functions(endless.snippets().module(), EnumSet.of(Rewrite.POLLING)).get(0);
    long polls = GeneratedCode.calls(function).stream().filter(POLL::equals).count();
    int counters = 0;
    for (var instruction : function.instructions) {
      counters += instruction.getOpcode() == Opcodes.IINC ? 1 : 0;
    }
    return List.of((int) polls, counters);
  }

  /** Adds 1 to the word at 0, then does this. */
  private static int[] count(int... then) {
    return concat(new int[] {CONST, 0, CONST, 0, LOAD, 2, 0, CONST, 1, ADD, STORE, 2, 0}, then);
  }

  private static int[] concat(int[] a, int[] b) {
    var both = new int[a.length + b.length];
    System.arraycopy(a, 0, both, 0, a.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
