package dev.wasmrun.convention.emscripten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.module.GuestModule;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

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

  /**
   * With {@code -sASYNCIFY} a program leaves its stack for a sleep in a page, but need not here.
   */
  @ParameterizedTest
  @EnumSource(Engine.class)
  void aSleepThatAPageWouldUnwindForIsASleep(Engine engine, @TempDir Path directory)
      throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("sleeps.wat"),
            """
            (module
              (import "env" "emscripten_sleep" (func $sleep (param i32)))
              (import "env" "emscripten_get_now" (func $now (result f64)))
              (memory (export "memory") 1)
              (func (export "__wasm_call_ctors"))
              (func (export "main") (result i32) (local $before f64)
                (local.set $before (call $now))
                (call $sleep (i32.const 20))
                (f64.ge (f64.sub (call $now) (local.get $before)) (f64.const 20))))
            """);
    ProgramRun.Result result = ProgramRun.of(GuestModule.load(file)).on(engine).run();
    assertEquals(1, result.exitCode(), result::toString);
  }
}
