package dev.wasmrun.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What C++ binds by embind, invoked by its name. */
@Timeout(120)
final class BoundNamesTest {
  @TempDir Path directory;

  private static String invoked(Engine engine, String name, String... args)
      throws InterruptedException {
    return ModuleRun.of(Fixtures.module("bound"))
        .engine(engine)
        .invoke(name)
        .args(args)
        .run()
        .orThrow()
        .output();
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void functionsAndMethodsAreInvokedByName(Engine engine) throws Exception {
    assertEquals("7\n", invoked(engine, "add", "3", "0x4"));
    assertEquals("hello you\n", invoked(engine, "greet", "you"));
    assertEquals("42\n", invoked(engine, "Counter.twice", "21"));
    assertEquals("8\n", invoked(engine, "Counter(5)#add", "3"));
    assertEquals("n=0\n", invoked(engine, "Counter#text"));
    assertEquals("000102\n", invoked(engine, "counted", "3"));
    assertEquals(
        "{sum=0.0, type=string, first=null, beyond=true, halves=[0.0, and the same]}\n",
        invoked(engine, "described", ""));
  }

  @Test
  void aFileIsPassedAsItsBytes() throws Exception {
    Path file = Files.write(directory.resolve("bytes"), new byte[] {'a', 'b', (byte) 0xFF});
    assertEquals("ff6261\n", invoked(Engine.COMPILER, "reversed", "@" + file));
  }

  /** Of a library with threads: those of its pool are left waiting when the call returns. */
  @ParameterizedTest
  @EnumSource(Engine.class)
  void aLibrarysFunctionMayUseThreads(Engine engine) throws Exception {
    var run =
        ModuleRun.of(Fixtures.module("pthreads-called"))
            .engine(engine)
            .invoke("add_up")
            .args("10", "3")
            .run()
            .orThrow();
    assertEquals("added by a pool\n", run.output());
    assertEquals(55, run.returned().get(0).asInt());
  }

  @Test
  void whatThereIsNotIsRefusedWithWhatThereIs() {
    var refused = assertThrows(RunFailure.class, () -> invoked(Engine.COMPILER, "ad", "1"));
    assertTrue(
        refused
            .getMessage()
            .contains("bound.wasm has nothing called 'ad'; bound are Counter.twice(int) -> int"),
        refused::getMessage);
    var noMain =
        assertThrows(
            UsageException.class, () -> ModuleRun.of(Fixtures.module("bound")).run().orThrow());
    assertEquals(
        "cannot run bound.wasm: it has no main: it exports none of _start, main and emscripten_proxy_main; name what to call with --invoke",
        noMain.getMessage());
  }
}
