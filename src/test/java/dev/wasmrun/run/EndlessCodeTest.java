package dev.wasmrun.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.wasmrun.Fixtures;
import dev.wasmrun.ModuleBytes;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.GuestModule;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Code that would never end, of every shape, ends by its time limit and by an interrupt. */
@Timeout(120)
final class EndlessCodeTest {
  private static final Duration SOON = Duration.ofMillis(100);
  private static final long ONLY_A_HANG_TAKES_SO_LONG = 60_000;
  private static final GuestModule MODULE = Fixtures.module("endless");
  private static final String THROWING = "throwing";

  static Stream<Arguments> everyShapeOnEveryEngine() {
    return Stream.concat(MODULE.exportedFunctions().keySet().stream(), Stream.of(THROWING))
        .flatMap(shape -> Stream.of(Engine.values()).map(engine -> Arguments.of(shape, engine)));
  }

  /** Throws and catches for ever, which the assembler of the fixtures has no words for. */
  private static GuestModule throwing() {
    ModuleBytes export = ModuleBytes.empty().bytes(1, THROWING.length());
    THROWING.chars().forEach(export::bytes);
    int[] say = {0x41, 0, 0x41, 1, 0xFE, 0x17, 2, 0};
    int[] loop = {
      0x03, 0x40, 0x02, 0x7F, 0x1F, 0x40, 1, 0, 0, 0, 0x41, 1, 0x08, 0, 0x0B, 0x00, 0x0B, 0x1A,
      0x0C, 0, 0x0B
    };
    ModuleBytes code = ModuleBytes.empty().bytes(0).bytes(say).bytes(loop).bytes(0x0B);
    ModuleBytes memory =
        ModuleBytes.empty().bytes(1, 3, 'e', 'n', 'v', 6, 'm', 'e', 'm', 'o', 'r', 'y', 2, 3, 1, 1);
    return GuestModule.of(
        "throwing.wasm",
        ModuleBytes.header()
            .section(1, ModuleBytes.empty().bytes(2, 0x60, 0, 0, 0x60, 1, 0x7F, 0))
            .section(2, memory)
            .section(3, ModuleBytes.empty().bytes(1, 0))
            .section(13, ModuleBytes.empty().bytes(1, 0, 1))
            .section(7, export.bytes(0, 0))
            .section(10, ModuleBytes.empty().bytes(1).sized(code))
            .toArray());
  }

  private static ModuleRun run(String shape, Engine engine) {
    return ModuleRun.of(shape.equals(THROWING) ? throwing() : MODULE)
        .invoke(shape)
        .engine(engine)
        .threads(2)
        .hostFunctions(HostFunction.ofVoid("test", "nothing", List.of(), (caller, args) -> {}));
  }

  @ParameterizedTest
  @MethodSource("everyShapeOnEveryEngine")
  void theTimeLimitEndsIt(String shape, Engine engine) throws InterruptedException {
    RunResult result = run(shape, engine).timeout(SOON).run();
    assertEquals(new Outcome.TimedOut(SOON), result.outcome());
    assertEquals(List.of(), result.stillRunning());
  }

  @ParameterizedTest
  @MethodSource("everyShapeOnEveryEngine")
  void anInterruptEndsIt(String shape, Engine engine) throws Exception {
    var memory = new CompletableFuture<LinearMemory>();
    var thrown = new CompletableFuture<Throwable>();
    ModuleRun run = run(shape, engine).atStart(memory::complete);
    var running = new Thread(() -> thrown.complete(failure(run)), "EndlessCodeTest");
    running.start();
    while (memory.get().getIntVolatile(0) == 0) {
      assertFalse(thrown.isDone(), () -> "it ended: " + thrown.join());
      Thread.onSpinWait();
    }
    running.interrupt();
    running.join(ONLY_A_HANG_TAKES_SO_LONG);
    assertFalse(running.isAlive(), () -> "still at " + Arrays.toString(running.getStackTrace()));
    assertInstanceOf(InterruptedException.class, thrown.join());
  }

  private static Throwable failure(ModuleRun run) {
    try {
      return new AssertionError(run.run().outcome().toString());
    } catch (Throwable e) {
      return e;
    }
  }
}
