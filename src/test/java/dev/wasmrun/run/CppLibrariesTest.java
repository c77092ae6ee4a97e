package dev.wasmrun.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.convention.emscripten.BoundObject;
import dev.wasmrun.convention.emscripten.EmscriptenLibrary;
import dev.wasmrun.guest.GuestFailure;
import dev.wasmrun.guest.Trap;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.module.GuestModule;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What C++ binds by embind, called from Java. */
@Timeout(120)
final class CppLibrariesTest {
  private static EmscriptenLibrary opened;

  @BeforeAll
  static void open() {
    opened = CppLibraries.open(Fixtures.module("bound"));
  }

  @AfterAll
  static void close() {
    opened.close();
  }

  @Test
  void aLibraryIsOpenedCalledAndClosed() {
    GuestModule module = Fixtures.module("bound");
    try (var library = CppLibraries.open(module)) {
      Object text = library.call("greet", "world"); // std::string is a String
      try (var counter = library.create("Counter", 5)) {
        assertEquals(8, counter.call("add", 3));
      }
      assertEquals("hello world", text);
    }
  }

  @Test
  void numbersArePassedByTheirTypes() {
    assertEquals(7, opened.call("add", 3, 4));
    assertEquals(-1, opened.call("add", Integer.MAX_VALUE, Integer.MIN_VALUE));
    assertEquals(44, opened.call("low", 300));
    assertEquals(3.5, opened.call("half", 7));
    assertEquals(1 / 3f, opened.call("third", 1));
    assertEquals(false, opened.call("negate", true));
    assertEquals(true, opened.call("negate", false));
    assertEquals("GREEN", opened.call("next", "RED"));
    assertEquals(-2.0, opened.call("rounded", -2.5));
    assertEquals(3.0, opened.call("rounded", 2.5));
  }

  @Test
  void textIsUtf8AndBytesAreBytes() {
    assertEquals("hello wörld", opened.call("greet", "wörld"));
    assertEquals("hello ", opened.call("greet", ""));
    assertArrayEquals(
        new byte[] {3, 0, -1}, (byte[]) opened.call("reversed", new byte[] {-1, 0, 3}));
    String large = "x".repeat(100_000);
    for (int i = 0; i < 1000; i++) { // its memory of 16 MiB has room for few that are not freed
      assertEquals(large, opened.call("reversed", large));
    }
  }

  @Test
  void theLibraryOfJavaScriptIsThere() {
    assertEquals(5.0, opened.call("hypotenuse", 3, 4));
    assertEquals(10.0, opened.call("logarithm", 1024));
    String capitals = "01234567-89AB-CDEF-0123-456789ABCDEF";
    assertEquals(capitals, opened.call("uuid", capitals.toLowerCase(Locale.ROOT)));
    assertEquals("", opened.call("uuid", "01234567"));
    assertEquals(4, UUID.fromString((String) opened.call("uuid", "")).version());
  }

  @Test
  void objectsHaveMethodsAndEnd() {
    int before = (int) opened.call("destroyedSoFar");
    try (var counter = opened.create("Counter", 5)) {
      assertEquals(8, counter.call("add", 3));
      assertEquals("n=8", counter.call("text"));
      assertEquals(77, counter.call("id"));
      assertEquals(77, opened.call("idOf", counter));
    }
    try (var empty = opened.create("Counter")) {
      assertEquals("n=0", empty.call("text"));
    }
    assertEquals(before + 2, opened.call("destroyedSoFar"));
    assertEquals(42, opened.call("Counter.twice", 21));
    var made = (BoundObject) opened.call("make", 9);
    assertEquals("n=9", made.call("text"));
    made.close();
    var deleted = assertThrows(UsageException.class, () -> made.call("text"));
    assertEquals("an object of class Counter is deleted", deleted.getMessage());
  }

  @Test
  void structsAreMapsAndArraysAreLists() {
    var point = Map.of("x", 1, "y", 2.5, "name", "p");
    assertEquals(
        Map.of("x", 4, "y", 6.5, "name", "p'"), opened.call("moved", point, List.of(3, 4)));
    assertEquals(List.of(2, 1), opened.call("swapped", List.of(1, 2)));
    assertEquals(
        Map.of("from", Map.of("x", 0, "y", 0.0, "name", ""), "to", point),
        opened.call("segment", point));
    var large = Map.of("x", 1, "y", 2, "name", "x".repeat(100_000));
    for (int i = 0; i < 1000; i++) { // its memory of 16 MiB has room for few that are not freed
      opened.call("moved", large, List.of(0, 0));
    }
  }

  @Test
  void aStructWithOtherPartsIsRefused() {
    assertEquals(
        "'{x=1}' is no Point: expected a Map with the keys x, y, name",
        refusal("segment", Map.of("x", 1)));
    assertEquals("'5' is no Point: expected a Map of fields", refusal("segment", 5));
    assertEquals("'[1]' is no Pair: expected a List of 2", refusal("swapped", List.of(1)));
    assertEquals("'a' is no int: expected a whole number", refusal("swapped", List.of("a", 1)));
  }

