package dev.wasmrun.engine;

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

/**
 * Divisions by constants: unsigned ones without dividing, signed ones without looking for traps.
 */
final class DivisionRewrite {
  private static final String OURS = Type.getInternalName(UnsignedDivision.class);
  private static final Map<String, String> NARROW =
      Map.of("I32_DIV_U", "divide", "I32_REM_U", "remainder");
  private static final String DIVIDE = "I64_DIV_U";
  private static final String REMAINDER = "I64_REM_U";

  /** What HotSpot itself makes a multiplication of. */
  private static final Map<String, Integer> SIGNED =
      Map.of(
          "I32_DIV_S", Opcodes.IDIV,
          "I32_REM_S", Opcodes.IREM,
          "I64_DIV_S", Opcodes.LDIV,
          "I64_REM_S", Opcodes.LREM);

  private static final int HAS_UNSIGNED_MULTIPLY_HIGH = 18;

  private DivisionRewrite() {}

  /** Rewrites the call if it divides by a constant that cannot make it trap. */
  static void apply(MethodNode method, MethodInsnNode call) {
    if (!Rewrite.isOperation(call)) {
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
    } else if (SIGNED.containsKey(call.name) && divisor.get().longValue() != -1) {
      method.instructions.set(call, new InsnNode(SIGNED.get(call.name)));
    } else if (call.name.equals(DIVIDE) || call.name.equals(REMAINDER)) {
      method.instructions.insertBefore(
          push, wide(divisor.get().longValue(), call.name.equals(DIVIDE)));
      method.instructions.remove(push);
      method.instructions.remove(call);
    }
  }

  private static InsnList wide(long divisor, boolean quotient) {
    if (Long.bitCount(divisor) == 1) {
      return shiftOrMask(divisor, quotient);
    }
    Optional<Reciprocal> unsigned =
        Runtime.version().feature() >= HAS_UNSIGNED_MULTIPLY_HIGH
            ? Reciprocal.ofAtMost64Bits(divisor)
            : Optional.empty();
    return unsigned
        .map(reciprocal -> multiplied(divisor, quotient, reciprocal))
        .orElseGet(() -> called(divisor, quotient, Reciprocal.of(divisor)));
  }

  private static InsnList shiftOrMask(long powerOfTwo, boolean quotient) {
    var code = new InsnList();
    code.add(
        quotient
            ? new LdcInsnNode(Long.numberOfTrailingZeros(powerOfTwo))
            : new LdcInsnNode(powerOfTwo - 1));
    code.add(new InsnNode(quotient ? Opcodes.LUSHR : Opcodes.LAND));
    return code;
  }

  private static InsnList multiplied(long divisor, boolean quotient, Reciprocal reciprocal) {
    var code = new InsnList();
    if (!quotient) {
      code.add(new InsnNode(Opcodes.DUP2));
    }
    code.add(new LdcInsnNode(reciprocal.before()));
    code.add(new InsnNode(Opcodes.LUSHR));
    code.add(new LdcInsnNode(reciprocal.magic()));
    code.add(
        new MethodInsnNode(
            Opcodes.INVOKESTATIC,
            Type.getInternalName(Math.class),
            "unsignedMultiplyHigh",
            "(JJ)J"));
    code.add(new LdcInsnNode(reciprocal.after()));
    code.add(new InsnNode(Opcodes.LUSHR));
    if (!quotient) {
      code.add(new LdcInsnNode(divisor));
      code.add(new InsnNode(Opcodes.LMUL));
      code.add(new InsnNode(Opcodes.LSUB));
    }
    return code;
  }

  private static InsnList called(long divisor, boolean quotient, Reciprocal reciprocal) {
    var code = new InsnList();
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
