package dev.wasmrun.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.module.ValueType;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ValuesTest {
  @Property
  void integersRoundTripInEveryNotation(@ForAll long value) {
    assertEquals(value, Values.parse(ValueType.I64, Long.toString(value)));
    assertEquals(value, Values.parse(ValueType.I64, Long.toUnsignedString(value)));
    assertEquals(value, Values.parse(ValueType.I64, "0x" + Long.toHexString(value)));
    assertEquals(Long.toString(value), Values.format(ValueType.I64, value));
    int narrow = (int) value;
    assertEquals(narrow, Values.parse(ValueType.I32, Integer.toString(narrow)));
    assertEquals(narrow, Values.parse(ValueType.I32, Integer.toUnsignedString(narrow)));
    assertEquals(narrow, Values.parse(ValueType.I32, "0X" + Integer.toHexString(narrow)));
  }

  @Property
  void floatsRoundTrip(@ForAll float single, @ForAll double twice) {
    long bits = Values.parse(ValueType.F32, Float.toString(single));
    assertEquals(Float.toString(single), Values.format(ValueType.F32, bits));
    long wideBits = Values.parse(ValueType.F64, Double.toString(twice));
    assertEquals(Double.toString(twice), Values.format(ValueType.F64, wideBits));
  }

  @Test
  void theSignedAndTheUnsignedRangeFitAndNothingMore() {
    assertEquals(-1, Values.parse(ValueType.I32, "4294967295"));
    assertEquals(Integer.MIN_VALUE, Values.parse(ValueType.I32, "-2147483648"));
    assertTooLarge(ValueType.I32, "4294967296");
    assertTooLarge(ValueType.I32, "-2147483649");
    assertEquals(-1, Values.parse(ValueType.I64, "18446744073709551615"));
    assertTooLarge(ValueType.I64, "18446744073709551616");
    assertTooLarge(ValueType.I64, "-0x8000000000000001");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-", "0x", "1.5", "1e3", "--5", "+-5", "five", "0xg", " 1", "1 "})
  void whatIsNoIntegerIsRefused(String text) {
    var e = assertThrows(UsageException.class, () -> Values.parse(ValueType.I32, text));
    assertTrue(e.getMessage().contains("is not an i32"), e::getMessage);
  }

  @Test
  void floatsHaveNamesForInfinityAndNan() {
    assertEquals("Infinity", format("inf"));
    assertEquals("-Infinity", format("-inf"));
    assertEquals("NaN", format("nan"));
    assertThrows(UsageException.class, () -> Values.parse(ValueType.F64, "much"));
  }

  @Test
  void referencesHaveNoText() {
    assertThrows(UsageException.class, () -> Values.parse(ValueType.REF, "0"));
    assertThrows(UsageException.class, () -> Values.parseAny(ValueType.REF, "0"));
  }

  @Test
  void aVectorIsANumberForEachLane() {
    assertEquals("i32x4:1,-2,3,16", vector("i32x4:1,-2,3,0x10"));
    assertEquals("i32x4:1,0,-1,-1", vector("i64x2:1,18446744073709551615"));
    assertEquals("i32x4:131071,-65536,0,458752", vector("i16x8:-1,1,0,65535,0,0,0,7"));
    String bytes = "i8x16:1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,255";
    assertEquals("i32x4:67305985,134678021,202050057,-15790579", vector(bytes));
    assertEquals("i32x4:1065353216,0,-8388608,2143289344", vector("f32x4:1,0,-inf,nan"));
    assertEquals("i32x4:0,1072693248,0,-1074790400", vector("f64x2:1,-1"));
    assertEquals("i32x4:4,3,2,1", vector("0x1000000020000000300000004"));
  }

  private static String vector(String text) {
    long[] halves = Values.parseAny(ValueType.V128, text);
    assertEquals(2, halves.length);
    return Values.formatAll(List.of(ValueType.V128), halves).get(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "0x",
        "1,2,3,4",
        "i32x4:1,2,3",
        "i32x4:1,2,3,4,5",
        "i32x4:1,2,3,",
        "i32x4:",
        "i8x8:1,2,3,4,5,6,7,8",
        "i32x4:1,2,3,x",
        "i16x8:1,2,3,4,5,6,7,65536",
        "f64x2:1,one",
        "0x123456789012345678901234567890123"
      })
  void whatIsNoVectorIsRefusedInOneLine(String text) {
    var e = assertThrows(UsageException.class, () -> Values.parseAny(ValueType.V128, text));
    assertEquals(1, e.getMessage().lines().count());
  }

  private static String format(String text) {
    return Values.format(ValueType.F64, Values.parse(ValueType.F64, text));
  }

  private static void assertTooLarge(ValueType type, String text) {
    var e = assertThrows(UsageException.class, () -> Values.parse(type, text));
    assertTrue(e.getMessage().contains("does not fit"), e::getMessage);
  }
}
