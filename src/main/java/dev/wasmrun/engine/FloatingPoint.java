package dev.wasmrun.engine;

/**
 * Floating-point operations as the specification has them where the methods of {@link Math} differ.
 *
 * <p>Public because generated classes call it. The name of a method is that of the operation; its
 * types tell f32 from f64.
 */
public final class FloatingPoint {
  /*
   * No result may be a signalling NaN (section 4.3.3, "NaN propagation"). Math.min and max return a
   * NaN operand as it is, and so do floor and ceil as long as HotSpot has not compiled them. Which
   * payload a NaN keeps is free as long as it is quiet, so it is enough to quiet what they return.
   */
  private static final int QUIET = 0x0040_0000;
  private static final long QUIET_WIDE = 0x0008_0000_0000_0000L;

  private FloatingPoint() {}

  /** f32.abs: clears the sign, that of a NaN too, which Math.abs of JDK 17 does not. */
  public static float abs(float x) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(x) & Integer.MAX_VALUE);
  }

  /** f64.abs: clears the sign, that of a NaN too. */
  public static double abs(double x) {
    return Double.longBitsToDouble(Double.doubleToRawLongBits(x) & Long.MAX_VALUE);
  }

  /** f32.min. */
  public static float min(float a, float b) {
    return quieted(Math.min(a, b));
  }

  /** f64.min. */
  public static double min(double a, double b) {
    return quieted(Math.min(a, b));
  }

  /** f32.max. */
  public static float max(float a, float b) {
    return quieted(Math.max(a, b));
  }

  /** f64.max. */
  public static double max(double a, double b) {
    return quieted(Math.max(a, b));
  }

  /** f32.ceil. */
  public static float ceil(float x) {
    return quieted((float) Math.ceil(x));
  }

  /** f64.ceil. */
  public static double ceil(double x) {
    return quieted(Math.ceil(x));
  }

  /** f32.floor. */
  public static float floor(float x) {
    return quieted((float) Math.floor(x));
  }

  /** f64.floor. */
  public static double floor(double x) {
    return quieted(Math.floor(x));
  }

  /** f32.trunc. */
  public static float trunc(float x) {
    return x < 0 ? ceil(x) : floor(x);
  }

  /** f64.trunc. */
  public static double trunc(double x) {
    return x < 0 ? ceil(x) : floor(x);
  }

  /**
   * f32.copysign: Chicory's takes the number 4290772992, whose digits are the bits of a NaN, for
   * negative.
   */
  public static float copySign(float magnitude, float sign) {
    int bits = Float.floatToRawIntBits(magnitude) & Integer.MAX_VALUE;
    return Float.intBitsToFloat(bits | Float.floatToRawIntBits(sign) & Integer.MIN_VALUE);
  }

  private static float quieted(float x) {
    return x == x ? x : Float.intBitsToFloat(Float.floatToRawIntBits(x) | QUIET);
  }

  private static double quieted(double x) {
    return x == x ? x : Double.longBitsToDouble(Double.doubleToRawLongBits(x) | QUIET_WIDE);
  }
}
