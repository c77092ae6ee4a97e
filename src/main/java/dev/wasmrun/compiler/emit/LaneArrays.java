package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/** The arrays in which vectors have their lanes where they are objects. */
final class LaneArrays {
  private static final String UNSAFE = LaneMethods.UNSAFE;
  private static final int HALVES = 2;

  private LaneArrays() {}

  /** Pushes a vector of the same bits as the first argument, which is of another shape. */
  static void copy(MethodVisitor out, LaneShape from, LaneShape to) {
    begin(out, to);
    for (int half = 0; half < HALVES; half++) {
      pushPlace(out, to, half);
      LaneMethods.pushUnsafe(out);
      pushLanes(out, from, 0);
      pushOffset(out, from, half);
      getLong(out);
      putLong(out);
    }
    end(out, to);
  }

  /** Pushes Unsafe, an array that is the topmost operand, and where a half begins in it. */
  private static void pushPlace(MethodVisitor out, LaneShape shape, int half) {
    out.visitInsn(DUP);
    LaneMethods.pushUnsafe(out);
    out.visitInsn(SWAP);
    pushOffset(out, shape, half);
  }

  /** Pushes a vector, and a new array for it. */
  static void begin(MethodVisitor out, LaneShape shape) {
    out.visitTypeInsn(NEW, new LaneClasses(shape).vector());
    out.visitInsn(DUP);
    new LaneClasses(shape).pushCount(out);
    out.visitIntInsn(NEWARRAY, shape.arrayType());
  }

  /** Gives the vector its array. */
  static void end(MethodVisitor out, LaneShape shape) {
    String descriptor = "([" + shape.lane + ")V";
    out.visitMethodInsn(
        INVOKESPECIAL, new LaneClasses(shape).vector(), "<init>", descriptor, false);
  }

  /** Sets a half of an array, the topmost operand, to what is pushed. */
  static void set(MethodVisitor out, LaneShape shape, int half, Runnable push) {
    pushPlace(out, shape, half);
    push.run();
    putLong(out);
  }

  /** Pushes a half of a vector. */
  static void get(MethodVisitor out, LaneShape shape, int argument, int half) {
    LaneMethods.pushUnsafe(out);
    pushLanes(out, shape, argument);
    pushOffset(out, shape, half);
    getLong(out);
  }

  private static void pushLanes(MethodVisitor out, LaneShape shape, int argument) {
    out.visitVarInsn(ALOAD, argument);
    out.visitTypeInsn(CHECKCAST, shape.owner);
    out.visitMethodInsn(INVOKEVIRTUAL, shape.owner, "vec", "()[" + shape.lane, false);
  }

  private static void pushOffset(MethodVisitor out, LaneShape shape, int half) {
    Type type = offsetType(shape.offset());
    out.visitFieldInsn(GETSTATIC, UNSAFE, shape.offset(), type.getDescriptor());
    if (type == Type.INT_TYPE) {
      out.visitInsn(I2L);
    }
    if (half > 0) {
      out.visitLdcInsn((long) half * Long.BYTES);
      out.visitInsn(LADD);
    }
  }

  /** The type of a constant, which has changed between Javas. */
  private static Type offsetType(String field) {
    try {
      return Type.getType(Class.forName(UNSAFE.replace('/', '.')).getField(field).getType());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no " + field, e);
    }
  }

  private static void getLong(MethodVisitor out) {
    out.visitMethodInsn(INVOKEVIRTUAL, UNSAFE, "getLong", "(Ljava/lang/Object;J)J", false);
  }

  private static void putLong(MethodVisitor out) {
    out.visitMethodInsn(INVOKEVIRTUAL, UNSAFE, "putLong", "(Ljava/lang/Object;JJ)V", false);
  }
}
