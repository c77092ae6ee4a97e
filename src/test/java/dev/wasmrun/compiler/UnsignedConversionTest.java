package dev.wasmrun.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.dylibso.chicory.runtime.ExportFunction;
import dev.wasmrun.Snippets;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Unsigned numbers of 64 bits become the nearest float, and of two as near the even one. */
class UnsignedConversionTest {
  private static final int I64_CONST = 0x42;
  private static final int F32_CONVERT_I64_U = 0xB5;
  private static final int F64_CONVERT_I64_U = 0xBA;
  private static final int I32_REINTERPRET_F32 = 0xBC;
  private static final int I64_REINTERPRET_F64 = 0xBD;
  private static final int I64_SHR_U = 0x88;
  private static final int I32_WRAP_I64 = 0xA7;

  @ParameterizedTest
  @EnumSource(Execution.class)
  void everyNumberBecomesTheNearest(Execution execution) {
    List<Long> numbers = numbers();
    var snippets = new Snippets();
    for (long number : numbers) {
      snippets.body(1, code(number, F32_CONVERT_I64_U, I32_REINTERPRET_F32));
      snippets.body(1, code(number, F64_CONVERT_I64_U, I64_REINTERPRET_F64, I32_WRAP_I64));
      snippets.body(
          1,
          code(
              number,
              F64_CONVERT_I64_U,
              I64_REINTERPRET_F64,
              I64_CONST,
              32,
              I64_SHR_U,
              I32_WRAP_I64));
    }
    List<ExportFunction> functions = snippets.functions(execution);
    for (int i = 0; i < numbers.size(); i++) {
      String digits = Long.toUnsignedString(numbers.get(i));
      var exact = new BigInteger(digits);
      int narrow = Float.floatToRawIntBits(exact.floatValue());
      long wide = Double.doubleToRawLongBits(exact.doubleValue());
      assertEquals(narrow, result(functions.get(3 * i)), digits);
      assertEquals((int) wide, result(functions.get(3 * i + 1)), digits);
      assertEquals((int) (wide >>> 32), result(functions.get(3 * i + 2)), digits);
    }
  }

  private static int result(ExportFunction function) {
    return (int) function.apply(0)[0];
  }

  /** Around every power of two and every half-way point behind it, for both precisions. */
  private static List<Long> numbers() {
    var numbers = new ArrayList<Long>();
    for (int bit = 20; bit < 64; bit++) {
      for (int precision : new int[] {23, 52}) {
        int last = Math.max(0, bit - precision);
        for (long steps = 0; steps < 4; steps++) {
          for (long offset = -1; offset <= 1; offset++) {
            numbers.add((1L << bit) + (steps << last) + (last == 0 ? 0 : 1L << last - 1) + offset);
          }
        }
      }
    }
    numbers.addAll(List.of(-1L, -2L, 0L, Long.MIN_VALUE, Long.MAX_VALUE));
    return numbers.stream().distinct().toList();
  }

  private static int[] code(long number, int... operations) {
    var code = new ArrayList<Integer>(List.of(I64_CONST));
    for (long rest = number; ; rest >>= 7) {
      int low = (int) (rest & 0x7F);
      boolean last = rest >> 6 == 0 || rest >> 6 == -1;
      code.add(last ? low : low | 0x80);
      if (last) {
        break;
      }
    }
    for (int operation : operations) {
      code.add(operation);
    }
    return code.stream().mapToInt(Integer::intValue).toArray();
  }
}
