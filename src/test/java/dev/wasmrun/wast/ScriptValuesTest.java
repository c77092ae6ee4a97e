package dev.wasmrun.wast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ScriptValuesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-1, -1",
    "4294967295, -1",
    "0xffff_ffff, -1",
    "-0x8000_0000, -2147483648",
    "+7, 7"
  })
  void integersOf32BitsAreReadSignedAndUnsigned(String literal, long expected) {
    assertEquals(expected, Literals.integer(literal, 32));
  }

  @ParameterizedTest
  @ValueSource(strings = {"4294967296", "-2147483649", "0x1_0000_0000", "", "x", "1.5"})
  void whatDoesNotFitIn32BitsIsRefused(String literal) {
    assertThrows(NumberFormatException.class, () -> Literals.integer(literal, 32));
  }

  @Test
  void integersOf64BitsAreReadSignedAndUnsigned() {
    assertEquals(-1, Literals.integer("18446744073709551615", 64));
    assertEquals(Long.MIN_VALUE, Literals.integer("-0x8000000000000000", 64));
    assertThrows(NumberFormatException.class, () -> Literals.integer("18446744073709551616", 64));
  }

  @ParameterizedTest
  @CsvSource({
    "1.5, 3fc00000",
    "-0, 80000000",
    "0x1.8p1, 40400000",
    "0x1p-149, 00000001",
    "0x1_0, 41800000",
    "1e1_0, 501502f9",
    "inf, 7f800000",
    "-inf, ff800000",
    "nan, 7fc00000",
    "-nan, ffc00000",
    "nan:0x200000, 7fa00000",
    "-nan:0x1, ff800001"
  })
  void floatsAreReadToTheBit(String literal, String bits) {
    assertEquals(bits, "%08x".formatted(Literals.f32(literal)));
  }

  @ParameterizedTest
  @CsvSource({
    "0.1, 3fb999999999999a",
    "-0x1.fffffffffffffp+1023, ffefffffffffffff",
    "-inf, fff0000000000000",
    "nan, 7ff8000000000000",
    "-nan:0x4000000000000, fff4000000000000"
  })
  void doublesAreReadToTheBit(String literal, String bits) {
    assertEquals(bits, "%016x".formatted(Literals.f64(literal)));
  }

  @Test
  void aCanonicalNanHasNothingButItsQuietBit() {
    Node canonical = node("(f32.const nan:canonical)");
    assertTrue(ScriptValues.matches(canonical, 0x7FC00000));
    assertTrue(ScriptValues.matches(canonical, 0xFFC00000L));
    assertFalse(ScriptValues.matches(canonical, 0x7FC00001));
    assertFalse(ScriptValues.matches(canonical, 0x7F800000));
    assertTrue(ScriptValues.matches(node("(f64.const nan:canonical)"), 0xFFF8000000000000L));
    assertFalse(ScriptValues.matches(node("(f64.const nan:canonical)"), 0x7FF8000000000001L));
  }

  @Test
  void anArithmeticNanHasItsQuietBit() {
    Node arithmetic = node("(f32.const nan:arithmetic)");
    assertTrue(ScriptValues.matches(arithmetic, 0xFFC00001));
    assertFalse(ScriptValues.matches(arithmetic, 0x7FA00000));
    assertTrue(ScriptValues.matches(node("(f64.const nan:arithmetic)"), 0x7FF8000000000001L));
    assertFalse(ScriptValues.matches(node("(f64.const nan:arithmetic)"), 0x7FF4000000000000L));
  }

  @Test
  void aNanOfOlderScriptsHasTheWidthOfTheResult() {
    assertTrue(ScriptValues.matches(ScriptValues.CANONICAL_NAN, 0xFFFFFFFFFFC00000L));
    assertTrue(ScriptValues.matches(ScriptValues.CANONICAL_NAN, 0x7FF8000000000000L));
    assertFalse(ScriptValues.matches(ScriptValues.CANONICAL_NAN, 0x7FC00001));
    assertTrue(ScriptValues.matches(ScriptValues.ARITHMETIC_NAN, 0x7FC00001));
    assertFalse(ScriptValues.matches(ScriptValues.ARITHMETIC_NAN, 0x7F800000));
  }

  @Test
  void eitherMatchesAnyOfItsValues() {
    Node either = node("(either (i32.const 0) (i32.const 42))");
    assertTrue(ScriptValues.matches(either, 42));
    assertTrue(ScriptValues.matches(either, 0));
    assertFalse(ScriptValues.matches(either, 1));
  }

  @Test
  void referencesAreNullOrNot() {
    assertTrue(ScriptValues.matches(node("(ref.null func)"), -1));
    assertFalse(ScriptValues.matches(node("(ref.null func)"), 3));
    assertTrue(ScriptValues.matches(node("(ref.func)"), 3));
    assertFalse(ScriptValues.matches(node("(ref.func)"), -1));
    assertTrue(ScriptValues.matches(node("(ref.extern 3)"), 3));
    assertFalse(ScriptValues.matches(node("(ref.extern 3)"), 4));
  }

  @Test
  void resultsMatchInNumberAndOrder() {
    List<Node> expected = List.of(node("(i32.const 1)"), node("(i64.const 2)"));
    assertTrue(ScriptValues.matchAll(expected, new long[] {1, 2}));
    assertFalse(ScriptValues.matchAll(expected, new long[] {2, 1}));
    assertFalse(ScriptValues.matchAll(expected, new long[] {1}));
  }

  @Test
  void whatIsNoConstantIsRefused() {
    assertThrows(ScriptException.class, () -> ScriptValues.argument(node("(i32.add 1)")));
  }

  private static Node node(String source) {
    return NodeReader.read(source).get(0);
  }
}
