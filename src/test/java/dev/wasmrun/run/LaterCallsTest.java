package dev.wasmrun.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.convention.emscripten.EmscriptenLibrary;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.HostFault;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Functions of Emscripten's modules that are called by name, and ask for calls later. */
@Timeout(120)
final class LaterCallsTest {
  private GuestModule module;

  @BeforeEach
  void load(@TempDir Path directory) throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("later.wat"),
            """
            (module
              (import "env" "emscripten_set_timeout"
                (func $later (param i32 f64 i32) (result i32)))
              (import "env" "emscripten_exit_with_live_runtime" (func $live))
              (import "env" "tell" (func $tell (param i32)))
              (memory (export "memory") 1)
              (table 2 funcref)
              (elem (i32.const 1) $tell)
              (func (export "__wasm_call_ctors"))
              (func $ask (param i32)
                (drop (call $later (i32.const 1) (f64.const 1) (local.get 0))))
              (func (export "ask") (param i32) (result i32)
                (call $ask (local.get 0)) (call $tell (i32.const 1)) (i32.const 5))
              (func (export "unwind") (param i32)
                (call $ask (local.get 0)) (call $live) (call $tell (i32.const 3))))
            """);
    module = GuestModule.load(file);
  }

  private static HostFunction tell(List<Long> told) {
    return new HostFunction(
        "env",
        "tell",
        new Signature(List.of(ValueType.I32), List.of()),
        (caller, args) -> {
          told.add(args[0]);
          return new long[0];
        });
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void whatACallAsksForIsDoneBeforeTheRunEnds(Engine engine) throws Exception {
    var told = new ArrayList<Long>();
    var run = ModuleRun.of(module).engine(engine).hostFunctions(tell(told));
    assertEquals(5, run.invoke("ask").args("2").run().orThrow().returned().get(0).asInt());
    assertEquals(List.of(1L, 2L), told);
  }

  @Test
  void aCallThatUnwindsReturnsNothing() throws Exception {
    var told = new ArrayList<Long>();
    var result = ModuleRun.of(module).hostFunctions(tell(told)).invoke("unwind").args("2").run();
    assertEquals(new Outcome.Finished(), result.outcome());
    assertEquals(List.of(2L), told);
    assertEquals(List.of(), result.returned());
  }

  @Test
  void aLibraryThatJavaCallsHasNoEventLoop() {
    var config = RunConfig.builder().hostFunctions(tell(new ArrayList<>())).build();
    try (EmscriptenLibrary library = CppLibraries.open(module, config)) {
      var fault = assertThrows(HostFault.class, () -> library.apply(g -> g.call("ask", 2)));
      assertTrue(fault.getMessage().contains("has no event loop"), fault.getMessage());
    }
  }
}
