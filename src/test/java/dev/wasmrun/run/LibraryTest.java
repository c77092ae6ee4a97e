package dev.wasmrun.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.convention.worker.WorkerConvention;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.Linker;
import dev.wasmrun.guest.MissingFunctions;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.guest.Trap;
import dev.wasmrun.guest.TrapCode;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import dev.wasmrun.wasi.WasiOptions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Libraries for other hosts, of which only a part can be called here. */
@Timeout(120)
final class LibraryTest {
  private static ModuleRun library() {
    return ModuleRun.of(Fixtures.module("library-lacks"));
  }

  private static ModuleRun mainModule() {
    return ModuleRun.of(Fixtures.module("main-module"));
  }

  private static Returned result(ModuleRun run) throws Exception {
    return run.run().orThrow().returned().get(0);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void whatNeedsNoMissingFunctionIsCalled(Engine engine) throws Exception {
    assertEquals(5, result(library().engine(engine).invoke("add").args("2", "3")).asInt());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          tell 1 | it called env.told (i32) -> (i64), which this host does not have
          now    | it called wbg.__wbg_now_1 () -> (ref), which this host does not have: a library by wasm-bindgen, which BindgenLibraries opens from Java; --target wasm32-wasip1 without it builds for WASI
          exit   | it called gojs.runtime.wasmExit (i32) -> (), which this host does not have: the JavaScript of Go; GOOS=wasip1 GOARCH=wasm (TinyGo: -target=wasip1) builds for WASI
          """)
  void aCallOfAMissingFunctionEndsTheRunByItsName(String call, String message) throws Exception {
    String[] words = call.split(" ");
    var run = words.length == 1 ? library() : library().args(words[1]);
    var failed = assertInstanceOf(Outcome.Failed.class, run.invoke(words[0]).run().outcome());
    assertTrue(failed.toString().contains(message), failed.toString());
  }

  @Test
  void whatIsProvidedIsNotMissing() throws Exception {
    var told =
        new HostFunction(
            "env",
            "told",
            new Signature(List.of(ValueType.I32), List.of(ValueType.I64)),
            (caller, args) -> new long[] {args[0] + 40});
    assertEquals(42L, result(library().hostFunctions(told).invoke("tell").args("2")).asLong());
    var linker =
        new Linker(
            Fixtures.module("library-lacks"),
            Engine.COMPILER,
            MissingFunctions.completed(Fixtures.module("library-lacks"), List.of(told)));
    var guest = linker.instantiate(Optional.empty(), ActiveData.WRITE);
    assertEquals(43L, guest.call("tell", 3)[0]);
  }

  @Test
  void missingFunctionsAreNoObstacle() {
    GuestModule module = Fixtures.module("library-lacks");
    var convention = new WorkerConvention(WasiOptions.NOTHING);
    assertEquals(List.of(), convention.obstacles(module));
    assertEquals(3, convention.missing(module).size());
    assertEquals("env.told", convention.missing(module).get(0));
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aMainModuleFindsTheFunctionsThatItImports(Engine engine) throws Exception {
    assertEquals(1, result(mainModule().engine(engine).invoke("resized")).asInt());
    assertEquals(1 << 16, result(mainModule().engine(engine).invoke("stack_size")).asInt());
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void whatIsInNoModuleTrapsWhereItIsUsed(Engine engine) throws Exception {
    assertEquals(
        TrapCode.UNDEFINED_ELEMENT, trap(mainModule().engine(engine).invoke("call_elsewhere")));
    assertEquals(
        TrapCode.OUT_OF_BOUNDS_MEMORY, trap(mainModule().engine(engine).invoke("read_outside")));
  }

  private static TrapCode trap(ModuleRun run) throws Exception {
    Trap trap = assertInstanceOf(Outcome.Trapped.class, run.run().outcome()).trap();
    return trap.code();
  }
}
