package dev.wasmrun.convention.emscripten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.engine.Engine;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One program, built with options by which it begins in different ways: as Node runs it. */
@Timeout(120)
final class BegunProgramsTest {
  /** What is kept in its own memory is a file on Node too, and standard input is not there. */
  @ParameterizedTest
  @CsvSource({
    "main-module, COMPILER, no file, input",
    "main-module, INTERPRETER, no file, input",
    "own-files, COMPILER, a file, no input",
    "evaluated, COMPILER, no file, input",
  })
  void constructorsRunOnce(String variant, Engine engine, String file, String input)
      throws Exception {
    ProgramRun.Result result =
        ProgramRun.of(Fixtures.module("begun-" + variant)).on(engine).withInput("line\n").run();
    assertEquals(0, result.exitCode(), result::toString);
    assertTrue(
        result
            .out()
            .startsWith(
                """
                1 construction, kept 0 1 2 3, 0 elsewhere
                %s
                %s
                """
                    .formatted(file, input)),
        result.out());
  }
}
