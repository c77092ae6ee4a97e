package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import java.util.List;
import java.util.Locale;
import org.objectweb.asm.MethodVisitor;

/** The instructions between lanes of one width and those of twice that width. */
final class WidthOperations {
  private static final int BYTES = 16;

  private final LaneMethods methods;
  private final LaneShape narrow;
  private final LaneShape wide;
  private final String suffix;

  private WidthOperations(LaneMethods methods, LaneShape narrow, LaneShape wide) {
    this.methods = methods;
    this.narrow = narrow;
    this.wide = wide;
    this.suffix = "_" + narrow.name().toLowerCase(Locale.ROOT);
  }

  static void addTo(LaneMethods methods) {
    var bytes = new WidthOperations(methods, LaneShape.I8x16, LaneShape.I16x8);
    var shorts = new WidthOperations(methods, LaneShape.I16x8, LaneShape.I32x4);
    var ints = new WidthOperations(methods, LaneShape.I32x4, LaneShape.I64x2);
    for (WidthOperations widths : List.of(bytes, shorts, ints)) {
      widths.extend("low", 0);
      widths.extend("high", BYTES / 2);
      widths.product("low");
      widths.product("high");
    }
    bytes.narrow();
    bytes.unsignedPairs();
    shorts.narrow();
    shorts.unsignedPairs();
    shorts.roundedProduct();
  }

  /** Lanes twice as wide, by an instruction for that. */
  private void widen(String part, int from) {
    byte[] upper = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) {
      upper[i] = (byte) ((from + i) % BYTES);
    }
    for (String sign : new String[] {"_s", "_u"}) {
      methods.vectors(
          wide + "_" + part + "_extend" + suffix + sign,
          1,
          out -> {
            out.visitVarInsn(ALOAD, 0);
            if (from > 0) {
              methods.order(out, "upper", upper);
              ByteOperations.rearrange(out);
            }
            narrow.from(out);
            narrow.widen(out, wide, sign.equals("_s"));
            wide.toBytes(out);
          });
    }
  }

  /** Lanes twice as wide: each is there twice, and then the wide ones are shifted. */
  private void extend(String part, int from) {
    if (Intrinsic.WIDEN.present) {
      widen(part, from);
      return;
    }
    byte[] twice = new byte[BYTES];
    int width = narrow.bits / Byte.SIZE;
    for (int i = 0; i < BYTES; i++) {
      twice[i] = (byte) (from + i / (2 * width) * width + i % width);
    }
    for (String sign : new String[] {"_s", "_u"}) {
      methods.vectors(
          wide + "_" + part + "_extend" + suffix + sign,
          1,
          out -> {
            out.visitVarInsn(ALOAD, 0);
            methods.order(out, narrow + "_" + part, twice);
            ByteOperations.rearrange(out);
            wide.from(out);
            shift(out, sign.equals("_s") ? "ASHR" : "LSHR");
            wide.toBytes(out);
          });
    }
  }

  private void shift(MethodVisitor out, String operator) {
    LaneShape.operator(out, "Binary", operator);
    out.visitLdcInsn((long) narrow.bits);
    wide.lanewise(out, "Binary", "J");
  }

  private void product(String part) {
    for (String sign : new String[] {"_s", "_u"}) {
      String extend = wide + "_" + part + "_extend" + suffix + sign;
      methods.vectors(
          wide + "_" + part + "_extmul" + suffix + sign,
          2,
          new Formula()
              .argument(0)
              .call(1, extend)
              .argument(1)
              .call(1, extend)
              .call(2, wide + "_mul"));
    }
  }

  /** Half as wide: those of the second vector between those of the first, and then in order. */
  private void narrow() {
    byte[] order = new byte[BYTES];
    int width = narrow.bits / Byte.SIZE;
    for (int i = 0; i < BYTES; i++) {
      int lane = i / width;
      int lanes = BYTES / width / 2;
      order[i] = (byte) ((lane % lanes * 2 + lane / lanes) * width + i % width);
    }
    long unsigned = (1L << narrow.bits) - 1;
    for (String sign : new String[] {"_s", "_u"}) {
      long most = sign.equals("_s") ? unsigned >> 1 : unsigned;
      long least = sign.equals("_s") ? ~most : 0;
      methods.vectors(
          narrow + "_narrow_" + wide.name().toLowerCase(Locale.ROOT) + sign,
          2,
          out -> {
            clamp(out, 0, least, most);
            LaneShape.operator(out, "Associative", "AND");
            wide.broadcast(out, unsigned);
            wide.lanewise(out, "Binary", "L" + LaneShape.VECTOR + ";");
            LaneShape.operator(out, "Associative", "OR");
            clamp(out, 1, least, most);
            shift(out, "LSHL");
            wide.lanewise(out, "Binary", "L" + LaneShape.VECTOR + ";");
            wide.toBytes(out);
            methods.order(out, narrow + "_apart", order);
            ByteOperations.rearrange(out);
          });
    }
  }

  private void clamp(MethodVisitor out, int argument, long least, long most) {
    wide.push(out, argument);
    wide.broadcast(out, least);
    wide.call(out, "max");
    wide.broadcast(out, most);
    wide.call(out, "min");
  }

  /** The sums of neighbours; those of signed ones are in {@link LaneOperations}. */
  private void unsignedPairs() {
    long lower = wide.everywhere((1L << narrow.bits) - 1);
    methods.vectors(
        wide + "_extadd_pairwise" + suffix + "_u",
        1,
        new Formula()
            .argument(0)
            .constant(lower)
            .call(2, "V128_and")
            .argument(0)
            .shift(wide + "_shr_u", narrow.bits)
            .call(2, wide + "_add"));
  }

  /** i16x8.q15mulr_sat_s: products of twice the width, rounded, shifted and saturated. */
  private void roundedProduct() {
    var formula = new Formula();
    for (String part : new String[] {"low", "high"}) {
      formula
          .argument(0)
          .argument(1)
          .call(2, wide + "_" + part + "_extmul" + suffix + "_s")
          .constant(wide.everywhere(1 << narrow.bits - 2))
          .call(2, wide + "_add")
          .shift(wide + "_shr_s", narrow.bits - 1);
    }
    methods.vectors(
        narrow + "_q15mulr_sat_s",
        2,
        formula.call(2, narrow + "_narrow_" + wide.name().toLowerCase(Locale.ROOT) + "_s"));
  }
}
