package dev.wasmrun.convention.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.wasi.WasiOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot run, and in which words. */
@Timeout(120)
final class RefusalTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          unknown-import     | it imports the function env.mystery (i32) -> (i64), which the host does not provide
          wrong-import-type  | it imports host.emit as (f32) -> (); the host provides (i64) -> ()
          imported-global    | it imports the global env.base, which the host does not provide
          """)
  void whatCannotBeLinkedIsRefusedBeforeAnythingRuns(String name, String why) {
    GuestModule module = Fixtures.module(name);
    var refusal = assertThrows(LinkException.class, () -> Ran.work(module, Engine.COMPILER, 1));
    assertEquals("cannot link %s.wasm: %s".formatted(name, why), refusal.getMessage());
    assertEquals(List.of(why), new WorkerConvention(WasiOptions.NOTHING).obstacles(module));
  }

  @Test
  void whatCanRunHasNoObstacles() {
    for (String name : List.of("phases", "as-abort", "exports-stack-pointer", "own-memory")) {
      assertEquals(
          List.of(),
          new WorkerConvention(WasiOptions.NOTHING).obstacles(Fixtures.module(name)),
          name);
    }
  }

  @Test
  void aWorkThatTakesNoThreadNumberIsRefused() {
    assertEquals(
        "cannot run wrong-work-type.wasm: its export work is (f64, i32) -> ();"
            + " it must begin with 2 i32",
        refusal("wrong-work-type", 1).getMessage());
  }

  @Test
  void aMemoryAboveTheLimitOfTheRunIsRefused() {
    var refusal =
        assertThrows(
            LinkException.class,
            () ->
                Ran.run(
                    Fixtures.module("phases"),
                    Engine.COMPILER,
                    1,
                    Optional.empty(),
                    new MemoryLimit(65535),
                    true,
                    Duration.ofMinutes(1)));
    assertEquals(
        "cannot link phases.wasm: it needs 65536 bytes of memory, --max-memory allows 65535",
        refusal.getMessage());
  }

  @Test
  void aStackThatCannotBeSetIsRefusedForSeveralWorkers() {
    String why =
        "it keeps a stack in memory and exports no way to set it for each thread;"
            + " export stackRestore or __stack_pointer (--export=__stack_pointer)";
    assertEquals(
        "cannot run needs-stack.wasm on 2 threads: " + why, refusal("needs-stack", 2).getMessage());
    assertEquals(
        List.of(why),
        new WorkerConvention(WasiOptions.NOTHING).obstacles(Fixtures.module("needs-stack")));
  }

  @Test
  void anAllocatingRuntimeOfAssemblyScriptIsRefusedForSeveralWorkers() throws Exception {
    String why =
        "its AssemblyScript runtime allocates for one instance only;"
            + " build with --runtime stub, and allocate nothing in work";
    assertEquals(
        "cannot run as-allocates.wasm on 2 threads: " + why,
        refusal("as-allocates", 2).getMessage());
    assertEquals(
        List.of(why),
        new WorkerConvention(WasiOptions.NOTHING).obstacles(Fixtures.module("as-allocates")));
    Ran.work(Fixtures.module("as-allocates"), Engine.COMPILER, 1).finished();
    assertEquals("cannot run as-collects.wasm: " + why, refusal("as-collects", 1).getMessage());
  }

  @Test
  void aStackIsDividedDownTo16KiBForEachAndNoFurther() throws Exception {
    // 1 MiB of stack for the leader and 63 workers is 16 KiB each.
    Ran.work(Fixtures.module("exports-stack-pointer"), Engine.COMPILER, 63).finished();
    assertTrue(
        refusal("exports-stack-pointer", 64)
            .getMessage()
            .startsWith(
                "cannot run exports-stack-pointer.wasm on 64 threads: its stack of 1048576 bytes"
                    + " leaves less than 16384 for each"));
  }

  @Test
  void threadLocalVariablesOfUnknownSizeAreRefused() throws Exception {
    assertEquals(
        "cannot run thread-local-without-size.wasm on several threads:"
            + " it exports __wasm_init_tls but not __tls_size; link with --export=__tls_size",
        failure("thread-local-without-size", 2));
  }

  @Test
  void threadLocalVariablesThatLeaveNoStackAreRefused() throws Exception {
    Ran.work(Fixtures.module("thread-local-too-large"), Engine.COMPILER, 2).finished();
    assertTrue(
        failure("thread-local-too-large", 15)
            .startsWith(
                "cannot run thread-local-too-large.wasm on so many threads: its 40000 bytes of"
                    + " thread-local variables do not fit in a share of 65536 bytes of stack"));
  }

  @Test
  void aModuleWithoutWorkIsRefusedWithTheExportsThereAre() {
    var refusal =
        assertThrows(
            UsageException.class, () -> Ran.work(Fixtures.module("no-work"), Engine.COMPILER, 1));
    assertEquals(
        "no-work.wasm exports no function 'work'; name one with --invoke:"
            + " it exports foo, i32, i64, f32, f64, nothing",
        refusal.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          (import "gojs" "runtime.wasmExit" (func (param i32))) (func (export "run")) | run | the JavaScript of Go; GOOS=wasip1
          (func (export "greet")) (func (export "cabi_realloc")) | greet, cabi_realloc | a component, of which it is the core; --target wasm32-wasip1
          """)
  void aModuleForAnotherHostIsRefusedWithWhatToBuild(
      String fields, String exports, String host, @TempDir Path directory) throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("foreign.wat"), "(module %s (memory 1))".formatted(fields));
    var refusal =
        assertThrows(
            UsageException.class, () -> Ran.work(GuestModule.load(file), Engine.COMPILER, 1));
    assertTrue(
        refusal
            .getMessage()
            .startsWith(
                "foreign.wat exports no function 'work'; name one with --invoke: it exports %s; it is made for %s"
                    .formatted(exports, host)),
        refusal.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a-global", "no-such", ""})
  void anUnknownExportIsRefusedWithTheExportsThereAre(String export) {
    assertEquals(
        "no-work.wasm exports no function '%s'; it exports foo, i32, i64, f32, f64, nothing"
            .formatted(export),
        invokeRefusal(export));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          i32     |                      | i32 takes 1 argument, got 0: i32 is (i32) -> (i32)
          i32     | 1 2                  | i32 takes 1 argument, got 2: i32 is (i32) -> (i32)
          nothing | 1                    | nothing takes 0 arguments, got 1: nothing is () -> ()
          i32     | x                    | argument 1: 'x' is not an i32: expected a decimal or 0x-hexadecimal integer
          i32     | 1.5                  | argument 1: '1.5' is not an i32: expected a decimal or 0x-hexadecimal integer
          i32     | {tread}              | argument 1: '{tread}' is not an i32: expected a decimal or 0x-hexadecimal integer
          i32     | 4294967296           | argument 1: '4294967296' does not fit in an i32: the range is -2147483648 to 4294967295
          i64     | 18446744073709551616 | argument 1: '18446744073709551616' does not fit in an i64: the range is -9223372036854775808 to 18446744073709551615
          f64     | pi                   | argument 1: 'pi' is not an f64: expected a number
          foo     | 1 2 x 4              | argument 3: 'x' is not an f32: expected a number
          """)
  void argumentsOfAnInvokedExportAreChecked(String export, String args, String message) {
    assertEquals(message, invokeRefusal(export, args == null ? new String[0] : args.split(" ")));
  }

  @Test
  void argumentsOfTheConventionsExportsAreChecked() {
    GuestModule module = Fixtures.module("phases");
    assertEquals(
        "phases.wasm takes at most 2 arguments, got 3",
        assertThrows(
                UsageException.class, () -> Ran.work(module, Engine.COMPILER, 1, "1", "2", "3"))
            .getMessage());
    assertEquals(
        "argument 2: 'x' is not an i64: expected a decimal or 0x-hexadecimal integer",
        assertThrows(UsageException.class, () -> Ran.work(module, Engine.COMPILER, 1, "1", "x"))
            .getMessage());
  }

  private static LinkException refusal(String name, int threads) {
    return assertThrows(
        LinkException.class, () -> Ran.work(Fixtures.module(name), Engine.COMPILER, threads));
  }

  private static String invokeRefusal(String export, String... args) {
    return assertThrows(
            UsageException.class,
            () -> Ran.invoke(Fixtures.module("no-work"), Engine.COMPILER, 1, export, args))
        .getMessage();
  }

  /** The message of a run that could only be refused when its first worker was made. */
  private static String failure(String name, int threads) throws Exception {
    Outcome outcome = Ran.work(Fixtures.module(name), Engine.COMPILER, threads).outcome();
    if (outcome instanceof Outcome.Failed failed && failed.cause() instanceof LinkException e) {
      return e.getMessage();
    }
    throw new AssertionError("the run was not refused: " + outcome);
  }
}
