package dev.wasmrun.wast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wasmrun.engine.Engine;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ExpectationsTest {
  private static final List<String> LINES =
      List.of(
          "# A comment, and counts.",
          "scripts 3",
          "passed  40",
          "",
          "a.wast:7,9-11 both \"was accepted\" it is valid now",
          "a.wast:20 compiler \"trapped\" of the compiler",
          "b.wast:* interpreter sometimes \"returned\" of a JDK");

  @Test
  void countsAreRead() {
    var expectations = Expectations.of(LINES, Engine.COMPILER);
    assertEquals(3, expectations.scripts());
    assertEquals(40, expectations.passed());
    assertEquals(Set.of("a.wast"), expectations.named());
  }

  @Test
  void aFailureIsExpectedAtItsLineOnItsEngineWithItsMessage() {
    var compiler = Expectations.of(LINES, Engine.COMPILER);
    var valid = Optional.of("it is valid now");
    assertEquals(valid, compiler.reason("a.wast", 7, "was accepted   (module)"));
    assertEquals(valid, compiler.reason("a.wast", 10, "was accepted"));
    assertEquals(Optional.empty(), compiler.reason("a.wast", 8, "was accepted"));
    assertEquals(Optional.empty(), compiler.reason("a.wast", 12, "was accepted"));
    assertEquals(Optional.empty(), compiler.reason("b.wast", 7, "was accepted"));
    assertEquals(Optional.empty(), compiler.reason("a.wast", 7, "returned 1"));
    assertEquals(Optional.of("of the compiler"), compiler.reason("a.wast", 20, "trapped: x"));
    assertEquals(Optional.empty(), compiler.reason("b.wast", 1, "returned 1"));
    var interpreter = Expectations.of(LINES, Engine.INTERPRETER);
    assertEquals(Optional.empty(), interpreter.reason("a.wast", 20, "trapped: x"));
    assertEquals(Optional.of("of a JDK"), interpreter.reason("b.wast", 1234, "returned 1"));
  }

  @Test
  void whatDoesNotShowIsStaleUnlessItIsForSometimes() {
    var expectations = Expectations.of(LINES, Engine.INTERPRETER);
    assertEquals(List.of("line 5 of the expectations is stale"), expectations.stale("a.wast"));
    assertEquals(List.of(), expectations.stale("b.wast"));
    expectations.reason("a.wast", 9, "was accepted");
    assertEquals(List.of(), expectations.stale("a.wast"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a.wast:7 both no message", "a.wast both \"m\" r", "a.wast:7 both \"m\"", "x 3"})
  void aLineWithoutMeaningIsRefused(String line) {
    assertThrows(
        IllegalArgumentException.class, () -> Expectations.of(List.of(line), Engine.COMPILER));
  }

  @Test
  void anUnknownEngineIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> Expectations.of(List.of("a.wast:7 jit \"m\" r"), Engine.COMPILER));
  }
}
