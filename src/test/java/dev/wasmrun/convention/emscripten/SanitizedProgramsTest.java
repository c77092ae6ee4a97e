package dev.wasmrun.convention.emscripten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.crew.Outcome;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.module.GuestModule;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What sanitizers ask of their host: options, by JavaScript of their own, and who called whom. */
final class SanitizedProgramsTest {
  /** It prints who has called what asks, and returns how many functions are active from there. */
  private static final String PROGRAM =
      """
      (module
        (import "env" "emscripten_asm_const_int" (func $run (param i32 i32 i32) (result i32)))
        (import "env" "emscripten_resize_heap" (func (param i32) (result i32)))
        (import "env" "emscripten_console_log" (func $log (param i32)))
        (import "env" "emscripten_get_module_name" (func $name (param i32 i32) (result i32)))
        (import "env" "emscripten_return_address" (func $return_address (param i32) (result i32)))
        (import "env" "emscripten_stack_snapshot" (func $snapshot (result i32)))
        (import "env" "emscripten_stack_unwind_buffer"
          (func $unwind (param i32 i32 i32) (result i32)))
        (import "env" "emscripten_pc_get_function" (func $function (param i32) (result i32)))
        (import "env" "emscripten_pc_get_line" (func $line (param i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "stackAlloc") (param i32) (result i32) (i32.const 8192))
        (func (export "emscripten_builtin_memalign") (param i32 i32) (result i32) (i32.const 4096))
        (func $inner (result i32) (local $place i32)
          (local.set $place (call $snapshot))
          (if (i32.ne (local.get $place) (call $return_address (i32.const 0))) (then unreachable))
          (if (call $line (local.get $place)) (then unreachable))
          (call $log (call $function (local.get $place)))
          (call $unwind (local.get $place) (i32.const 2048) (i32.const 8)))
        (func $outer (result i32) (i32.add (call $inner) (i32.const 0)))
        (func (export "main") (param i32 i32) (result i32)
          (drop (call $name (i32.const 2048) (i32.const 100)))
          (call $log (i32.const 2048))
          (if (call $run (i32.const 1024) (i32.const 0) (i32.const 0)) (then unreachable))
          (if (call $run (i32.const 1030) (i32.const 0) (i32.const 0)) (then unreachable))
          (if (i32.gt_s (local.get 0) (i32.const 1))
            (then (drop (call $run (i32.const 1040) (i32.const 0) (i32.const 0)))))
          (call $outer)))
      """;

  private static final String SCRIPT =
      """
      var ASM_CONSTS = {
        1024: function() {return withBuiltinMalloc(function () {
          return allocateUTF8(Module['LSAN_OPTIONS'] || 0); });},
       1030: () => { var setting = Module["printWithColors"]; if (setting != null) { return setting; }
          else { return ENVIRONMENT_IS_NODE && process.stderr.isTTY; } },
       1040: ($0) => { alert("}") }
      };
      """;

  @TempDir Path directory;

  private GuestModule program() throws Exception {
    Files.writeString(directory.resolve("sanitized.wat.js"), SCRIPT);
    return GuestModule.load(Files.writeString(directory.resolve("sanitized.wat"), PROGRAM));
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void theCallersAreKnownAndOptionsAreNone(Engine engine) throws Exception {
    ProgramRun.Result result = ProgramRun.of(program()).on(engine).run();
    assertEquals("sanitized.wat\nouter\n", result.out(), result::toString);
    assertEquals(2, result.exitCode(), result::toString);
  }

  @Test
  void javaScriptOfTheProgramIsNamed() throws Exception {
    var failed =
        assertInstanceOf(Outcome.Failed.class, ProgramRun.of(program()).run("more").outcome());
    String message = failed.cause().getMessage();
    assertTrue(
        message.startsWith(
            "it called { alert(\"}\") }, which this host does not have: EM_ASM runs JavaScript"),
        message);
  }
}
