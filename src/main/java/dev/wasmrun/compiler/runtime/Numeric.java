package dev.wasmrun.compiler.runtime;

import com.dylibso.chicory.runtime.WasmException;
import com.dylibso.chicory.runtime.WasmRuntimeException;

/**
 * Numeric instructions that take more than an instruction or two of the JVM. A method has the name
 * of its instruction; generated code calls it, and HotSpot inlines it.
 *
 * <p>No result is a signalling NaN (section 4.3.3, "NaN propagation"); which payload a quiet one
 * keeps is left open there, and is what the processor makes of it.
 */
public final class Numeric {
  private static final long LOW_HALF = 0xFFFF_FFFFL;
  private static final int QUIET = 0x0040_0000;
  private static final long QUIET_WIDE = 0x0008_0000_0000_0000L;
  private static final double TWO_TO_31 = 0x1p31;
  private static final double TWO_TO_32 = 0x1p32;
  private static final double TWO_TO_63 = 0x1p63;
  private static final double TWO_TO_64 = 0x1p64;

  private Numeric() {}

  /** i32.eqz. */
  public static int i32_eqz(int x) {
    return x == 0 ? 1 : 0;
  }

  /** i32.eq. */
  public static int i32_eq(int a, int b) {
    return a == b ? 1 : 0;
  }

  /** i32.ne. */
  public static int i32_ne(int a, int b) {
    return a != b ? 1 : 0;
  }

  /** i32.lt_s. */
  public static int i32_lt_s(int a, int b) {
    return a < b ? 1 : 0;
  }

  /** i32.gt_s. */
  public static int i32_gt_s(int a, int b) {
    return a > b ? 1 : 0;
  }

  /** i32.le_s. */
  public static int i32_le_s(int a, int b) {
    return a <= b ? 1 : 0;
  }

  /** i32.ge_s. */
  public static int i32_ge_s(int a, int b) {
    return a >= b ? 1 : 0;
  }

  /** i32.lt_u. */
  public static int i32_lt_u(int a, int b) {
    return (a & LOW_HALF) < (b & LOW_HALF) ? 1 : 0;
  }

  /** i32.gt_u. */
  public static int i32_gt_u(int a, int b) {
    return (a & LOW_HALF) > (b & LOW_HALF) ? 1 : 0;
  }

  /** i32.le_u. */
  public static int i32_le_u(int a, int b) {
    return (a & LOW_HALF) <= (b & LOW_HALF) ? 1 : 0;
  }

  /** i32.ge_u. */
  public static int i32_ge_u(int a, int b) {
    return (a & LOW_HALF) >= (b & LOW_HALF) ? 1 : 0;
  }

  /** i64.eqz. */
  public static int i64_eqz(long x) {
    return x == 0 ? 1 : 0;
  }

  /** i64.eq. */
  public static int i64_eq(long a, long b) {
    return a == b ? 1 : 0;
  }

  /** i64.ne. */
  public static int i64_ne(long a, long b) {
    return a != b ? 1 : 0;
  }

  /** i64.lt_s. */
  public static int i64_lt_s(long a, long b) {
    return a < b ? 1 : 0;
  }

  /** i64.gt_s. */
  public static int i64_gt_s(long a, long b) {
    return a > b ? 1 : 0;
  }

  /** i64.le_s. */
  public static int i64_le_s(long a, long b) {
    return a <= b ? 1 : 0;
  }

  /** i64.ge_s. */
  public static int i64_ge_s(long a, long b) {
    return a >= b ? 1 : 0;
  }

  /** i64.lt_u. */
  public static int i64_lt_u(long a, long b) {
    return Long.compareUnsigned(a, b) < 0 ? 1 : 0;
  }

  /** i64.gt_u. */
  public static int i64_gt_u(long a, long b) {
    return Long.compareUnsigned(a, b) > 0 ? 1 : 0;
  }

  /** i64.le_u. */
  public static int i64_le_u(long a, long b) {
    return Long.compareUnsigned(a, b) <= 0 ? 1 : 0;
  }

  /** i64.ge_u. */
  public static int i64_ge_u(long a, long b) {
    return Long.compareUnsigned(a, b) >= 0 ? 1 : 0;
  }

  /** f32.eq. */
  public static int f32_eq(float a, float b) {
    return a == b ? 1 : 0;
  }

