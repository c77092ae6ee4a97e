package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.OpcodeImpl;
import java.util.Map;
import java.util.Optional;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** Unsigned divisions by constants, made without dividing. */
final class DivisionRewrite {
  private static final String RUNTIME = Type.getInternalName(OpcodeImpl.class);
  private static final String OURS = Type.getInternalName(UnsignedDivision.class);
  private static final Map<String, String> NARROW =
      Map.of("I32_DIV_U", "divide", "I32_REM_U", "remainder");
  private static final String DIVIDE = "I64_DIV_U";
  private static final String REMAINDER = "I64_REM_U";

  // The most that our arguments need beyond Chicory's: those of a remainder.
  private static final int MORE_STACK = 4;

  private DivisionRewrite() {}

  /** Rewrites the call if it divides by a constant other than 0, which traps. */
  static void apply(MethodNode method, MethodInsnNode call) {
    if (!call.owner.equals(RUNTIME)) {
      return;
    }
    AbstractInsnNode push = call.getPrevious();
    Optional<Number> divisor = constant(push).filter(number -> number.longValue() != 0);
    if (divisor.isEmpty()) {
      return;
    }
    if (NARROW.containsKey(call.name)) {
      call.owner = OURS;
      call.name = NARROW.get(call.name);
    } else if (call.name.equals(DIVIDE) || call.name.equals(REMAINDER)) {
      method.instructions.insertBefore(
          push, wide(divisor.get().longValue(), call.name.equals(DIVIDE)));
      method.instructions.remove(push);
      method.instructions.remove(call);
      method.maxStack += MORE_STACK;
    }
  }

  private static InsnList wide(long divisor, boolean quotient) {
    var code = new InsnList();
    if (Long.bitCount(divisor) == 1) {
      code.add(
          quotient
              ? new LdcInsnNode(Long.numberOfTrailingZeros(divisor))
              : new LdcInsnNode(divisor - 1));
      code.add(new InsnNode(quotient ? Opcodes.LUSHR : Opcodes.LAND));
      return code;
    }
    Reciprocal reciprocal = Reciprocal.of(divisor);
    if (!quotient) {
      code.add(new LdcInsnNode(divisor));
    }
    code.add(new LdcInsnNode(reciprocal.before()));
    code.add(new LdcInsnNode(reciprocal.magic()));
    code.add(new LdcInsnNode(reciprocal.after()));
    code.add(
        new MethodInsnNode(
            Opcodes.INVOKESTATIC,
            OURS,
            (quotient ? "divide" : "remainder") + reciprocal.method(),
            quotient ? "(JIJI)J" : "(JJIJI)J"));
    return code;
  }

  /** What the instruction pushes, if that is an integer known here. */
  private static Optional<Number> constant(AbstractInsnNode instruction) {
    if (instruction instanceof LdcInsnNode load) {
      return load.cst instanceof Long || load.cst instanceof Integer
          ? Optional.of((Number) load.cst)
          : Optional.empty();
    }
    if (instruction instanceof IntInsnNode push && push.getOpcode() != Opcodes.NEWARRAY) {
      return Optional.of(push.operand);
    }
    int opcode = instruction == null ? Opcodes.NOP : instruction.getOpcode();
    if (opcode >= Opcodes.ICONST_M1 && opcode <= Opcodes.ICONST_5) {
      return Optional.of(opcode - Opcodes.ICONST_0);
    }
    return opcode == Opcodes.LCONST_1 ? Optional.of(1L) : Optional.empty();
  }
}
