package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/**
 * A call of a method of the Vector API that an intrinsic replaces.
 *
 * @param operator the operator among its arguments; empty if there is none
 * @param operatorType the descriptor of the field that has it
 */
record IntrinsicCall(
    Intrinsic intrinsic,
    LaneShape shape,
    String method,
    String descriptor,
    boolean isStatic,
    String operator,
    String operatorType,
    int number) {
  private static final String UNSIGNED = "ZERO_EXTEND";

  /** The name of the method that calls it, which does slowly what the intrinsic does. */
  String name() {
    return shape.owner.substring(LaneShape.PACKAGE.length())
        + "_"
        + method
        + (operator.isEmpty() ? "" : "_" + operator);
  }

  /** All arguments, the vector whose method it is among them. */
  List<Type> arguments() {
    var arguments = new ArrayList<Type>();
    if (!isStatic) {
      arguments.add(Type.getObjectType(shape.owner));
    }
    arguments.addAll(List.of(Type.getArgumentTypes(descriptor)));
    return arguments;
  }

  String slowDescriptor() {
    return Type.getMethodDescriptor(
        Type.getReturnType(descriptor), arguments().toArray(Type[]::new));
  }

  String field() {
    return "SLOW_" + name();
  }

  LaneClasses classes() {
    return new LaneClasses(shape);
  }

  /** What {@link Intrinsic#constant} is asked for. */
  static String operator(String method, String operator) {
    return operator.isEmpty() ? method.toUpperCase(Locale.ROOT) : operator;
  }

  /** The shape that it leaves. */
  LaneShape result() {
    return switch (intrinsic) {
      case CONVERT -> LaneShape.ofReinterpret(method);
      case WIDEN -> LaneShape.ofLane(operator.charAt(operator.length() - 1));
      default -> shape;
    };
  }

  /** Whether its last arguments are always the same. */
  boolean isOfLowerHalf() {
    return intrinsic == Intrinsic.HALF || intrinsic == Intrinsic.WIDEN;
  }

  /**
   * Calls the intrinsic with what is on the stack. That has to be pushed behind constants, so it is
   * kept in variables meanwhile.
   *
   * @param first the first of them
   */
  void emit(MethodVisitor out, int first) {
    List<Type> arguments = arguments();
    int variable = first + arguments.stream().mapToInt(Type::getSize).sum();
    for (int i = arguments.size() - 1; i >= 0; i--) {
      variable -= arguments.get(i).getSize();
      out.visitVarInsn(arguments.get(i).getOpcode(ISTORE), variable);
    }
    new Arguments(out, this, first).push();
    out.visitFieldInsn(GETSTATIC, LaneMethods.OWNER, field(), "L" + LaneMethods.OWNER + ";");
    out.visitMethodInsn(
        INVOKESTATIC, Intrinsic.OWNER, intrinsic.method, intrinsic.descriptor, false);
    switch (intrinsic) {
      case EXTRACT -> shape.ofBits(out);
      case COMPARE -> out.visitTypeInsn(CHECKCAST, classes().mask());
      case HALF -> out.visitTypeInsn(CHECKCAST, classes().half());
      default -> out.visitTypeInsn(CHECKCAST, new LaneClasses(result()).vector());
    }
  }

  /** The arguments of an intrinsic. */
  private record Arguments(MethodVisitor out, IntrinsicCall call, int first) {
    void push() {
      LaneShape shape = call.shape;
      LaneClasses classes = call.classes();
      switch (call.intrinsic) {
        case UNARY -> {
          operation();
          argument(0, classes.vector());
          out.visitInsn(ACONST_NULL);
        }
        case BINARY -> {
          operation();
          argument(0, classes.vector());
          argument(call.operator.isEmpty() ? 1 : 2, classes.vector());
          out.visitInsn(ACONST_NULL);
        }
        case SHIFT -> {
          operation();
          argument(0, classes.vector());
          out.visitVarInsn(LLOAD, first + 2);
          out.visitInsn(L2I);
          out.visitInsn(ACONST_NULL);
        }
        case CONVERT -> {
          var to = new LaneClasses(call.result());
          operator("VECTOR_OP_REINTERPRET");
          classes.push(out);
          classes.pushCount(out);
          to.push(out);
          to.pushCount(out);
          argument(0, classes.vector());
          to.pushSpecies(out);
        }
        case HALF -> {
          operator("VECTOR_OP_REINTERPRET");
          classes.push(out);
          classes.pushCount(out);
          classes.pushHalf(out);
          argument(0, classes.vector());
          classes.pushHalfSpecies(out);
        }
        case WIDEN -> {
          var to = new LaneClasses(call.result());
          operator(call.operator.startsWith(UNSIGNED) ? "VECTOR_OP_UCAST" : "VECTOR_OP_CAST");
          classes.pushHalf(out);
          to.push(out);
          to.pushCount(out);
          argument(0, classes.half());
          to.pushSpecies(out);
        }
        case BROADCAST -> {
          classes.push(out);
          classes.pushCount(out);
          out.visitVarInsn(shape.lane.getOpcode(ILOAD), first + 1);
          shape.toBits(out);
          operator("MODE_BROADCAST");
          classes.pushSpecies(out);
        }
        case EXTRACT -> {
          classes.push(out);
          classes.pushCount(out);
          argument(0, classes.vector());
          out.visitVarInsn(ILOAD, first + 1);
        }
        case INSERT -> {
          classes.push(out);
          classes.pushCount(out);
          argument(0, classes.vector());
          out.visitVarInsn(ILOAD, first + 1);
          out.visitVarInsn(shape.lane.getOpcode(ILOAD), first + 2);
          shape.toBits(out);
        }
        case COMPARE -> {
          operator(call.intrinsic.constant(call.operator));
          classes.pushWithMask(out);
          classes.pushCount(out);
          argument(0, classes.vector());
          argument(2, classes.vector());
          out.visitInsn(ACONST_NULL);
        }
        case BLEND -> {
          classes.pushWithMask(out);
          classes.pushCount(out);
          argument(0, classes.vector());
          argument(1, classes.vector());
          argument(2, classes.mask());
        }
        default -> {
          out.visitLdcInsn(Type.getObjectType(classes.vector()));
          out.visitLdcInsn(Type.getObjectType(classes.order()));
          out.visitInsn(ACONST_NULL);
          classes.pushLane(out);
          classes.pushCount(out);
          argument(0, classes.vector());
          argument(1, classes.order());
          out.visitInsn(ACONST_NULL);
        }
      }
    }

    private void argument(int index, String type) {
      out.visitVarInsn(ALOAD, first + index);
      out.visitTypeInsn(CHECKCAST, type);
    }

    /** Pushes the number of the operator, the classes and how many lanes there are. */
    private void operation() {
      operator(call.intrinsic.constant(IntrinsicCall.operator(call.method, call.operator)));
      out.visitLdcInsn(Type.getObjectType(call.classes().vector()));
      out.visitInsn(ACONST_NULL);
      call.classes().pushLane(out);
      call.classes().pushCount(out);
    }

    private void operator(String constant) {
      out.visitFieldInsn(GETSTATIC, Intrinsic.OWNER, constant, "I");
    }
  }
}
