package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import java.util.Locale;
import java.util.function.Consumer;
import org.objectweb.asm.MethodVisitor;

/**
 * The instructions that the Vector API has something for, lane by lane. All others are computed
 * from the halves of the vectors.
 */
final class LaneOperations {
  private static final String LANEWISE_VECTOR = "L" + LaneShape.VECTOR + ";";
  private static final String V = LaneMethods.VECTOR;

  private final LaneMethods methods;
  private final LaneShape shape;

  private LaneOperations(LaneMethods methods, LaneShape shape) {
    this.methods = methods;
    this.shape = shape;
  }

  static void addTo(LaneMethods methods) {
    for (LaneShape shape : LaneShape.values()) {
      var operations = new LaneOperations(methods, shape);
      operations.arithmetic();
      operations.comparisons();
      if (shape.isFloat()) {
        operations.floats();
      } else {
        operations.moves();
        operations.integers();
      }
    }
    new LaneOperations(methods, LaneShape.I8x16).bitwise();
    new LaneOperations(methods, LaneShape.I16x8).widening(LaneShape.I8x16);
    new LaneOperations(methods, LaneShape.I32x4).widening(LaneShape.I16x8);
    new LaneOperations(methods, LaneShape.I32x4).dot();
  }

  private void add(String name, int vectors, Consumer<MethodVisitor> body) {
    methods.vectors(
        shape + "_" + name,
        vectors,
        out -> {
          body.accept(out);
          shape.toBytes(out);
        });
  }

  private void binary(String name, String method) {
    add(
        name,
        2,
        out -> {
          shape.push(out, 0);
          shape.push(out, 1);
          shape.call(out, method);
        });
  }

  private void unary(String name, String method) {
    add(
        name,
        1,
        out -> {
          shape.push(out, 0);
          shape.callUnary(out, method);
        });
  }

  private void arithmetic() {
    binary("add", "add");
    binary("sub", "sub");
    if (shape != LaneShape.I8x16) {
      binary("mul", "mul");
    }
  }

  private void comparisons() {
    String[] names = {"eq", "ne", "lt", "gt", "le", "ge"};
    String[] operators = {"EQ", "NE", "LT", "GT", "LE", "GE"};
    for (int i = 0; i < names.length; i++) {
      String operator = operators[i];
      boolean signs = !shape.isFloat() && i > 1;
      compare(names[i] + (signs ? "_s" : ""), operator, 0);
      if (signs && shape != LaneShape.I64x2) {
        compare(names[i] + "_u", operator, 1L << shape.bits - 1);
      }
    }
  }

  /**
   * Adds a comparison.
   *
   * @param bias what both are to be different in
   */
  private void compare(String name, String operator, long bias) {
    methods.vectors(
        shape + "_" + name,
        2,
        out -> {
          pushBiased(out, 0, bias);
          LaneShape.operator(out, "Comparison", operator);
          pushBiased(out, 1, bias);
          shape.compare(out);
        });
  }

  private void pushBiased(MethodVisitor out, int argument, long bias) {
    shape.push(out, argument);
    if (bias != 0) {
      LaneShape.operator(out, "Associative", "XOR");
      shape.broadcast(out, bias);
      lanewise(out);
    }
  }

  /** Applies the operator between two vectors. */
  private void lanewise(MethodVisitor out) {
    // vector, operator, vector: as lanewise takes them
    shape.lanewise(out, "Binary", LANEWISE_VECTOR);
  }

  private void integers() {
    unary("neg", "neg");
    unary("abs", "abs");
    if (shape != LaneShape.I64x2) {
      binary("min_s", "min");
      binary("max_s", "max");
      least("min_u", "UMIN", "lt_u");
      least("max_u", "UMAX", "gt_u");
    }
    shift("shl", "LSHL");
    shift("shr_s", "ASHR");
    shift("shr_u", "LSHR");
  }

  /** By an operator that newer Javas have, else by a comparison. */
  private void least(String name, String operator, String comparison) {
    if (LaneShape.hasOperator(operator)) {
      add(
          name,
          2,
          out -> {
            shape.push(out, 0);
            LaneShape.operator(out, "Associative", operator);
            shape.push(out, 1);
            lanewise(out);
          });
    } else {
      choose(name, comparison);
    }
  }

