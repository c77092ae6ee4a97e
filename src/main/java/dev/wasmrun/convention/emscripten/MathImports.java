package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.ClockAndRandomness;
import dev.wasmrun.guest.Guest;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** The imports of {@code emscripten/em_math.h}: the functions of JavaScript's {@code Math}. */
final class MathImports {
  private static final String PREFIX = "emscripten_math_";
  private static final double LOG_2 = Math.log(2);

  /** As many as a double can tell apart in [0, 1). */
  private static final int RANDOM_BITS = 53;

  private final ClockAndRandomness circumstances;
  private final Map<String, Import> imports = new HashMap<>();

  MathImports(ClockAndRandomness circumstances) {
    this.circumstances = circumstances;
  }

  Map<String, Import> all() {
    one("cbrt", Math::cbrt);
    one("sign", Math::signum);
    one("sqrt", Math::sqrt);
    one("exp", Math::exp);
    one("expm1", Math::expm1);
    one("log", Math::log);
    one("log1p", Math::log1p);
    one("log10", Math::log10);
    one("log2", MathImports::log2);
    one("round", MathImports::round);
    one("acos", Math::acos);
    one("asin", Math::asin);
    one("atan", Math::atan);
    one("cos", Math::cos);
    one("sin", Math::sin);
    one("tan", Math::tan);
    one("cosh", Math::cosh);
    one("sinh", Math::sinh);
    one("tanh", Math::tanh);
    one("acosh", x -> Math.log(x + Math.sqrt(x * x - 1)));
    one("asinh", x -> Math.copySign(Math.log(Math.abs(x) + Math.sqrt(x * x + 1)), x));
    one("atanh", x -> Math.log1p(2 * x / (1 - x)) / 2);
    two("pow", Math::pow);
    two("fmod", (x, y) -> x % y);
    two("atan2", Math::atan2);
    imports.put(PREFIX + "hypot", new Import(2, (caller, args) -> hypotenuse(caller, args)));
    imports.put(PREFIX + "random", new Import(0, (caller, args) -> bits(random())));
    return imports;
  }

  private void one(String name, DoubleUnaryOperator function) {
    imports.put(
        PREFIX + name,
        new Import(1, (caller, args) -> bits(function.applyAsDouble(number(args[0])))));
  }

  private void two(String name, DoubleBinaryOperator function) {
    imports.put(
        PREFIX + name,
        new Import(
            2, (caller, args) -> bits(function.applyAsDouble(number(args[0]), number(args[1])))));
  }

  private static double number(long bits) {
    return Double.longBitsToDouble(bits);
  }

  private static long bits(double number) {
    return Double.doubleToRawLongBits(number);
  }

  /** Exact for powers of two, as it is in JavaScript. */
  private static double log2(double x) {
    int exponent = Math.getExponent(x);
    boolean normal = exponent >= Double.MIN_EXPONENT && exponent <= Double.MAX_EXPONENT && x > 0;
    return normal
        ? exponent + Math.log(x / Math.scalb(1.0, exponent)) / LOG_2
        : Math.log(x) / LOG_2;
  }

  /** Halves go up, as in JavaScript; a zero keeps its sign. */
  private static double round(double x) {
    double down = Math.floor(x);
    return Math.copySign(x - down >= 0.5 ? down + 1 : down, x);
  }

  /** Of as many numbers as there are, in memory, behind their count. */
  private static long hypotenuse(Guest caller, long[] args) {
    double sum = 0;
    for (int i = 0; i < (int) args[0]; i++) {
      sum = Math.hypot(sum, caller.memory().getDouble((int) args[1] + i * Double.BYTES));
    }
    return bits(sum);
  }

  private double random() {
    var bytes = new byte[Long.BYTES];
    circumstances.fillRandomly(bytes);
    return (ByteBuffer.wrap(bytes).getLong() >>> Long.SIZE - RANDOM_BITS) * 0x1p-53;
  }
}
