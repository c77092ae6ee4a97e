package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Calls HotSpot's intrinsics instead of the methods of the Vector API that end in one.
 *
 * <p>A method of the API is some ten calls, one in the other, and HotSpot inlines them all. A loop
 * of a few hundred of them took both of its compilers many seconds, and the first often gave up.
 *
 * <pre>
 *   IntVector.add  ─▶  IntVector_add ─▶ VectorSupport.binaryOp        compiled: an instruction
 *                                             └▶ apply ─▶ IntVector.add        until then
 * </pre>
 */
final class Intrinsics {
  private static final String OWNER = LaneMethods.OWNER;
  private static final String NUMBER = "number";
  private static final String DONT_INLINE = "Ljdk/internal/vm/annotation/DontInline;";

  /** No method has variables above this, and no call more arguments than these. */
  private static final int FIRST_VARIABLE = 8;

  private static final int VARIABLES = 6;

  private final Map<String, IntrinsicCall> calls = new LinkedHashMap<>();

  /** Passes a method's code on, with the calls that can be replaced. */
  MethodVisitor replacing(MethodVisitor out) {
    return new Replacing(out);
  }

  private final class Replacing extends MethodVisitor {
    private final Deque<String> operators = new ArrayDeque<>(); // on the stack, the topmost first
    private final Deque<String> types = new ArrayDeque<>(); // of those

    private int variable = FIRST_VARIABLE;

    Replacing(MethodVisitor out) {
      super(Opcodes.ASM9, out);
    }

    @Override
    public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
      if (owner.equals(LaneShape.OPERATORS)) {
        operators.push(name);
        types.push(descriptor);
      }
      super.visitFieldInsn(opcode, owner, name, descriptor);
    }

    @Override
    public void visitMethodInsn(
        int opcode, String owner, String name, String descriptor, boolean isInterface) {
      boolean takesOperator = descriptor.startsWith("(L" + LaneShape.OPERATORS + "$");
      String operator = takesOperator ? operators.pop() : "";
      String type = takesOperator ? types.pop() : "";
      Intrinsic intrinsic = LaneShape.isOwner(owner) ? of(name, descriptor) : null;
      if (intrinsic == null || !intrinsic.present || !hasOperator(intrinsic, name, operator)) {
        super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
        return;
      }
      LaneShape shape = LaneShape.of(owner);
      var call =
          new IntrinsicCall(
              intrinsic,
              shape,
              name,
              descriptor,
              opcode == INVOKESTATIC,
              operator,
              type,
              calls.size());
      IntrinsicCall first = calls.putIfAbsent(call.name(), call);
      (first == null ? call : first).emit(mv, variables());
    }

