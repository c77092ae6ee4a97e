package dev.wasmrun.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.convention.emscripten.BoundObject;
import dev.wasmrun.convention.emscripten.EmscriptenLibrary;
import dev.wasmrun.guest.GuestFailure;
import dev.wasmrun.guest.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** Constants, overloads, properties, variables and smart pointers that C++ binds by embind. */
@Timeout(120)
final class BoundMembersTest {
  private EmscriptenLibrary library;

  @BeforeEach
  void open() {
    library = CppLibraries.open(Fixtures.module("bound-members"));
  }

  @AfterEach
  void close() {
    library.close();
  }

  private BoundObject object(String name, Object... args) {
    return (BoundObject) library.call(name, args);
  }

  private static void refused(String why, Executable what) {
    assertEquals(why, assertThrows(UsageException.class, what).getMessage());
  }

  @Test
  void constantsHaveTheirValues() {
    assertEquals(1000, library.get("LIMIT"));
    assertEquals(1 / 3.0, library.get("THIRD"));
    assertEquals(0.5f, library.get("HALF"));
    assertEquals(true, library.get("YES"));
    assertEquals("1.2", library.get("VERSION"));
    assertEquals("1.2", library.get("VERSION"));
    refused("LIMIT is a constant", () -> library.set("LIMIT", 5));
    assertTrue(library.bound().contains("LIMIT = 1000"));
  }

  @Test
  void overloadsAreToldApartByTheNumberOfArguments() {
    assertEquals(1, library.call("sum", 1));
    assertEquals(3, library.call("sum", 1, 2));
    refused(
        "none of sum(int) -> int, sum(int, int) -> int takes 3 arguments",
        () -> library.call("sum", 1, 2, 3));
    var square = object("known");
    assertEquals(9.0, square.call("scaled"));
    assertEquals(18.0, square.call("scaled", 2));
    assertEquals(19.0, square.call("scaled", 2, 1));
    refused("scaled() -> double takes 0 arguments, got 3", () -> square.call("scaled", 1, 2, 3));
  }

  @Test
  void anObjectIsOfTheClassThatItIs() {
    var square = object("known"); // which returns a Shape*
    assertEquals("an object of class Square", square.toString());
    assertEquals(9.0, square.call("area"));
    assertEquals(3.0, square.get("side"));
    assertEquals("square", square.get("name")); // of the class that it extends
  }

  @Test
  void propertiesAreReadAndSet() {
    try (var square = library.create("Square", 2)) {
      square.set("side", 5);
      square.set("name", "wörld");
      assertEquals(25.0, square.call("area"));
      assertEquals("wörld", square.get("name"));
      refused("Square.readOnly can only be read", () -> square.set("readOnly", 1));
      refused("'x' is no double: expected a number", () -> square.set("side", "x"));
      refused("null is no double", () -> square.set("side", null));
      refused(
          "class Square has no property 'nothing'; it has name, readOnly, side",
          () -> square.get("nothing"));
      assertTrue(library.bound().contains("Square#side: double"));
    }
  }

  @Test
  void variablesOfAClassAreReadAndSet() {
    assertEquals(4, library.get("Square.most"));
    library.set("Square.most", 9);
    assertEquals(9, library.get("Square.most"));
    refused("'x' is no int: expected a whole number", () -> library.set("Square.most", "x"));
    assertTrue(library.bound().contains("Square.most: int"));
  }

  @Test
  void aPointerMayBeNull() {
    assertNull(library.call("nobody"));
    assertEquals(1, library.call("isNobody", (Object) null));
    try (var shape = library.create("Shape")) {
      assertEquals(0, library.call("isNobody", shape));
    }
    refused("null is no std::wstring", () -> library.call("wide", (Object) null));
  }

  @Test
  void anObjectEndsOnce() {
    int before = (int) library.call("alive");
    var square = library.create("Square", 2);
    assertEquals(before + 1, library.call("alive"));
    square.close();
    square.close();
    assertEquals(before, library.call("alive"));
  }

  @Test
  void aSmartPointerKeepsItsObjectUntilAllAreClosed() {
    try (var first = library.create("Node", 1);
        var second = object("node", 2)) {
      library.call("link", first, second);
      assertEquals(2, library.call("owners", second));
      try (var next = object("nextOf", first)) {
        assertEquals(2, next.get("number"));
        assertEquals(3, library.call("owners", second));
      }
      assertEquals(2, library.call("owners", second));
      library.call("link", first, null);
      assertEquals(1, library.call("owners", second));
      assertNull(library.call("nextOf", first));
      assertEquals(0, library.call("owners", (Object) null));
    }
    var closed = object("node", 3);
    closed.close();
    refused("an object of class Node is deleted", () -> library.call("owners", closed));
    refused(
        "'5' is no std::shared_ptr: expected an object that such a pointer keeps"
            .replace("std::shared_ptr", smartPointer()),
        () -> library.call("owners", 5));
  }

  /** What embind calls the type: the class's name with something before it. */
  private String smartPointer() {
    String owners =
        library.bound().stream().filter(line -> line.startsWith("owners(")).findFirst().get();
    return owners.substring("owners(".length(), owners.indexOf(')'));
  }

  @Test
  void wideTextHasItsUnits() {
    assertEquals("aé\uD83D\uDE00", library.call("wide", "aé"));
    assertEquals("\uD83D\uDE00", library.call("wide", ""));
    assertEquals("cba", library.call("units", "abc"));
    String large = "x".repeat(50_000);
    for (int i = 0; i < 1000; i++) { // its memory of 16 MiB has room for few that are not freed
      assertEquals(large, library.call("units", large));
    }
  }

  @Test
  void aFunctionOfJavaIsCalled() {
    var texts = new ArrayList<Object>();
    Function<List<Object>, Object> square =
        args -> {
          texts.add(args.get(1));
          int number = (int) args.get(0);
          return number * number;
        };
    assertEquals(14.0, library.call("total", 4, square));
    assertEquals(List.of("0", "1", "2", "3"), texts);
    Function<List<Object>, Object> failing =
        args -> {
          throw new IllegalStateException("no more");
        };
    var failed = assertThrows(GuestFailure.class, () -> library.call("total", 4, failing));
    assertTrue(failed.getMessage().contains("no more"), failed::getMessage);
  }

  @Test
  void theCommandLineReadsAndSetsThem() throws InterruptedException {
    assertEquals("1.2\n", invoked("VERSION"));
    assertEquals("4\n", invoked("Square.most"));
    assertEquals("7\n", invoked("Square.most", "7"));
    assertEquals("2.0\n", invoked("Square(2)#side"));
    assertEquals("6.0\n", invoked("Square(2)#side", "6"));
    assertEquals("4.0\n", invoked("Square(2)#area"));
    var failed = assertThrows(RunFailure.class, () -> invoked("VERSION", "2"));
    assertTrue(failed.getMessage().contains("VERSION is a constant"), failed::getMessage);
    failed = assertThrows(RunFailure.class, () -> invoked("Square.most", "1", "2"));
    assertTrue(failed.getMessage().contains("Square.most takes one value, got 2"));
  }

  private static String invoked(String name, String... args) throws InterruptedException {
    return ModuleRun.of(Fixtures.module("bound-members"))
        .invoke(name)
        .args(List.of(args))
        .run()
        .orThrow()
        .output();
  }
}
