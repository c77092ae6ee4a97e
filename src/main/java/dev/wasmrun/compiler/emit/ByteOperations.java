package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import java.util.Arrays;
import org.objectweb.asm.MethodVisitor;

/**
 * The instructions on small lanes that are more than one operation of the Vector API, or are one
 * only on newer Javas; and the orders in which bytes are put.
 */
final class ByteOperations {
  /** A vector's bytes in an order, and bytes of two vectors, by which are the first's. */
  static final String ONE = "V128_inOrder";

  static final String BOTH = "V128_ofBoth";
  private static final String V = LaneMethods.VECTOR;
  static final String ONE_DESCRIPTOR = "(" + V + LaneShape.ORDER + ")" + V;
  static final String BOTH_DESCRIPTOR = "(" + V + V + LaneShape.ORDER + V + ")" + V;
  private static final String SPECIES = "L" + LaneShape.PACKAGE + "VectorSpecies;";
  private static final int BYTES = 16;

  /** A Java whose HotSpot has intrinsics for integers of floats and for masks as bits. */
  private static final int CONVERTING = 21;

  private final LaneMethods methods;

  private ByteOperations(LaneMethods methods) {
    this.methods = methods;
  }

  static void addTo(LaneMethods methods) {
    var operations = new ByteOperations(methods);
    operations.orders();
    operations.swizzle();
    operations.conversions();
    operations.anyTrue();
    operations.bitCount();
    for (LaneShape shape : new LaneShape[] {LaneShape.I8x16, LaneShape.I16x8}) {
      operations.average(shape);
      operations.saturate(shape, "add", "SADD", "SUADD");
      operations.saturate(shape, "sub", "SSUB", "SUSUB");
    }
    for (LaneShape shape : LaneShape.values()) {
      if (!shape.isFloat()) {
        operations.tests(shape);
      }
    }
  }

  /** Puts the bytes of a vector, on top of which is the order, into that order. */
  static void rearrange(MethodVisitor out) {
    LaneShape bytes = LaneShape.I8x16;
    out.visitMethodInsn(
        INVOKEVIRTUAL,
        bytes.owner,
        "rearrange",
        "(" + LaneShape.ORDER + ")" + bytes.descriptor(),
        false);
    out.visitTypeInsn(CHECKCAST, LaneShape.BYTES);
  }

  /** Gives a static field its value: an order of 16 bytes, by where each is from. */
  static void initialize(MethodVisitor out, String owner, String field, byte[] order) {
    LaneShape.I8x16.species(out);
    out.visitIntInsn(BIPUSH, BYTES);
    out.visitIntInsn(NEWARRAY, T_INT);
    for (int i = 0; i < BYTES; i++) {
      out.visitInsn(DUP);
      out.visitIntInsn(BIPUSH, i);
      out.visitIntInsn(BIPUSH, order[i]);
      out.visitInsn(IASTORE);
    }
    out.visitMethodInsn(
        INVOKESTATIC,
        LaneShape.SHUFFLE,
        "fromValues",
        "(" + SPECIES + "[I)" + LaneShape.ORDER,
        false);
    out.visitFieldInsn(PUTSTATIC, owner, field, LaneShape.ORDER);
  }

  private void orders() {
    methods.method(
        ONE,
        ONE_DESCRIPTOR,
        out -> {
          out.visitVarInsn(ALOAD, 0);
          out.visitVarInsn(ALOAD, 1);
          rearrange(out);
        });
    methods.method(
        BOTH,
        BOTH_DESCRIPTOR,
        out -> {
          for (int i = 0; i < 2; i++) {
            out.visitVarInsn(ALOAD, i);
            out.visitVarInsn(ALOAD, 2);
            rearrange(out);
          }
          out.visitVarInsn(ALOAD, 3);
          LaneMethods.call(out, "V128_bitselect", "(" + V.repeat(3) + ")" + V);
        });
  }

  /** Where vectors become orders without a detour through arrays. */
  private void swizzle() {
    String species = "L" + LaneShape.PACKAGE + "AbstractSpecies;";
    if (!hasOrdersOfVectors()) {
      return;
    }
    methods.vectors(
        "I8x16_swizzle",
        2,
        out -> {
          out.visitVarInsn(ALOAD, 0);
          new Formula()
              .argument(1)
              .constant(0x0F0F_0F0F_0F0F_0F0FL)
              .call(2, "V128_and")
              .accept(out);
          out.visitFieldInsn(
              GETSTATIC,
              LaneShape.BYTES,
              "VSPECIES",
              "L" + LaneShape.I8x16.owner + "$ByteSpecies;");
          out.visitMethodInsn(
              INVOKEVIRTUAL,
              LaneShape.BYTES,
              "bitsToShuffle",
              "(" + species + ")" + LaneShape.ORDER,
              false);
          rearrange(out);
          new Formula()
              .argument(1)
              .constant(0x1010_1010_1010_1010L)
              .call(2, "I8x16_lt_u")
              .call(2, "V128_and")
              .accept(out);
        });
  }