  /** One of two, the first where a comparison holds. */
  private void choose(String name, String comparison) {
    methods.vectors(
        shape + "_" + name,
        2,
        out -> {
          out.visitVarInsn(ALOAD, 0);
          out.visitVarInsn(ALOAD, 1);
          out.visitVarInsn(ALOAD, 0);
          out.visitVarInsn(ALOAD, 1);
          LaneMethods.call(out, shape + "_" + comparison, "(" + V + V + ")" + V);
          LaneMethods.call(out, "V128_bitselect", "(" + V + V + V + ")" + V);
        });
  }

  private void shift(String name, String operator) {
    methods.method(
        shape + "_" + name,
        "(" + V + "I)" + V,
        out -> {
          shape.push(out, 0);
          LaneShape.operator(out, "Binary", operator);
          out.visitVarInsn(ILOAD, 1);
          out.visitIntInsn(BIPUSH, shape.bits - 1);
          out.visitInsn(IAND);
          out.visitInsn(I2L);
          shape.lanewise(out, "Binary", "J");
          shape.toBytes(out);
        });
  }

  /** Lanes as numbers; those of floating-point vectors are moved as these. */
  private void moves() {
    String number = shape == LaneShape.I64x2 ? "J" : "I";
    methods.method(
        shape + "_splat",
        "(" + number + ")" + V,
        out -> {
          shape.species(out);
          out.visitVarInsn(shape == LaneShape.I64x2 ? LLOAD : ILOAD, 0);
          shape.narrow(out);
          shape.broadcast(out);
          shape.toBytes(out);
        });
    methods.method(
        shape + "_replace_lane",
        "(" + V + number + "I)" + V,
        out -> {
          shape.push(out, 0);
          out.visitVarInsn(ILOAD, 1 + number(shape));
          out.visitVarInsn(shape == LaneShape.I64x2 ? LLOAD : ILOAD, 1);
          shape.narrow(out);
          shape.withLane(out);
          shape.toBytes(out);
        });
    boolean narrow = shape.bits < Integer.SIZE;
    extract(narrow ? "extract_lane_s" : "extract_lane", number, 0);
    if (narrow) {
      extract("extract_lane_u", number, (1 << shape.bits) - 1);
    }
  }

  /** How many variables an argument takes that is a lane's number. */
  private static int number(LaneShape shape) {
    return shape == LaneShape.I64x2 ? 2 : 1;
  }

  private void extract(String name, String number, int mask) {
    methods.method(
        shape + "_" + name,
        "(" + V + "I)" + number,
        out -> {
          shape.push(out, 0);
          out.visitVarInsn(ILOAD, 1);
          shape.lane(out);
          if (mask != 0) {
            out.visitLdcInsn(mask);
            out.visitInsn(IAND);
          }
        });
  }

  private void floats() {
    binary("div", "div");
    quiet("min");
    quiet("max");
    unary("sqrt", "sqrt");
    sign("abs", "AND", shape.bits == 32 ? Integer.MAX_VALUE : Long.MAX_VALUE);
    sign("neg", "XOR", shape.bits == 32 ? Integer.MIN_VALUE : Long.MIN_VALUE);
    pseudo("pmin", 1, 0);
    pseudo("pmax", 0, 1);
    for (String name : new String[] {"relaxed_madd", "relaxed_nmadd"}) {
      methods.vectors(
          shape + "_" + name,
          3,
          out -> {
            out.visitVarInsn(ALOAD, 0);
            if (name.equals("relaxed_nmadd")) {
              LaneMethods.call(out, shape + "_neg", "(" + V + ")" + V);
            }
            out.visitVarInsn(ALOAD, 1);
            LaneMethods.call(out, shape + "_mul", "(" + V + V + ")" + V);
            out.visitVarInsn(ALOAD, 2);
            LaneMethods.call(out, shape + "_add", "(" + V + V + ")" + V);
          });
    }
  }

