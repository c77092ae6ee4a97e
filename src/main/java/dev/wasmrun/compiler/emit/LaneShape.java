package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/** A shape of 128 bits as the Vector API has it. */
enum LaneShape {
  I8x16("Byte", Type.BYTE_TYPE, 8),
  I16x8("Short", Type.SHORT_TYPE, 16),
  I32x4("Int", Type.INT_TYPE, 32),
  I64x2("Long", Type.LONG_TYPE, 64),
  F32x4("Float", Type.FLOAT_TYPE, 32),
  F64x2("Double", Type.DOUBLE_TYPE, 64);

  static final String PACKAGE = "jdk/incubator/vector/";
  static final String VECTOR = PACKAGE + "Vector";
  static final String MASK = PACKAGE + "VectorMask";
  static final String SHUFFLE = PACKAGE + "VectorShuffle";

  /** An order of bytes, by which they are put into other places. */
  static final String ORDER = "L" + SHUFFLE + ";";

  static final String OPERATORS = PACKAGE + "VectorOperators";
  private static final String SPECIES = "L" + PACKAGE + "VectorSpecies;";

  /** The class of all vectors in generated code. */
  static final String BYTES = PACKAGE + "Byte128Vector";

  final String owner;
  final String reinterpret;
  final Type lane;
  final int bits;

  LaneShape(String name, Type lane, int bits) {
    this.owner = PACKAGE + name + "Vector";
    this.reinterpret = "reinterpretAs" + name + "s";
    this.lane = lane;
    this.bits = bits;
  }

  String descriptor() {
    return "L" + owner + ";";
  }

  boolean isFloat() {
    return this == F32x4 || this == F64x2;
  }

  /** The integers of the same width. */
  LaneShape integers() {
    return switch (this) {
      case F32x4 -> I32x4;
      case F64x2 -> I64x2;
      default -> this;
    };
  }

  /** A number that has another in each lane. */
  long everywhere(long number) {
    long half = number;
    for (int width = bits; width < Long.SIZE; width *= 2) {
      half |= half << width;
    }
    return half;
  }

  /** Pushes an argument, which is a vector, as this. */
  void push(MethodVisitor out, int argument) {
    out.visitVarInsn(ALOAD, argument);
    from(out);
  }

  /** Takes a number out of a lane. */
  void lane(MethodVisitor out) {
    out.visitMethodInsn(INVOKEVIRTUAL, owner, "lane", "(I)" + lane, false);
  }

  /** Puts a number into a lane. */
  void withLane(MethodVisitor out) {
    out.visitMethodInsn(INVOKEVIRTUAL, owner, "withLane", "(I" + lane + ")" + descriptor(), false);
  }

  /** Makes an int one of a lane's type. */
  void narrow(MethodVisitor out) {
    if (this == I8x16) {
      out.visitInsn(I2B);
    } else if (this == I16x8) {
      out.visitInsn(I2S);
    }
  }

  /** From a vector of bytes to this. */
  void from(MethodVisitor out) {
    if (this != I8x16) {
      out.visitMethodInsn(INVOKEVIRTUAL, I8x16.owner, reinterpret, "()" + descriptor(), false);
    }
  }

  /** From this to a vector of bytes. */
  void toBytes(MethodVisitor out) {
    if (this != I8x16) {
      out.visitMethodInsn(
          INVOKEVIRTUAL, owner, I8x16.reinterpret, "()" + I8x16.descriptor(), false);
    }
    out.visitTypeInsn(CHECKCAST, BYTES);
  }

  /** Calls a method of two vectors, such as {@code add}. */
  void call(MethodVisitor out, String method) {
    out.visitMethodInsn(INVOKEVIRTUAL, owner, method, "(L" + VECTOR + ";)" + descriptor(), false);
  }

  /** Calls a method of one vector, such as {@code neg}. */
  void callUnary(MethodVisitor out, String method) {
    out.visitMethodInsn(INVOKEVIRTUAL, owner, method, "()" + descriptor(), false);
  }

  /** Applies an operator to a vector and a vector or number below it. */
  void lanewise(MethodVisitor out, String kind, String operand) {
    out.visitMethodInsn(
        INVOKEVIRTUAL,
        owner,
        "lanewise",
        "(L" + OPERATORS + "$" + kind + ";" + operand + ")" + descriptor(),
        false);
  }

  /** Pushes an operator. */
  static void operator(MethodVisitor out, String kind, String name) {
    out.visitFieldInsn(GETSTATIC, OPERATORS, name, "L" + OPERATORS + "$" + kind + ";");
  }

  /** Whether this Java has an operator. */
  static boolean hasOperator(String name) {
    try {
      Class.forName(OPERATORS.replace('/', '.')).getField(name);
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  /** Makes a mask of where a comparison holds, from the operands and the operator. */
  void mask(MethodVisitor out) {
    out.visitMethodInsn(
        INVOKEVIRTUAL,
        owner,
        "compare",
        "(L" + OPERATORS + "$Comparison;L" + VECTOR + ";)L" + MASK + ";",
        false);
  }

  /** Makes a vector of all ones where a comparison holds, from the operands and the operator. */
  void compare(MethodVisitor out) {
    mask(out);
    out.visitMethodInsn(INVOKEVIRTUAL, MASK, "toVector", "()L" + VECTOR + ";", false);
    if (isFloat()) {
      signsOnly(out);
    } else {
      out.visitMethodInsn(
          INVOKEVIRTUAL, VECTOR, I8x16.reinterpret, "()" + I8x16.descriptor(), false);
      out.visitTypeInsn(CHECKCAST, BYTES);
    }
  }

  /** Makes all ones of lanes that are -1, as a mask's floating-point lanes are. */
  private void signsOnly(MethodVisitor out) {
    LaneShape integers = integers();
    out.visitMethodInsn(
        INVOKEVIRTUAL, VECTOR, integers.reinterpret, "()" + integers.descriptor(), false);
    // The sign becomes a 1, and that -1: processors cannot shift 64 bits by their sign.
    operator(out, "Binary", "LSHR");
    out.visitLdcInsn((long) bits - 1);
    integers.lanewise(out, "Binary", "J");
    integers.callUnary(out, "neg");
    integers.toBytes(out);
  }

  /** Pushes the species. */
  void species(MethodVisitor out) {
    out.visitFieldInsn(GETSTATIC, owner, "SPECIES_128", SPECIES);
  }

  /** Makes a vector of a lane's number, below which is the species. */
  void broadcast(MethodVisitor out) {
    out.visitMethodInsn(
        INVOKESTATIC, owner, "broadcast", "(" + SPECIES + lane + ")" + descriptor(), false);
  }

  /** Pushes a vector of one number in each lane. */
  void broadcast(MethodVisitor out, long number) {
    species(out);
    switch (this) {
      case I64x2 -> out.visitLdcInsn(number);
      case F32x4 -> out.visitLdcInsn((float) number);
      case F64x2 -> out.visitLdcInsn((double) number);
      default -> {
        out.visitLdcInsn((int) number);
        narrow(out);
      }
    }
    broadcast(out);
  }
}