  private static boolean hasOrdersOfVectors() {
    try {
      return Arrays.stream(Class.forName(LaneShape.BYTES.replace('/', '.')).getDeclaredMethods())
          .anyMatch(method -> method.getName().equals("bitsToShuffle"));
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** Half the sum of both and 1: what either has, less half of what only one has. */
  private void average(LaneShape shape) {
    long lower = (1L << shape.bits - 1) - 1;
    methods.vectors(
        shape + "_avgr_u",
        2,
        new Formula()
            .argument(0)
            .argument(1)
            .call(2, "V128_or")
            .argument(0)
            .argument(1)
            .call(2, "V128_xor")
            .shift("I64x2_shr_u", 1)
            .constant(shape.everywhere(lower))
            .call(2, "V128_and")
            .call(2, shape + "_sub"));
  }

  private void saturate(LaneShape shape, String name, String signed, String unsigned) {
    if (LaneShape.hasOperator(signed)) {
      lanewise(shape, name + "_sat_s", signed);
      lanewise(shape, name + "_sat_u", unsigned);
      return;
    }
    signedBySigns(shape, name);
    // What can be added is the other's complement, and what can be taken away is all there is.
    var most = new Formula().argument(0).argument(1);
    if (name.equals("add")) {
      most.argument(0).call(1, "V128_not");
    } else {
      most.argument(0);
    }
    methods.vectors(
        shape + "_" + name + "_sat_u",
        2,
        most.call(2, shape + "_min_u").call(2, shape + "_" + name));
  }

  private void lanewise(LaneShape shape, String name, String operator) {
    methods.vectors(
        shape + "_" + name,
        2,
        out -> {
          shape.push(out, 0);
          LaneShape.operator(out, "Binary", operator);
          shape.push(out, 1);
          shape.lanewise(out, "Binary", "L" + LaneShape.VECTOR + ";");
          shape.toBytes(out);
        });
  }

  /** The extreme of the first operand's sign where the result has a sign that it cannot have. */
  private void signedBySigns(LaneShape shape, String name) {
    String result = shape + "_" + name;
    String signs = shape + "_shr_s";
    var formula =
        new Formula()
            .argument(0)
            .shift(signs, shape.bits - 1)
            .constant(shape.everywhere((1L << shape.bits - 1) - 1))
            .call(2, "V128_xor")
            .argument(0)
            .argument(1)
            .call(2, result)
            .argument(0)
            .argument(1)
            .call(2, "V128_xor");
    if (name.equals("add")) {
      formula.call(1, "V128_not");
    }
    methods.vectors(
        shape + "_" + name + "_sat_s",
        2,
        formula
            .argument(0)
            .argument(0)
            .argument(1)
            .call(2, result)
            .call(2, "V128_xor")
            .call(2, "V128_and")
            .shift(signs, shape.bits - 1)
            .call(3, "V128_bitselect"));
  }

  private void conversions() {
    convert("F32x4_convert_i32x4_s", LaneShape.I32x4, "I2F");
    if (Runtime.version().feature() >= CONVERTING) {
      convert("I32x4_trunc_sat_f32x4_s", LaneShape.F32x4, "F2I");
    }
  }

  private void convert(String name, LaneShape from, String conversion) {
    String type = "L" + LaneShape.OPERATORS + "$Conversion;";
    methods.vectors(
        name,
        1,
        out -> {
          from.push(out, 0);
          out.visitFieldInsn(GETSTATIC, LaneShape.OPERATORS, conversion, type);
          out.visitInsn(ICONST_0);
          String descriptor = "(" + type + "I)L" + LaneShape.VECTOR + ";";
          out.visitMethodInsn(INVOKEVIRTUAL, LaneShape.VECTOR, "convert", descriptor, false);
          LaneShape bytes = LaneShape.I8x16;
          out.visitMethodInsn(
              INVOKEVIRTUAL, LaneShape.VECTOR, bytes.reinterpret, "()" + bytes.descriptor(), false);
          out.visitTypeInsn(CHECKCAST, LaneShape.BYTES);
        });
  }

  private void anyTrue() {
    methods.method(
        "V128_any_true",
        "(" + V + ")I",
        out -> {
          compareWithZero(out, LaneShape.I8x16, "NE");
          out.visitMethodInsn(INVOKEVIRTUAL, LaneShape.MASK, "anyTrue", "()Z", false);
        });
  }

  private void bitCount() {
    LaneShape bytes = LaneShape.I8x16;
    if (Runtime.version().feature() < CONVERTING || !LaneShape.hasOperator("BIT_COUNT")) {
      return;
    }
    methods.vectors(
        bytes + "_popcnt",
        1,
        out -> {
          bytes.push(out, 0);
          LaneShape.operator(out, "Unary", "BIT_COUNT");
          out.visitMethodInsn(
              INVOKEVIRTUAL,
              bytes.owner,
              "lanewise",
              "(L" + LaneShape.OPERATORS + "$Unary;)" + bytes.descriptor(),
              false);
          bytes.toBytes(out);
        });
  }

  private void tests(LaneShape shape) {
    methods.method(
        shape + "_all_true",
        "(" + V + ")I",
        out -> {
          compareWithZero(out, shape, "EQ");
          out.visitMethodInsn(INVOKEVIRTUAL, LaneShape.MASK, "anyTrue", "()Z", false);
          out.visitInsn(ICONST_1);
          out.visitInsn(IXOR);
        });
    if (Runtime.version().feature() >= CONVERTING) {
      methods.method(
          shape + "_bitmask",
          "(" + V + ")I",
          out -> {
            compareWithZero(out, shape, "LT");
            out.visitMethodInsn(INVOKEVIRTUAL, LaneShape.MASK, "toLong", "()J", false);
            out.visitInsn(L2I);
          });
    }
  }

  private static void compareWithZero(MethodVisitor out, LaneShape shape, String operator) {
    shape.push(out, 0);
    LaneShape.operator(out, "Comparison", operator);
    shape.broadcast(out, 0);
    shape.mask(out);
  }
}