  /** The least or largest of two; a product makes a signalling NaN a quiet one. */
  private void quiet(String name) {
    add(
        name,
        2,
        out -> {
          shape.push(out, 0);
          shape.push(out, 1);
          shape.call(out, name);
          shape.broadcast(out, 1);
          shape.call(out, "mul");
        });
  }

  /** An instruction on the signs only. */
  private void sign(String name, String operator, long mask) {
    LaneShape integers = shape.integers();
    methods.vectors(
        shape + "_" + name,
        1,
        out -> {
          integers.push(out, 0);
          LaneShape.operator(out, "Associative", operator);
          integers.broadcast(out, mask);
          integers.lanewise(out, "Binary", LANEWISE_VECTOR);
          integers.toBytes(out);
        });
  }

  /** The second of two where one is less than the other, else the first. */
  private void pseudo(String name, int less, int than) {
    methods.vectors(
        shape + "_" + name,
        2,
        out -> {
          out.visitVarInsn(ALOAD, 1);
          out.visitVarInsn(ALOAD, 0);
          out.visitVarInsn(ALOAD, less);
          out.visitVarInsn(ALOAD, than);
          LaneMethods.call(out, shape + "_lt", "(" + V + V + ")" + V);
          LaneMethods.call(out, "V128_bitselect", "(" + V + V + V + ")" + V);
        });
  }

  private void bits(String name, int vectors, Consumer<MethodVisitor> body) {
    methods.vectors(
        "V128_" + name,
        vectors,
        out -> {
          body.accept(out);
          shape.toBytes(out);
        });
  }

  private void bitwise() {
    String[] names = {"and", "or", "xor"};
    String[] operators = {"AND", "OR", "XOR"};
    for (int i = 0; i < names.length; i++) {
      String operator = operators[i];
      bits(
          names[i],
          2,
          out -> {
            shape.push(out, 0);
            LaneShape.operator(out, "Associative", operator);
            shape.push(out, 1);
            lanewise(out);
          });
    }
    bits(
        "not",
        1,
        out -> {
          shape.push(out, 0);
          LaneShape.operator(out, "Associative", "XOR");
          shape.broadcast(out, -1);
          lanewise(out);
        });
    bits(
        "andnot", 2, new Formula().argument(0).argument(1).call(1, "V128_not").call(2, "V128_and"));
    bits(
        "bitselect",
        3,
        out -> {
          shape.push(out, 1);
          LaneShape.operator(out, "Associative", "XOR");
          shape.push(out, 0);
          LaneShape.operator(out, "Associative", "XOR");
          shape.push(out, 1);
          lanewise(out);
          LaneShape.operator(out, "Associative", "AND");
          shape.push(out, 2);
          lanewise(out);
          lanewise(out);
        });
  }

  /** What takes lanes of half the width as pairs. */
  private void widening(LaneShape narrow) {
    String suffix = "_" + narrow.name().toLowerCase(Locale.ROOT) + "_s";
    add(
        "extadd_pairwise" + suffix,
        1,
        out -> {
          pushLower(out, 0);
          pushUpper(out, 0);
          shape.call(out, "add");
        });
  }

  private void dot() {
    add(
        "dot_i16x8_s",
        2,
        out -> {
          pushLower(out, 0);
          pushLower(out, 1);
          shape.call(out, "mul");
          pushUpper(out, 0);
          pushUpper(out, 1);
          shape.call(out, "mul");
          shape.call(out, "add");
        });
  }

  /** Pushes the lower halves of an argument's lanes, extended by their signs. */
  private void pushLower(MethodVisitor out, int argument) {
    shape.push(out, argument);
    shiftByHalf(out, "LSHL");
    shiftByHalf(out, "ASHR");
  }

  private void pushUpper(MethodVisitor out, int argument) {
    shape.push(out, argument);
    shiftByHalf(out, "ASHR");
  }

  private void shiftByHalf(MethodVisitor out, String operator) {
    LaneShape.operator(out, "Binary", operator);
    out.visitLdcInsn((long) shape.bits / 2);
    shape.lanewise(out, "Binary", "J");
  }
}
