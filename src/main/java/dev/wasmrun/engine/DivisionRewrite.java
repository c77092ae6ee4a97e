package dev.wasmrun.engine;

import java.util.Map;
import java.util.Optional;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
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
  private static final long LOW_HALF = 0xFFFF_FFFFL;

  private DivisionRewrite() {}

  /** Rewrites the call if it divides by a constant that cannot make it trap. */
  static void apply(MethodNode method, MethodInsnNode call) {
    if (!Rewrite.isOperation(call)) {
      return;
    }
    AbstractInsnNode push = call.getPrevious();
    Optional<Number> divisor = Rewrite.constant(push).filter(number -> number.longValue() != 0);
    if (divisor.isEmpty()) {
      return;
    }
    if (NARROW.containsKey(call.name)) {
      narrow(method, push, call, divisor.get().intValue());
    } else if (SIGNED.containsKey(call.name) && divisor.get().longValue() != -1) {
      method.instructions.set(call, new InsnNode(SIGNED.get(call.name)));
    } else if (call.name.equals(DIVIDE) || call.name.equals(REMAINDER)) {
      method.instructions.insertBefore(
          push, wide(divisor.get().longValue(), call.name.equals(DIVIDE)));
      method.instructions.remove(push);
      method.instructions.remove(call);
    }
  }

  private static void narrow(
      MethodNode method, AbstractInsnNode push, MethodInsnNode call, int divisor) {
    Optional<Reciprocal> fitting =
        Integer.bitCount(divisor) == 1
            ? Optional.empty()
            : Reciprocal.fitting(Integer.toUnsignedLong(divisor), Integer.SIZE);
    if (fitting.isPresent()) {
      boolean quotient = NARROW.get(call.name).equals("divide");
      method.instructions.insertBefore(push, narrowMultiplied(divisor, quotient, fitting.get()));
      method.instructions.remove(push);
      method.instructions.remove(call);
    } else {
      call.owner = OURS;
      call.name = NARROW.get(call.name);
    }
  }

  /** The factors have 32 bits, so their product is exact in 64. */
  private static InsnList narrowMultiplied(int divisor, boolean quotient, Reciprocal reciprocal) {
    var code = new InsnList();
    if (!quotient) {
      code.add(new InsnNode(Opcodes.DUP));
    }
    if (reciprocal.before() > 0) {
      code.add(new LdcInsnNode(reciprocal.before()));
      code.add(new InsnNode(Opcodes.IUSHR));
    }
    code.add(new InsnNode(Opcodes.I2L));
    code.add(new LdcInsnNode(LOW_HALF));
    code.add(new InsnNode(Opcodes.LAND));
    code.add(new LdcInsnNode(reciprocal.magic()));
    code.add(new InsnNode(Opcodes.LMUL));
    code.add(new LdcInsnNode(Integer.SIZE + reciprocal.after()));
    code.add(new InsnNode(Opcodes.LUSHR));
    code.add(new InsnNode(Opcodes.L2I));
    if (!quotient) {
      code.add(new LdcInsnNode(divisor));
      code.add(new InsnNode(Opcodes.IMUL));
      code.add(new InsnNode(Opcodes.ISUB));
    }
    return code;
  }

  private static InsnList wide(long divisor, boolean quotient) {
    if (Long.bitCount(divisor) == 1) {
      return shiftOrMask(divisor, quotient);
    }
    Optional<Reciprocal> unsigned =
        Runtime.version().feature() >= HAS_UNSIGNED_MULTIPLY_HIGH
            ? Reciprocal.fitting(divisor, Long.SIZE)
            : Optional.empty();
    return unsigned
        .map(reciprocal -> multiplied(divisor, quotient, reciprocal))
        .orElseGet(() -> called(divisor, quotient, Reciprocal.of(divisor, Long.SIZE)));
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
}
