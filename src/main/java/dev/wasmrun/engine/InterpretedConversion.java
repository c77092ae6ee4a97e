package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.MStack;
import dev.wasmrun.compiler.runtime.Numeric;
import java.math.BigDecimal;

/**
 * Conversions of unsigned numbers of 64 bits in interpreted code. Chicory 1.7.5 rounds some of
 * those with the highest bit set to the wrong neighbour: it adds before it cuts off, where a bit
 * should only be remembered.
 */
final class InterpretedConversion {
  private InterpretedConversion() {}

  /** Before f32.convert_i64_u: leaves a number that is converted exactly, to what is right. */
  static void toFloat(MStack stack) {
    long number = stack.peek();
    if (number < 0) {
      replace(stack, new BigDecimal(Numeric.f32_convert_i64_u(number)));
    }
  }

  /** Before f64.convert_i64_u: leaves a number that is converted exactly, to what is right. */
  static void toDouble(MStack stack) {
    long number = stack.peek();
    if (number < 0) {
      replace(stack, new BigDecimal(Numeric.f64_convert_i64_u(number)));
    }
  }

  private static void replace(MStack stack, BigDecimal result) {
    // 2 to the 64th is no number of 64 bits; what is converted to it is converted rightly.
    if (result.toBigInteger().bitLength() <= Long.SIZE) {
      stack.pop();
      stack.push(result.toBigInteger().longValue());
    }
  }
}
