package dev.wasmrun.engine;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Comparisons that decide a branch, made by the branch: Chicory calls a method for 1 or 0, and
 * compares that with 0.
 */
final class ComparisonRewrite {
  /*
   * HotSpot's optimizing compiler sees through the calls. The interpreter and the quick compiler do
   * not, and the frequencies that they count for the optimizing one are those of all the comparisons
   * that share a method.
   *
   * Unsigned comparisons of 32 bits are left to Integer.compareUnsigned where that is an intrinsic.
   * Before, HotSpot has been seen to miscompile it (Chicory's issue 843), and so they are made with
   * 64 bits there.
   */

  private static final int COMPARE_UNSIGNED_IS_INTRINSIC = 19;
  private static final long LOW_HALF = 0xFFFF_FFFFL;
  private static final String SHADED_I32_GE_U = "i32_ge_u";

  /** What a result of three ways, negative, 0 or positive, must be for the comparison to hold. */
  private static final Map<String, Integer> HOLDS =
      Map.of(
          "EQ", Opcodes.IFEQ,
          "NE", Opcodes.IFNE,
          "LT", Opcodes.IFLT,
          "GE", Opcodes.IFGE,
          "GT", Opcodes.IFGT,
          "LE", Opcodes.IFLE);

  private ComparisonRewrite() {}

  /** Rewrites the call if it compares for the branch after it. */
  static void apply(MethodNode method, MethodInsnNode call) {
    if (!Rewrite.isOperation(call) && !call.name.equals(SHADED_I32_GE_U)) {
      return;
    }
    Optional<JumpInsnNode> jump = branch(call.getNext());
    if (jump.isEmpty()) {
      return;
    }
    boolean whenHolds = jump.get().getOpcode() == Opcodes.IFNE;
    Optional<Branch> branch = branch(call.name.toUpperCase(Locale.ROOT));
    if (branch.isPresent()) {
      int opcode = branch.get().opcode();
      jump.get().setOpcode(whenHolds ? opcode : opposite(opcode));
      method.instructions.insertBefore(call, branch.get().before());
      method.instructions.remove(call);
    }
  }

  /** The instruction, if it branches on 0 or on anything else. */
  private static Optional<JumpInsnNode> branch(AbstractInsnNode instruction) {
    return instruction instanceof JumpInsnNode jump
            && (jump.getOpcode() == Opcodes.IFEQ || jump.getOpcode() == Opcodes.IFNE)
        ? Optional.of(jump)
        : Optional.empty();
  }

  /**
   * A branch that is taken when a comparison holds.
   *
   * @param before what has to be done to the operands for it
   */
  private record Branch(InsnList before, int opcode) {}

  private static Optional<Branch> branch(String operation) {
    if (operation.equals("I32_EQZ")) {
      return Optional.of(new Branch(new InsnList(), Opcodes.IFEQ));
    }
    if (operation.equals("I64_EQZ")) {
      InsnList code = list(Opcodes.LCONST_0, Opcodes.LCMP);
      return Optional.of(new Branch(code, Opcodes.IFEQ));
    }
    String[] parts = operation.split("_"); // such as I32, LT, U
    Integer holds = parts.length < 2 ? null : HOLDS.get(parts[1]);
    if (holds == null) {
      return Optional.empty();
    }
    boolean unsigned = parts.length > 2 && parts[2].equals("U");
    boolean less = parts[1].startsWith("L");
    // A NaN makes every comparison but NE false: FCMPG takes it for greater, FCMPL for less.
    switch (parts[0]) {
      case "I32":
        return Optional.of(unsigned ? narrowUnsigned(holds) : narrowSigned(holds));
      case "I64":
        return Optional.of(
            new Branch(
                unsigned ? compareUnsigned(Long.class, "(JJ)I") : list(Opcodes.LCMP), holds));
      case "F32":
        return Optional.of(new Branch(list(less ? Opcodes.FCMPG : Opcodes.FCMPL), holds));
      case "F64":
        return Optional.of(new Branch(list(less ? Opcodes.DCMPG : Opcodes.DCMPL), holds));
      default:
        return Optional.empty();
    }
  }

  private static Branch narrowSigned(int holds) {
    return new Branch(new InsnList(), holds - Opcodes.IFEQ + Opcodes.IF_ICMPEQ);
  }

  private static Branch narrowUnsigned(int holds) {
    if (Runtime.version().feature() >= COMPARE_UNSIGNED_IS_INTRINSIC) {
      return new Branch(compareUnsigned(Integer.class, "(II)I"), holds);
    }
    var code = new InsnList();
    widen(code);
    code.add(list(Opcodes.DUP2_X1, Opcodes.POP2));
    widen(code);
    code.add(new InsnNode(Opcodes.LCMP)); // the second operand with the first
    return new Branch(code, exchanged(holds));
  }

  private static void widen(InsnList code) {
    code.add(new InsnNode(Opcodes.I2L));
    code.add(new LdcInsnNode(LOW_HALF));
    code.add(new InsnNode(Opcodes.LAND));
  }

  private static InsnList compareUnsigned(Class<?> number, String descriptor) {
    var code = new InsnList();
    code.add(
        new MethodInsnNode(
            Opcodes.INVOKESTATIC, Type.getInternalName(number), "compareUnsigned", descriptor));
    return code;
  }

  private static InsnList list(int... opcodes) {
    var code = new InsnList();
    for (int opcode : opcodes) {
      code.add(new InsnNode(opcode));
    }
    return code;
  }

  /** The branch that is taken when this one is not: they come in pairs, the first one odd. */
  private static int opposite(int branch) {
    return (branch & 1) == 1 ? branch + 1 : branch - 1;
  }

  /** The branch for a comparison of the operands the other way round. */
  private static int exchanged(int branch) {
    return switch (branch) {
      case Opcodes.IFLT -> Opcodes.IFGT;
      case Opcodes.IFGT -> Opcodes.IFLT;
      case Opcodes.IFGE -> Opcodes.IFLE;
      case Opcodes.IFLE -> Opcodes.IFGE;
      default -> branch;
    };
  }
}
