package dev.wasmrun.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.Instance;
import dev.wasmrun.Snippets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** An interrupt ends whatever code may run on. */
@Timeout(120)
class InterruptTest {
  private static final int DROP = 0x1A;

  private static final Duration UNTIL_HOT = Duration.ofSeconds(30);

  static Stream<Arguments> everyLoopInEveryWay() {
    return Stream.of(EndlessLoop.values())
        .flatMap(loop -> Stream.of(Execution.values()).map(way -> Arguments.of(loop, way)));
  }

  @ParameterizedTest
  @MethodSource("everyLoopInEveryWay")
  void anInterruptEndsALoop(EndlessLoop loop, Execution execution) throws InterruptedException {
    anInterruptEnds(loop.snippets().instance(execution), running -> {});
  }

  /** Where nothing in the loop can change the flag, an optimiser might look at it once only. */
  @ParameterizedTest
  @EnumSource(
      value = EndlessLoop.class,
      names = {"BRANCH", "WITHOUT_MEMORY", "CALLING_A_LEAF"})
  void anInterruptEndsALoopThatHotSpotHasOptimised(EndlessLoop loop) throws InterruptedException {
    anInterruptEnds(
        loop.snippets().instance(Execution.COMPILED),
        running -> HotCode.await(running, InterruptTest::isLoop, UNTIL_HOT));
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void anInterruptEndsAFunctionTooLargeForAMethod(Execution execution) throws InterruptedException {
    IntStream sum = IntStream.of(Snippets.sumOfMillions(30_000));
    IntStream loop = IntStream.of(EndlessLoop.CONDITION.code());
    var snippets = new Snippets();
    snippets.body(1, IntStream.concat(IntStream.concat(sum, IntStream.of(DROP)), loop).toArray());
    anInterruptEnds(snippets.instance(execution), running -> {});
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void aFiniteLoopTakesItsIterations(Execution execution) {
    Instance instance = EndlessLoop.CALLING_A_LEAF.snippets().instance(execution);
    for (int iterations : new int[] {1, 2, 255, 256, 257, 511, 512, 513, 100_000}) {
      instance.memory().writeI32(0, 0);
      assertEquals(0, instance.export("1").apply(iterations)[0]);
      assertEquals(iterations, instance.memory().readInt(0));
    }
  }

  /** Whether it is the frame of the first function, not of one that it calls. */
  private static boolean isLoop(StackTraceElement frame) {
    return frame.getMethodName().equals("function_0");
  }

  /**
   * Interrupts the first function.
   *
   * @param before waits for whatever is to happen before that
   */
  private static void anInterruptEnds(Instance instance, Consumer<Thread> before)
      throws InterruptedException {
    var thrown = new AtomicReference<Throwable>();
    var running = new Thread(() -> instance.export("0").apply(7), "InterruptTest");
    running.setDaemon(true);
    running.setUncaughtExceptionHandler((thread, e) -> thrown.set(e));
    running.start();
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (instance.memory().readInt(0) == 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertNotEquals(0, instance.memory().readInt(0), "it does not run");
    before.accept(running);
    running.interrupt();
    running.join(Duration.ofSeconds(30).toMillis());
    assertFalse(running.isAlive(), () -> "still at " + Arrays.toString(running.getStackTrace()));
    assertInstanceOf(ChicoryInterruptedException.class, thrown.get());
  }
}