  /** f32.ne. */
  public static int f32_ne(float a, float b) {
    return a != b ? 1 : 0;
  }

  /** f32.lt. */
  public static int f32_lt(float a, float b) {
    return a < b ? 1 : 0;
  }

  /** f32.gt. */
  public static int f32_gt(float a, float b) {
    return a > b ? 1 : 0;
  }

  /** f32.le. */
  public static int f32_le(float a, float b) {
    return a <= b ? 1 : 0;
  }

  /** f32.ge. */
  public static int f32_ge(float a, float b) {
    return a >= b ? 1 : 0;
  }

  /** f64.eq. */
  public static int f64_eq(double a, double b) {
    return a == b ? 1 : 0;
  }

  /** f64.ne. */
  public static int f64_ne(double a, double b) {
    return a != b ? 1 : 0;
  }

  /** f64.lt. */
  public static int f64_lt(double a, double b) {
    return a < b ? 1 : 0;
  }

  /** f64.gt. */
  public static int f64_gt(double a, double b) {
    return a > b ? 1 : 0;
  }

  /** f64.le. */
  public static int f64_le(double a, double b) {
    return a <= b ? 1 : 0;
  }

  /** f64.ge. */
  public static int f64_ge(double a, double b) {
    return a >= b ? 1 : 0;
  }

  /** i32.clz. */
  public static int i32_clz(int x) {
    return Integer.numberOfLeadingZeros(x);
  }

  /** i32.ctz. */
  public static int i32_ctz(int x) {
    return Integer.numberOfTrailingZeros(x);
  }

  /** i32.popcnt. */
  public static int i32_popcnt(int x) {
    return Integer.bitCount(x);
  }

  /** i32.div_s. */
  public static int i32_div_s(int a, int b) {
    if (b == 0) {
      throw divideByZero();
    }
    if (b == -1 && a == Integer.MIN_VALUE) {
      throw overflow();
    }
    return a / b;
  }

  /** i32.rem_s. */
  public static int i32_rem_s(int a, int b) {
    if (b == 0) {
      throw divideByZero();
    }
    return a % b;
  }

  /** i32.div_u. */
  public static int i32_div_u(int a, int b) {
    if (b == 0) {
      throw divideByZero();
    }
    return (int) ((a & LOW_HALF) / (b & LOW_HALF));
  }

  /** i32.rem_u. */
  public static int i32_rem_u(int a, int b) {
    if (b == 0) {
      throw divideByZero();
    }
    return (int) ((a & LOW_HALF) % (b & LOW_HALF));
  }

  /** i32.rotl. */
  public static int i32_rotl(int x, int distance) {
    return Integer.rotateLeft(x, distance);
  }

  /** i32.rotr. */
  public static int i32_rotr(int x, int distance) {
    return Integer.rotateRight(x, distance);
  }

  /** i64.clz. */
  public static long i64_clz(long x) {
    return Long.numberOfLeadingZeros(x);
  }

  /** i64.ctz. */
  public static long i64_ctz(long x) {
    return Long.numberOfTrailingZeros(x);
  }

  /** i64.popcnt. */
  public static long i64_popcnt(long x) {
    return Long.bitCount(x);
  }

  /** i64.div_s. */
  public static long i64_div_s(long a, long b) {
    if (b == 0) {
      throw divideByZero();
    }
    if (b == -1 && a == Long.MIN_VALUE) {
      throw overflow();
    }
    return a / b;
  }

  /** i64.rem_s. */
  public static long i64_rem_s(long a, long b) {
    if (b == 0) {
      throw divideByZero();
    }
    return a % b;
  }

  /** i64.div_u. */
  public static long i64_div_u(long a, long b) {
    if (b == 0) {
      throw divideByZero();
    }
    return (a | b) >= 0 ? a / b : Long.divideUnsigned(a, b);
  }

  /** i64.rem_u. */
  public static long i64_rem_u(long a, long b) {
    if (b == 0) {
      throw divideByZero();
    }
    return (a | b) >= 0 ? a % b : Long.remainderUnsigned(a, b);
  }

  /** i64.rotl. */
  public static long i64_rotl(long x, long distance) {
    return Long.rotateLeft(x, (int) distance);
  }

  /** i64.rotr. */
  public static long i64_rotr(long x, long distance) {
    return Long.rotateRight(x, (int) distance);
  }

