package dev.wasmrun.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.convention.bindgen.BindgenException;
import dev.wasmrun.convention.bindgen.BindgenLibrary;
import dev.wasmrun.convention.bindgen.BindgenType;
import dev.wasmrun.convention.bindgen.HostValue;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.GuestFailure;
import dev.wasmrun.guest.HostFault;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.Trap;
import dev.wasmrun.guest.TrapCode;
import dev.wasmrun.guest.UsageException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Libraries as wasm-bindgen builds them, with values by number or by reference, and threads. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class BindgenLibrariesTest {

  private static BindgenLibrary rayon(int threads) {
    return BindgenLibraries.open(
        Fixtures.module("bindgen-rayon"), RunConfig.builder().threads(threads).build());
  }

  private static BindgenLibrary references(Engine engine) {
    return BindgenLibraries.open(
        Fixtures.module("bindgen-references"), RunConfig.builder().engine(engine).build());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void rayonsThreadsShareTheWork(int threads) {
    try (var library = rayon(threads)) {
      assertEquals(5050, library.call(BindgenType.INT, "share", 100));
      assertEquals(500500, library.call(BindgenType.INT, "share", 1000));
    }
  }

  @Test
  void slicesGoInAndComeBackThroughMemory() {
    try (var library = rayon(1)) {
      Object stack = library.call(BindgenType.INT, "stack");
      assertArrayEquals(
          new byte[] {3, 2, 1},
          (byte[]) library.call(BindgenType.BYTES, "reversed", new byte[] {1, 2, 3}));
      assertEquals("cba", library.call(BindgenType.STRING, "reversed", "abc"));
      assertEquals(
          10.5, library.callFallible(BindgenType.DOUBLE, "sum", new double[] {1, 2.5}, 7L));
      assertEquals("as it is", library.call(BindgenType.STRING, "same", "as it is"));
      assertNull(library.call(BindgenType.STRING, "same", Optional.empty()));
      assertEquals(stack, library.call(BindgenType.INT, "stack")); // all was given back
    }
  }

  @Test
  void bytesThatTheLibraryChangesComeBackInTheirArray() {
    try (var library = rayon(1)) {
      byte[] bytes = {1, -2, 3};
      library.call(BindgenType.NOTHING, "negate", bytes, new HostValue(bytes));
      assertArrayEquals(new byte[] {-1, 2, -3}, bytes);
    }
  }

  @Test
  void anErrorOfRustIsAnException() {
    try (var library = rayon(1)) {
      var error =
          assertThrows(
              BindgenException.class,
              () -> library.callFallible(BindgenType.DOUBLE, "sum", new double[0], 7L));
      assertEquals("sum returned an error: no such word", error.getMessage());
      assertEquals("no such word", error.value());
      assertEquals(3.0, library.callFallible(BindgenType.DOUBLE, "sum", new double[] {1}, 2L));
    }
  }

  @Test
  void valuesOfJavaScriptAreKeptByNumber() {
    try (var library = rayon(1)) {
      for (Object value : List.of(true, 1.5, "text", BigInteger.TEN)) {
        assertEquals(value, library.call(BindgenType.OBJECT, "echo", new HostValue(value)));
      }
      assertNull(library.call(BindgenType.OBJECT, "echo", (Object) null));
      assertArrayEquals(
          new byte[] {5},
          (byte[]) library.call(BindgenType.OBJECT, "echo", new HostValue(new byte[] {5})));
      assertEquals("text", library.call(BindgenType.STRING, "text_of", new HostValue("text")));
      assertNull(library.call(BindgenType.STRING, "text_of", new HostValue(1)));
      assertEquals(true, library.call(BindgenType.BOOLEAN, "is_random"));
    }
  }

  @Test
  void aPanicIsATrapThatSaysWhatRustSays() {
    try (var library = rayon(2)) {
      var trap = assertThrows(Trap.class, () -> library.call(BindgenType.NOTHING, "panics"));
      assertEquals(TrapCode.ABORT, trap.code());
      assertTrue(trap.getMessage().endsWith(": no such word"), trap.getMessage());
    }
  }

  @Test
  void whatNeedsJavaScriptIsRefusedByItsNameWhenItIsCalled() {
    try (var library = rayon(1)) {
      var fault = assertThrows(HostFault.class, () -> library.call(BindgenType.INT, "fetches"));
      assertEquals(
          "bindgen-rayon.wasm calls wbg.__wbg_fetch_1234567890abcdef, JavaScript's fetch,"
              + " which needs JavaScript; pass a host function of that name",
          fault.getMessage());
    }
  }

  @Test
  void aThreadThatTrapsEndsTheCallThatWaitsForIt() {
    try (var library = rayon(2)) {
      var trap = assertThrows(Trap.class, () -> library.call(BindgenType.NOTHING, "hangs"));
      assertEquals(TrapCode.UNREACHABLE, trap.code());
      assertThrows(
          GuestFailure.class, () -> library.call(BindgenType.INT, "stack")); // they are gone
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void severalResultsAndReferencesAreThoseOfToday(Engine engine) {
    try (var library = references(engine)) {
      assertEquals("aßaß", library.callFallible(BindgenType.STRING, "doubled", "aß"));
      var error =
          assertThrows(
              BindgenException.class,
              () -> library.callFallible(BindgenType.STRING, "doubled", ""));
      assertEquals("doubled returned an error: Error: no such word", error.getMessage());
      assertArrayEquals(
          new int[] {1, 4, 9},
          (int[]) library.call(BindgenType.INTS, "squares", new int[] {1, -2, 3}));
      assertEquals("no such", library.call(BindgenType.OBJECT, "word"));
      assertEquals(1, library.call(BindgenType.INT, "truth", new HostValue(true)));
      assertEquals(0xFFFFFF, library.call(BindgenType.INT, "truth", new HostValue("true")));
      assertNull(library.call(BindgenType.OBJECT, "echo", (Object) null));
      assertThrows(Trap.class, () -> library.call(BindgenType.NOTHING, "panics"));
    }
  }

  @Test
  void referencesAreForgottenThatNobodyHas() {
    try (var library = references(Engine.COMPILER)) {
      for (int i = 0; i < 2000; i++) {
        assertEquals("t" + i, library.call(BindgenType.OBJECT, "echo", new HostValue("t" + i)));
      }
      assertEquals(true, library.call(BindgenType.OBJECT, "echo", new HostValue(true)));
    }
  }

  @Test
  void theConsoleIsTheListeners() {
    var printed = new ArrayList<String>();
    var config =
        RunConfig.builder()
            .listener(
                new RunListener() {
                  @Override
                  public void printed(String text) {
                    printed.add(text);
                  }
                })
            .build();
    try (var library = BindgenLibraries.open(Fixtures.module("bindgen-references"), config)) {
      library.call(BindgenType.NOTHING, "logs", new HostValue("hello"));
    }
    assertEquals(List.of("hello\n"), printed);
  }

  @Test
  void callsThatDoNotSuitAreRefusedInALine() {
    try (var library = references(Engine.COMPILER)) {
      assertEquals(
          "bindgen-references.wasm exports no function 'squared'; did you mean squares?",
          refusal(library, BindgenType.INTS, "squared"));
      assertEquals(
          "squares is (i32, i32) -> (i32, i32); it cannot be called with arguments that take 1"
              + " parameters to return INTS, if it may not fail",
          refusal(library, BindgenType.INTS, "squares", 1));
      assertEquals(
          "truth is (ref) -> (i32); it cannot be called with arguments that take 1 parameters to"
              + " return DOUBLE, if it may not fail",
          refusal(library, BindgenType.DOUBLE, "truth", (Object) null));
      assertEquals(
          "argument 1 of squares: its parameter is an i32, got Double 1.5",
          refusal(library, BindgenType.INTS, "squares", 1.5, 2));
    }
    assertEquals(
        "cannot open own-memory.wasm: it imports and exports nothing of wasm-bindgen",
        assertThrows(
                LinkException.class, () -> BindgenLibraries.open(Fixtures.module("own-memory")))
            .getMessage());
  }

  @Test
  void aRunOfALibraryTellsWhatOpensIt() throws Exception {
    var run = ModuleRun.of(Fixtures.module("bindgen-references")).invoke("__wbindgen_start");
    String why = run.run().outcome().toString();
    assertTrue(
        why.contains(
            "it called ./words_bg.js.__wbindgen_init_externref_table () -> (), which this host does"
                + " not have: a library by wasm-bindgen, which BindgenLibraries opens from Java"),
        why);
  }

  private static String refusal(
      BindgenLibrary library, BindgenType type, String export, Object... args) {
    return assertThrows(UsageException.class, () -> library.call(type, export, args)).getMessage();
  }
}
