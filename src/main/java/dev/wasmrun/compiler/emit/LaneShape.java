package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import java.util.Arrays;
import java.util.Locale;
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
  private static final int SIZE = 128;
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
    LaneMethods.call(out, ones(), "(L" + MASK + ";)L" + BYTES + ";");
  }

  /** The method that makes all ones of a mask's lanes. */
  String ones() {
    return this + "_ones";
  }

  /** Makes a vector of all ones where the first argument, a mask, is set. */
  void ofMask(MethodVisitor out) {
    broadcast(out, 0);
    species(out);
    switch (this) {
      case I64x2 -> out.visitLdcInsn(-1L);
      case F32x4 -> out.visitLdcInsn(Float.intBitsToFloat(-1));
      case F64x2 -> out.visitLdcInsn(Double.longBitsToDouble(-1));
      default -> out.visitInsn(ICONST_M1);
    }
    broadcast(out);
    out.visitVarInsn(ALOAD, 0);
    out.visitMethodInsn(
        INVOKEVIRTUAL, owner, "blend", "(L" + VECTOR + ";L" + MASK + ";)" + descriptor(), false);
    toBytes(out);
  }

  /** Pushes the species. */
  void species(MethodVisitor out) {
    species(out, SIZE);
  }

  private void species(MethodVisitor out, int size) {
    out.visitFieldInsn(GETSTATIC, owner, "SPECIES_" + size, SPECIES);
  }

  /** Pushes the species of half a vector. */
  void halfSpecies(MethodVisitor out) {
    species(out, SIZE / 2);
  }

  /** What conversions have for a lane's type. */
  private char letter() {
    return this == I64x2 ? 'L' : lane.getDescriptor().charAt(0);
  }

  /** Makes a vector of the lower half of this, with lanes twice as wide. */
  void widen(MethodVisitor out, LaneShape wide, boolean signed) {
    String vector = "L" + VECTOR + ";";
    halfSpecies(out);
    out.visitInsn(ICONST_0);
    out.visitMethodInsn(
        INVOKEVIRTUAL, owner, "reinterpretShape", "(" + SPECIES + "I)" + vector, false);
    String conversion = letter() + "2" + wide.letter();
    String type = "L" + OPERATORS + "$Conversion;";
    out.visitTypeInsn(CHECKCAST, owner);
    out.visitFieldInsn(
        GETSTATIC, OPERATORS, signed ? conversion : "ZERO_EXTEND_" + conversion, type);
    wide.species(out);
    out.visitInsn(ICONST_0);
    out.visitMethodInsn(
        INVOKEVIRTUAL, owner, "convertShape", "(" + type + SPECIES + "I)" + vector, false);
    out.visitTypeInsn(CHECKCAST, wide.owner);
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

  /** The shape of a class of vectors of any size. */
  static LaneShape of(String owner) {
    return Arrays.stream(values()).filter(shape -> shape.owner.equals(owner)).findFirst().get();
  }

  /** The shape with lanes of a type, by what conversions have for it. */
  static LaneShape ofLane(char letter) {
    return Arrays.stream(values()).filter(shape -> shape.letter() == letter).findFirst().get();
  }

  static boolean isOwner(String owner) {
    return Arrays.stream(values()).anyMatch(shape -> shape.owner.equals(owner));
  }

  /** The shape that a method makes of another. */
  static LaneShape ofReinterpret(String method) {
    return Arrays.stream(values())
        .filter(shape -> shape.reinterpret.equals(method))
        .findFirst()
        .get();
  }

  /** Makes bits of a lane's number. */
  void toBits(MethodVisitor out) {
    switch (this) {
      case I64x2 -> {}
      case F32x4 -> {
        out.visitMethodInsn(INVOKESTATIC, "java/lang/Float", "floatToRawIntBits", "(F)I", false);
        out.visitInsn(I2L);
      }
      case F64x2 ->
          out.visitMethodInsn(
              INVOKESTATIC, "java/lang/Double", "doubleToRawLongBits", "(D)J", false);
      default -> out.visitInsn(I2L);
    }
  }

  /** Makes a lane's number of bits. */
  void ofBits(MethodVisitor out) {
    switch (this) {
      case I64x2 -> {}
      case F32x4 -> {
        out.visitInsn(L2I);
        out.visitMethodInsn(INVOKESTATIC, "java/lang/Float", "intBitsToFloat", "(I)F", false);
      }
      case F64x2 ->
          out.visitMethodInsn(INVOKESTATIC, "java/lang/Double", "longBitsToDouble", "(J)D", false);
      default -> {
        out.visitInsn(L2I);
        narrow(out);
      }
    }
  }

  /** What arrays of lanes are to the instruction that makes them. */
  int arrayType() {
    return switch (this) {
      case I8x16 -> T_BYTE;
      case I16x8 -> T_SHORT;
      case I32x4 -> T_INT;
      case I64x2 -> T_LONG;
      case F32x4 -> T_FLOAT;
      case F64x2 -> T_DOUBLE;
    };
  }

  /** The constant of Unsafe with where the lanes begin in an array. */
  String offset() {
    return "ARRAY_" + lane.getClassName().toUpperCase(Locale.ROOT) + "_BASE_OFFSET";
  }
}
