package dev.wasmrun.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.wasmrun.Fixtures;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.TrapCode;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** C++ that throws the exceptions of WebAssembly itself, as {@code -fwasm-exceptions} builds it. */
@Timeout(120)
final class CppExceptionsTest {
  /** What the same program prints that is built for this machine. */
  private static final String PRINTED =
      """
      ~leaf
      inner 5
      ~middle
      error 7: error 7
      again: error 7
      10
      ~leaf
      inner 5
      ~middle
      other 3
      11
      ~leaf
      int 42
      inner 5
      ~middle
      anything
      12
      ~leaf
      text text
      inner 5
      ~middle
      1
      ~leaf
      inner 5
      ~middle
      0
      out of range
      """;

  private static RunResult run(Engine engine, String... args) throws InterruptedException {
    return ModuleRun.of(Fixtures.module("cpp-exceptions")).engine(engine).args(args).run();
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void destructorsRunAndThrowsGoOnAsTheyDoNatively(Engine engine) throws Exception {
    RunResult result = run(engine);
    assertEquals(PRINTED, result.output());
    assertEquals(3, assertInstanceOf(Outcome.Exited.class, result.outcome()).code());
  }

  @ParameterizedTest
  @CsvSource({
    "error, of type Error was not caught: error 99",
    "number, of type int was not caught",
    "other, of type app::Other was not caught",
  })
  void whatNobodyCatchesIsToldByItsType(String what, String told) throws Exception {
    for (Engine engine : Engine.values()) {
      RunResult result = run(engine, what);
      assertEquals(PRINTED, result.output());
      var trap = assertInstanceOf(Outcome.Trapped.class, result.outcome()).trap();
      assertEquals(TrapCode.UNCAUGHT_EXCEPTION, trap.code());
      assertEquals("uncaught exception: a C++ exception " + told, trap.getMessage());
    }
  }
}