  @Test
  void dataOfJavaScriptIsDataOfJava() {
    assertArrayEquals(new byte[] {0, 1, 2}, (byte[]) opened.call("counted", 3));
    assertEquals("wasm", opened.call("filled", "wasm".getBytes(StandardCharsets.US_ASCII)));
    Map<?, ?> told = (Map<?, ?>) opened.call("described", List.of(1, 2.5));
    assertEquals(
        "{sum=3.5, type=object, first=1, beyond=true, halves=[1.75, and the same]}",
        told.toString());
    assertEquals(
        "{sum=0.0, type=object, first=null, beyond=true, halves=[0.0, and the same]}",
        opened.call("described", new byte[0]).toString());
    assertEquals(true, opened.call("inOrder", 1, 2, 3));
    assertEquals(true, opened.call("inOrder", "a", "b", "c"));
    assertEquals(false, opened.call("inOrder", 1, 1, 3));
    assertEquals(100_000, opened.call("churn", 100_000));
  }

  @Test
  void theConsoleOfJavaScriptIsStandardOutput() {
    var out = new ByteArrayOutputStream();
    try (var library =
        CppLibraries.open(Fixtures.module("bound"), RunConfig.builder().out(out).build())) {
      library.call("say", "half of it is", 0.5);
    }
    assertEquals("half of it is 0.5 null true\n", out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void whatOnlyAnEngineHasIsRefusedWithWhatWasLookedUp() {
    var refused = assertThrows(GuestFailure.class, () -> opened.call("page"));
    assertTrue(
        refused
            .getMessage()
            .contains(
                "it asks JavaScript for undefined.write(…) by emscripten::val, and this host has no JavaScript; the last name that it looked up was document"),
        refused::getMessage);
  }

  private static String refusal(String name, Object... args) {
    return assertThrows(UsageException.class, () -> opened.call(name, args)).getMessage();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          add | 1 | | add(int, int) -> int takes 2 arguments, got 1
          add | x | 1 | 'x' is no int: expected a whole number
          add | 4294967296 | 1 | '4294967296' is no int: expected a whole number of 32 bits
          low | -1 | | '-1' is no unsigned short: expected a whole number of 16 bits
          negate | yes | | 'yes' is no bool: expected true or false
          next | BLUE | | 'BLUE' is no Color: expected one of GREEN, RED
          idOf | 5 | | '5' is no Named: expected an object of class Named
          """)
  void whatDoesNotSuitIsRefused(String name, String first, String second, String why) {
    Object[] args = second == null ? new Object[] {first} : new Object[] {first, second};
    var refused = assertThrows(UsageException.class, () -> opened.call(name, args));
    assertEquals(why, refused.getMessage());
  }

  @Test
  void aConstructorIsChosenByTheNumberOfItsArguments() {
    var refused = assertThrows(UsageException.class, () -> opened.create("Counter", 1, 2));
    assertEquals("class Counter has no constructor of 2 arguments", refused.getMessage());
  }

  @Test
  void whatIsNotBoundIsToldWithWhatIs() {
    var refused = assertThrows(UsageException.class, () -> opened.call("ad", 1, 2));
    assertTrue(
        refused.getMessage().startsWith("nothing is bound by the name 'ad'; bound are "),
        refused::getMessage);
    assertTrue(opened.bound().contains("greet(std::string) -> std::string"));
    assertTrue(opened.bound().contains("Counter#add(int) -> int"));
  }

  @Test
  void anExceptionThatNobodyCatchesIsTold() {
    try (var other = CppLibraries.open(Fixtures.module("bound"))) {
      var trap = assertThrows(Trap.class, () -> other.call("fail"));
      assertEquals(
          "abort: a C++ exception of type std::runtime_error was not caught: failed",
          trap.getMessage());
    }
  }

  @Test
  void aLibraryMayStartThreads() {
    try (var library = CppLibraries.open(Fixtures.module("pthreads-bound-threads"))) {
      assertEquals(5050, library.call("addUp", 100, 3));
      assertEquals(5050, library.call("addUp", 100, 1));
      try (var adder = library.create("Adder", 2)) {
        assertEquals(55, adder.call("upTo", 10));
      }
      var failed = assertThrows(GuestFailure.class, () -> library.call("trapInThread"));
      assertTrue(failed.getMessage().contains("unreachable"), failed::getMessage);
    }
  }

  @Test
  void aProgramWithoutBindingsHasNoneToCall() {
    try (var program = CppLibraries.open(Fixtures.module("pthreads-join"))) {
      assertEquals(List.of(), program.bound());
    }
  }
}
