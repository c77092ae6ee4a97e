package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import com.dylibso.chicory.wasm.types.OpCode;
import dev.wasmrun.compiler.runtime.UnsignedDivision;
import java.util.Optional;
import org.objectweb.asm.Type;

/**
 * Divisions by constants: unsigned ones without dividing, signed ones without looking for traps.
 *
 * <p>HotSpot makes a multiplication of a signed division by a constant, but not of an unsigned one
 * of 64 bits.
 */
final class ConstantDivision {
  private static final String CALLED = Type.getInternalName(UnsignedDivision.class);
  private static final int HAS_UNSIGNED_MULTIPLY_HIGH = 18;
  private static final long LOW_HALF = 0xFFFF_FFFFL;

  private ConstantDivision() {}

  /** Whether a division by a constant can be emitted here: one that cannot trap. */
  static boolean fits(OpCode code, long divisor) {
    return switch (code) {
      case I32_DIV_U, I32_REM_U -> (int) divisor != 0;
      case I64_DIV_U, I64_REM_U -> divisor != 0;
      case I32_DIV_S, I32_REM_S -> (int) divisor != 0 && (int) divisor != -1;
      case I64_DIV_S, I64_REM_S -> divisor != 0 && divisor != -1;
      default -> false;
    };
  }

  /** Emits the division of what is on the stack. */
  static void emit(Asm asm, OpCode code, long divisor) {
    switch (code) {
      case I32_DIV_U -> narrow(asm, (int) divisor, true);
      case I32_REM_U -> narrow(asm, (int) divisor, false);
      case I64_DIV_U -> wide(asm, divisor, true);
      case I64_REM_U -> wide(asm, divisor, false);
      case I32_DIV_S, I32_REM_S -> {
        asm.constant((int) divisor);
        asm.insn(code == OpCode.I32_DIV_S ? IDIV : IREM);
      }
      default -> {
        asm.constant(divisor);
        asm.insn(code == OpCode.I64_DIV_S ? LDIV : LREM);
      }
    }
  }

  private static void narrow(Asm asm, int divisor, boolean quotient) {
    Optional<Reciprocal> fitting =
        Integer.bitCount(divisor) == 1
            ? Optional.empty()
            : Reciprocal.fitting(Integer.toUnsignedLong(divisor), Integer.SIZE);
    if (fitting.isPresent()) {
      multiplyNarrow(asm, divisor, quotient, fitting.get());
    } else {
      asm.constant(divisor);
      asm.call(CALLED, quotient ? "divide" : "remainder", "(II)I");
    }
  }

  /** The factors have 32 bits, so their product is exact in 64. */
  private static void multiplyNarrow(
      Asm asm, int divisor, boolean quotient, Reciprocal reciprocal) {
    if (!quotient) {
      asm.insn(DUP);
    }
    if (reciprocal.before() > 0) {
      asm.constant(reciprocal.before());
      asm.insn(IUSHR);
    }
    asm.insn(I2L);
    asm.constant(LOW_HALF);
    asm.insn(LAND);
    asm.constant(reciprocal.magic());
    asm.insn(LMUL);
    asm.constant(Integer.SIZE + reciprocal.after());
    asm.insn(LUSHR, L2I);
    if (!quotient) {
      asm.constant(divisor);
      asm.insn(IMUL, ISUB);
    }
  }

  private static void wide(Asm asm, long divisor, boolean quotient) {
    if (Long.bitCount(divisor) == 1) {
      shiftOrMask(asm, divisor, quotient);
      return;
    }
    Optional<Reciprocal> unsigned =
        Runtime.version().feature() >= HAS_UNSIGNED_MULTIPLY_HIGH
            ? Reciprocal.fitting(divisor, Long.SIZE)
            : Optional.empty();
    if (unsigned.isPresent()) {
      multiplyWide(asm, divisor, quotient, unsigned.get());
    } else {
      call(asm, divisor, quotient, Reciprocal.of(divisor, Long.SIZE));
    }
  }

  private static void shiftOrMask(Asm asm, long powerOfTwo, boolean quotient) {
    if (quotient) {
      asm.constant(Long.numberOfTrailingZeros(powerOfTwo));
      asm.insn(LUSHR);
    } else {
      asm.constant(powerOfTwo - 1);
      asm.insn(LAND);
    }
  }

  private static void multiplyWide(Asm asm, long divisor, boolean quotient, Reciprocal reciprocal) {
    if (!quotient) {
      asm.insn(DUP2);
    }
    asm.constant(reciprocal.before());
    asm.insn(LUSHR);
    asm.constant(reciprocal.magic());
    asm.call("java/lang/Math", "unsignedMultiplyHigh", "(JJ)J");
    asm.constant(reciprocal.after());
    asm.insn(LUSHR);
    if (!quotient) {
      asm.constant(divisor);
      asm.insn(LMUL, LSUB);
    }
  }

  private static void call(Asm asm, long divisor, boolean quotient, Reciprocal reciprocal) {
    if (!quotient) {
      asm.constant(divisor);
    }
    asm.constant(reciprocal.before());
    asm.constant(reciprocal.magic());
    asm.constant(reciprocal.after());
    asm.call(CALLED, reciprocal.method().methodName(quotient), quotient ? "(JIJI)J" : "(JJIJI)J");
  }
}
