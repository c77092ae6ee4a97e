package dev.wasmrun.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.WasmModule;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Interpreted code looks at the interrupt flag wherever it may run on. */
@Timeout(120)
class InterruptListenerTest {
  @ParameterizedTest
  @EnumSource(PollingRewriteTest.Endless.class)
  void anInterruptEndsInterpretedCode(PollingRewriteTest.Endless endless)
      throws InterruptedException {
    anInterruptEnds(endless.snippets().module(), TracingInterpreter::new);
  }

  @Test
  void anInterruptEndsAFunctionTooLargeToCompile() throws InterruptedException {
    var snippets = new Snippets();
    int drop = 0x1A;
    IntStream sum = IntStream.of(Snippets.sumOfMillions(30_000));
    IntStream loop = IntStream.of(PollingRewriteTest.Endless.CONDITION.code());
    snippets.body(1, IntStream.concat(IntStream.concat(sum, IntStream.of(drop)), loop).toArray());
    WasmModule module = snippets.module();
    CompiledModules.Code code =
        ModuleCompiler.compile(module, EnumSet.allOf(Rewrite.class), false).code();
    assertEquals(Set.of(0), code.interpreted());
    anInterruptEnds(module, code);
  }

  private static void anInterruptEnds(WasmModule module, Function<Instance, Machine> machines)
      throws InterruptedException {
    Instance instance =
        Instance.builder(module)
            .withMachineFactory(machines)
            .withUnsafeExecutionListener(Machines.listener(Optional.empty()))
            .build();
    var thrown = new AtomicReference<Throwable>();
    var running = new Thread(() -> instance.export("0").apply(7), "InterruptListenerTest");
    running.setDaemon(true);
    running.setUncaughtExceptionHandler((thread, e) -> thrown.set(e));
    running.start();
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (instance.memory().readInt(0) == 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertNotEquals(0, instance.memory().readInt(0), "it does not run");
    running.interrupt();
    running.join(Duration.ofSeconds(30).toMillis());
    assertFalse(running.isAlive(), "it still runs");
    assertInstanceOf(ChicoryInterruptedException.class, thrown.get());
  }
}