    /** Where the next arguments are kept, which come after constants that are not pushed yet. */
    private int variables() {
      int first = variable;
      variable += VARIABLES;
      return first;
    }
  }

  private static Intrinsic of(String name, String descriptor) {
    return switch (name) {
      case "add", "sub", "mul", "div", "min", "max" -> Intrinsic.BINARY;
      case "neg", "abs", "sqrt" -> Intrinsic.UNARY;
      case "lanewise" -> ofLanes(descriptor);
      case "broadcast" -> Intrinsic.BROADCAST;
      case "lane" -> Intrinsic.EXTRACT;
      case "withLane" -> Intrinsic.INSERT;
      case "compare" -> Intrinsic.COMPARE;
      case "blend" -> Intrinsic.BLEND;
      case "reinterpretShape" -> Intrinsic.HALF;
      case "convertShape" -> Intrinsic.WIDEN;
      case "rearrange" -> Intrinsic.REARRANGE;
      default -> name.startsWith("reinterpretAs") ? Intrinsic.CONVERT : null;
    };
  }

  private static Intrinsic ofLanes(String descriptor) {
    if (descriptor.contains("$Unary;")) {
      return Intrinsic.UNARY;
    }
    return descriptor.contains(";J)") ? Intrinsic.SHIFT : Intrinsic.BINARY;
  }

  private static boolean hasOperator(Intrinsic intrinsic, String name, String operator) {
    return switch (intrinsic) {
      case UNARY, BINARY, SHIFT, COMPARE ->
          intrinsic.constant(IntrinsicCall.operator(name, operator)) != null;
      default -> true;
    };
  }

  /** What the class implements, so that its objects do slowly what intrinsics do. */
  static String[] slowTypes() {
    return Arrays.stream(Intrinsic.values())
        .filter(intrinsic -> intrinsic.present)
        .map(intrinsic -> intrinsic.slowType)
        .distinct()
        .toArray(String[]::new);
  }

  /** Writes what the methods that were passed on call. */
  void write(ClassWriter writer) {
    writer.visitField(ACC_PRIVATE | ACC_FINAL, NUMBER, "I", null, null).visitEnd();
    for (IntrinsicCall call : calls.values()) {
      slowly(writer, call);
    }
    var written = new HashSet<String>();
    for (Intrinsic intrinsic : Intrinsic.values()) {
      if (intrinsic.present && written.add(intrinsic.slowType)) {
        apply(
            writer,
            intrinsic,
            calls.values().stream()
                .filter(call -> call.intrinsic().slowType.equals(intrinsic.slowType))
                .toList());
      }
    }
  }

  /** Gives the objects to their fields. */
  void initialize(MethodVisitor out) {
    for (IntrinsicCall call : calls.values()) {
      out.visitTypeInsn(NEW, OWNER);
      out.visitInsn(DUP);
      out.visitLdcInsn(call.number());
      out.visitMethodInsn(INVOKESPECIAL, OWNER, "<init>", "(I)V", false);
      out.visitFieldInsn(PUTSTATIC, OWNER, call.field(), "L" + OWNER + ";");
    }
  }

  /** Writes the constructor, of an object with a number. */
  static void constructor(ClassWriter writer) {
    MethodVisitor out = writer.visitMethod(ACC_PRIVATE, "<init>", "(I)V", null, null);
    out.visitCode();
    out.visitVarInsn(ALOAD, 0);
    out.visitMethodInsn(INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
    out.visitVarInsn(ALOAD, 0);
    out.visitVarInsn(ILOAD, 1);
    out.visitFieldInsn(PUTFIELD, OWNER, NUMBER, "I");
    out.visitInsn(RETURN);
    out.visitMaxs(0, 0);
    out.visitEnd();
  }

  /** The method by which objects do slowly what an intrinsic does. */
  private static void apply(ClassWriter writer, Intrinsic intrinsic, List<IntrinsicCall> calls) {
    MethodVisitor out =
        writer.visitMethod(ACC_PUBLIC, intrinsic.slowMethod, intrinsic.slowDescriptor, null, null);
    out.visitCode();
    var other = new Label();
    var labels = calls.stream().map(call -> new Label()).toArray(Label[]::new);
    out.visitVarInsn(ALOAD, 0);
    out.visitFieldInsn(GETFIELD, OWNER, NUMBER, "I");
    out.visitLookupSwitchInsn(
        other, calls.stream().mapToInt(IntrinsicCall::number).toArray(), labels);
    for (int i = 0; i < labels.length; i++) {
      begin(out, labels[i], intrinsic);
      applied(out, calls.get(i));
    }
    begin(out, other, intrinsic);
    out.visitInsn(ACONST_NULL);
    out.visitInsn(ATHROW);
    out.visitMaxs(0, 0);
    out.visitEnd();
  }

  private static void begin(MethodVisitor out, Label label, Intrinsic intrinsic) {
    out.visitLabel(label);
    var variables = new ArrayList<Object>(List.of(OWNER));
    for (Type type : Type.getArgumentTypes(intrinsic.slowDescriptor)) {
      variables.add(
          switch (type.getSort()) {
            case Type.INT -> INTEGER;
            case Type.LONG -> Opcodes.LONG;
            default -> type.getInternalName();
          });
    }
    out.visitFrame(F_NEW, variables.size(), variables.toArray(), 0, new Object[0]);
  }

  /** Calls the slow method with the arguments of {@link #apply}. */
  private static void applied(MethodVisitor out, IntrinsicCall call) {
    List<Type> wanted = call.arguments();
    int given = call.intrinsic() == Intrinsic.COMPARE ? 2 : 1;
    int bits = call.intrinsic() == Intrinsic.INSERT ? 3 : 1;
    for (int i = 0; i < wanted.size(); i++) {
      Type type = wanted.get(i);
      if (type.getInternalName().startsWith(LaneShape.OPERATORS)) {
        out.visitFieldInsn(GETSTATIC, LaneShape.OPERATORS, call.operator(), call.operatorType());
      } else if (call.intrinsic() == Intrinsic.HALF && i == 1) {
        call.shape().halfSpecies(out);
      } else if (call.intrinsic() == Intrinsic.WIDEN && i == 2) {
        call.result().species(out);
      } else if (i > 1 && call.isOfLowerHalf()) {
        out.visitInsn(ICONST_0);
      } else if (call.intrinsic() == Intrinsic.BROADCAST && i == 0) {
        call.shape().species(out);
      } else if (type.getSort() == Type.OBJECT) {
        out.visitVarInsn(ALOAD, given++);
        out.visitTypeInsn(CHECKCAST, type.getInternalName());
      } else if (call.intrinsic() == Intrinsic.SHIFT) {
        out.visitVarInsn(ILOAD, given++);
        out.visitInsn(I2L);
      } else if (call.intrinsic() == Intrinsic.BROADCAST || i == 2) {
        out.visitVarInsn(LLOAD, bits);
        call.shape().ofBits(out);
      } else {
        out.visitVarInsn(ILOAD, given++);
      }
    }
    LaneMethods.call(out, call.name(), call.slowDescriptor());
    if (call.intrinsic() == Intrinsic.EXTRACT) {
      call.shape().toBits(out);
      out.visitInsn(LRETURN);
    } else {
      out.visitInsn(ARETURN);
    }
  }

  /** Writes the method that does slowly what a call does, and the field of its object. */
  private static void slowly(ClassWriter writer, IntrinsicCall call) {
    int flags = ACC_PRIVATE | ACC_STATIC;
    writer.visitField(flags | ACC_FINAL, call.field(), "L" + OWNER + ";", null, null).visitEnd();
    MethodVisitor out = writer.visitMethod(flags, call.name(), call.slowDescriptor(), null, null);
    out.visitAnnotation(DONT_INLINE, true).visitEnd();
    out.visitCode();
    slow(out, call);
    out.visitInsn(Type.getReturnType(call.descriptor()).getOpcode(IRETURN));
    out.visitMaxs(0, 0);
    out.visitEnd();
  }

  /** Calls the method of the API, which takes microseconds for a mere reinterpretation. */
  private static void slow(MethodVisitor out, IntrinsicCall call) {
    if (call.intrinsic() == Intrinsic.CONVERT) {
      LaneArrays.copy(out, call.shape(), call.result());
      return;
    }
    int variable = 0;
    for (Type type : call.arguments()) {
      out.visitVarInsn(type.getOpcode(ILOAD), variable);
      variable += type.getSize();
    }
    int opcode = call.isStatic() ? INVOKESTATIC : INVOKEVIRTUAL;
    out.visitMethodInsn(opcode, call.shape().owner, call.method(), call.descriptor(), false);
  }
}