  /** f32.abs, which clears the sign of a NaN, too. */
  public static float f32_abs(float x) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(x) & Integer.MAX_VALUE);
  }

  /** f32.neg, which changes the sign of a NaN, too. */
  public static float f32_neg(float x) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(x) ^ Integer.MIN_VALUE);
  }

  /** f32.ceil. */
  public static float f32_ceil(float x) {
    return quieted((float) Math.ceil(x));
  }

  /** f32.floor. */
  public static float f32_floor(float x) {
    return quieted((float) Math.floor(x));
  }

  /** f32.trunc. */
  public static float f32_trunc(float x) {
    return x < 0 ? f32_ceil(x) : f32_floor(x);
  }

  /** f32.nearest. */
  public static float f32_nearest(float x) {
    return quieted((float) Math.rint(x));
  }

  /** f32.sqrt. */
  public static float f32_sqrt(float x) {
    return (float) Math.sqrt(x);
  }

  /** f32.min. */
  public static float f32_min(float a, float b) {
    return quieted(Math.min(a, b));
  }

  /** f32.max. */
  public static float f32_max(float a, float b) {
    return quieted(Math.max(a, b));
  }

  /** f32.copysign. */
  public static float f32_copysign(float magnitude, float sign) {
    return Float.intBitsToFloat(
        (Float.floatToRawIntBits(magnitude) & Integer.MAX_VALUE)
            | (Float.floatToRawIntBits(sign) & Integer.MIN_VALUE));
  }

  /** f64.abs, which clears the sign of a NaN, too. */
  public static double f64_abs(double x) {
    return Double.longBitsToDouble(Double.doubleToRawLongBits(x) & Long.MAX_VALUE);
  }

  /** f64.neg, which changes the sign of a NaN, too. */
  public static double f64_neg(double x) {
    return Double.longBitsToDouble(Double.doubleToRawLongBits(x) ^ Long.MIN_VALUE);
  }

  /** f64.ceil. */
  public static double f64_ceil(double x) {
    return quieted(Math.ceil(x));
  }

  /** f64.floor. */
  public static double f64_floor(double x) {
    return quieted(Math.floor(x));
  }

  /** f64.trunc. */
  public static double f64_trunc(double x) {
    return x < 0 ? f64_ceil(x) : f64_floor(x);
  }

  /** f64.nearest. */
  public static double f64_nearest(double x) {
    return quieted(Math.rint(x));
  }

  /** f64.sqrt. */
  public static double f64_sqrt(double x) {
    return Math.sqrt(x);
  }

  /** f64.min. */
  public static double f64_min(double a, double b) {
    return quieted(Math.min(a, b));
  }

  /** f64.max. */
  public static double f64_max(double a, double b) {
    return quieted(Math.max(a, b));
  }

  /** f64.copysign. */
  public static double f64_copysign(double magnitude, double sign) {
    return Double.longBitsToDouble(
        (Double.doubleToRawLongBits(magnitude) & Long.MAX_VALUE)
            | (Double.doubleToRawLongBits(sign) & Long.MIN_VALUE));
  }

  private static float quieted(float x) {
    return x == x ? x : Float.intBitsToFloat(Float.floatToRawIntBits(x) | QUIET);
  }

  private static double quieted(double x) {
    return x == x ? x : Double.longBitsToDouble(Double.doubleToRawLongBits(x) | QUIET_WIDE);
  }

  /** i32.trunc_f32_s. */
  public static int i32_trunc_f32_s(float x) {
    // Of the doubles, and so of all floats, these are cut to what fits.
    if (x < TWO_TO_31 && x > -TWO_TO_31 - 1) {
      return (int) x;
    }
    throw noInteger(x);
  }

  /** i32.trunc_f32_u. */
  public static int i32_trunc_f32_u(float x) {
    if (x < TWO_TO_32 && x > -1) {
      return (int) (long) x;
    }
    throw noInteger(x);
  }

  /** i64.trunc_f32_s. */
  public static long i64_trunc_f32_s(float x) {
    if (x < TWO_TO_63 && x >= -TWO_TO_63) {
      return (long) x;
    }
    throw noInteger(x);
  }

  /** i64.trunc_f32_u. */
  public static long i64_trunc_f32_u(float x) {
    if (x < TWO_TO_64 && x > -1) {
      return unsigned(x);
    }
    throw noInteger(x);
  }

  /** i32.trunc_sat_f32_s. */
  public static int i32_trunc_sat_f32_s(float x) {
    return (int) x;
  }

  /** i32.trunc_sat_f32_u. */
  public static int i32_trunc_sat_f32_u(float x) {
    return x >= TWO_TO_32 ? -1 : x > 0 ? (int) (long) x : 0;
  }

  /** i64.trunc_sat_f32_s. */
  public static long i64_trunc_sat_f32_s(float x) {
    return (long) x;
  }

  /** i64.trunc_sat_f32_u. */
  public static long i64_trunc_sat_f32_u(float x) {
    return x >= TWO_TO_64 ? -1 : x > 0 ? unsigned(x) : 0;
  }

  /** i32.trunc_f64_s. */
  public static int i32_trunc_f64_s(double x) {
    // Of the doubles, and so of all floats, these are cut to what fits.
    if (x < TWO_TO_31 && x > -TWO_TO_31 - 1) {
      return (int) x;
    }
    throw noInteger(x);
  }

  /** i32.trunc_f64_u. */
  public static int i32_trunc_f64_u(double x) {
    if (x < TWO_TO_32 && x > -1) {
      return (int) (long) x;
    }
    throw noInteger(x);
  }

  /** i64.trunc_f64_s. */
  public static long i64_trunc_f64_s(double x) {
    if (x < TWO_TO_63 && x >= -TWO_TO_63) {
      return (long) x;
    }
    throw noInteger(x);
  }

  /** i64.trunc_f64_u. */
  public static long i64_trunc_f64_u(double x) {
    if (x < TWO_TO_64 && x > -1) {
      return unsigned(x);
    }
    throw noInteger(x);
  }

  /** i32.trunc_sat_f64_s. */
  public static int i32_trunc_sat_f64_s(double x) {
    return (int) x;
  }

  /** i32.trunc_sat_f64_u. */
  public static int i32_trunc_sat_f64_u(double x) {
    return x >= TWO_TO_32 ? -1 : x > 0 ? (int) (long) x : 0;
  }

  /** i64.trunc_sat_f64_s. */
  public static long i64_trunc_sat_f64_s(double x) {
    return (long) x;
  }

  /** i64.trunc_sat_f64_u. */
  public static long i64_trunc_sat_f64_u(double x) {
    return x >= TWO_TO_64 ? -1 : x > 0 ? unsigned(x) : 0;
  }

  /** What is at least 0 when cut, and less than 2 to the 64th, as an unsigned number. */
  private static long unsigned(double x) {
    return x < TWO_TO_63 ? (long) x : (long) (x - TWO_TO_63) ^ Long.MIN_VALUE;
  }

  /** f32.convert_i32_u. */
  public static float f32_convert_i32_u(int x) {
    return x & LOW_HALF;
  }

  /** f64.convert_i32_u. */
  public static double f64_convert_i32_u(int x) {
    return x & LOW_HALF;
  }

  /** f32.convert_i64_u. */
  public static float f32_convert_i64_u(long x) {
    if (x >= 0) {
      return x;
    }
    // Half of it, the lowest bit kept for rounding.
    return (float) (x >>> 1 | x & 1) * 2;
  }

  /** f64.convert_i64_u. */
  public static double f64_convert_i64_u(long x) {
    if (x >= 0) {
      return x;
    }
    return (double) (x >>> 1 | x & 1) * 2;
  }

  /** select. */
  public static int select(int first, int second, int condition) {
    return condition != 0 ? first : second;
  }

  /** select. */
  public static long select(long first, long second, int condition) {
    return condition != 0 ? first : second;
  }

  /** select. */
  public static float select(float first, float second, int condition) {
    return condition != 0 ? first : second;
  }

  /** select. */
  public static double select(double first, double second, int condition) {
    return condition != 0 ? first : second;
  }

  /** select. */
  public static WasmException select(WasmException first, WasmException second, int condition) {
    return condition != 0 ? first : second;
  }

  private static WasmRuntimeException divideByZero() {
    return new WasmRuntimeException("integer divide by zero");
  }

  private static WasmRuntimeException overflow() {
    return new WasmRuntimeException("integer overflow");
  }

  private static WasmRuntimeException noInteger(double x) {
    return x == x ? overflow() : new WasmRuntimeException("invalid conversion to integer");
  }
}
