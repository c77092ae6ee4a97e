package dev.wasmrun.compiler.emit;

/**
 * The instructions that round floats to integers. The Vector API has none; a sum with a number so
 * large that it has no fraction leaves the nearest integer, and the others are one beside it.
 */
final class RoundingOperations {
  private final LaneMethods methods;
  private final LaneShape shape;
  private final String lower;
  private final String upper;

  /** The sign, 1, and the least number that has no fraction, as bits in both lanes of a half. */
  private final long sign;

  private final long one;
  private final long whole;

  private RoundingOperations(LaneMethods methods, LaneShape shape) {
    this.methods = methods;
    this.shape = shape;
    this.lower = shape + "_lower";
    this.upper = shape + "_upper";
    this.sign = shape.everywhere(1L << shape.bits - 1);
    boolean narrow = shape == LaneShape.F32x4;
    this.one = narrow ? shape.everywhere(bits(1)) : Double.doubleToRawLongBits(1);
    this.whole = narrow ? shape.everywhere(bits(0x1p23f)) : Double.doubleToRawLongBits(0x1p52);
  }

  private static long bits(float number) {
    return Float.floatToRawIntBits(number);
  }

  static void addTo(LaneMethods methods) {
    for (LaneShape shape : new LaneShape[] {LaneShape.F32x4, LaneShape.F64x2}) {
      var operations = new RoundingOperations(methods, shape);
      operations.nearest();
      operations.correct(operations.lower, "_gt", "_sub");
      operations.correct(operations.upper, "_lt", "_add");
      operations.others();
    }
  }

  /** What has no fraction, NaN among it, is multiplied by 1, which makes a NaN a quiet one. */
  private void nearest() {
    methods.vectors(
        shape + "_nearest",
        1,
        withSign(rounded())
            .argument(0)
            .constant(one)
            .call(2, shape + "_mul")
            .argument(0)
            .call(1, shape + "_abs")
            .constant(whole)
            .call(2, shape + "_lt")
            .call(3, "V128_bitselect"));
  }

  private Formula rounded() {
    var formula = new Formula().argument(0);
    large(formula).call(2, shape + "_add");
    return large(formula).call(2, shape + "_sub");
  }

  private Formula large(Formula formula) {
    return sign(formula).constant(whole).call(2, "V128_or");
  }

  /** With the sign of the argument, if the result is a zero. */
  private Formula withSign(Formula formula) {
    return sign(formula).call(2, "V128_or");
  }

  private Formula sign(Formula formula) {
    return formula.argument(0).constant(sign).call(2, "V128_and");
  }

  /** The nearest integer, or the one beside it if that is on the wrong side of the number. */
  private void correct(String name, String wrong, String correction) {
    methods.vectors(
        name,
        2,
        new Formula()
            .argument(0)
            .argument(0)
            .argument(1)
            .call(2, shape + wrong)
            .constant(one)
            .call(2, "V128_and")
            .call(2, shape + correction));
  }

  private void others() {
    String nearest = shape + "_nearest";
    methods.vectors(
        shape + "_floor", 1, new Formula().argument(0).call(1, nearest).argument(0).call(2, lower));
    methods.vectors(
        shape + "_ceil",
        1,
        withSign(new Formula().argument(0).call(1, nearest).argument(0).call(2, upper)));
    methods.vectors(
        shape + "_trunc",
        1,
        withSign(
            new Formula()
                .argument(0)
                .call(1, shape + "_abs")
                .call(1, nearest)
                .argument(0)
                .call(1, shape + "_abs")
                .call(2, lower)));
  }
}
