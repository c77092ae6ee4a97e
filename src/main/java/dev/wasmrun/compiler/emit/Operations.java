package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import com.dylibso.chicory.wasm.types.OpCode;
import dev.wasmrun.compiler.code.Kind;
import dev.wasmrun.compiler.code.StackEffect;
import dev.wasmrun.compiler.runtime.Numeric;
import java.util.Locale;
import org.objectweb.asm.Type;

/**
 * Numeric operations as instructions of the JVM or, where there is none, calls of {@link Numeric}.
 */
final class Operations {
  private static final String NUMERIC = Type.getInternalName(Numeric.class);

  private Operations() {}

  /** Emits an operation whose operands are on the stack and whose result is left there. */
  static void emit(Asm asm, OpCode code) {
    switch (code) {
      case I32_ADD -> asm.insn(IADD);
      case I32_SUB -> asm.insn(ISUB);
      case I32_MUL -> asm.insn(IMUL);
      case I32_AND -> asm.insn(IAND);
      case I32_OR -> asm.insn(IOR);
      case I32_XOR -> asm.insn(IXOR);
      case I32_SHL -> asm.insn(ISHL);
      case I32_SHR_S -> asm.insn(ISHR);
      case I32_SHR_U -> asm.insn(IUSHR);
      case I64_ADD -> asm.insn(LADD);
      case I64_SUB -> asm.insn(LSUB);
      case I64_MUL -> asm.insn(LMUL);
      case I64_AND -> asm.insn(LAND);
      case I64_OR -> asm.insn(LOR);
      case I64_XOR -> asm.insn(LXOR);
      case I64_SHL -> asm.insn(L2I, LSHL);
      case I64_SHR_S -> asm.insn(L2I, LSHR);
      case I64_SHR_U -> asm.insn(L2I, LUSHR);
      case F32_ADD -> asm.insn(FADD);
      case F32_SUB -> asm.insn(FSUB);
      case F32_MUL -> asm.insn(FMUL);
      case F32_DIV -> asm.insn(FDIV);
      case F64_ADD -> asm.insn(DADD);
      case F64_SUB -> asm.insn(DSUB);
      case F64_MUL -> asm.insn(DMUL);
      case F64_DIV -> asm.insn(DDIV);
      case I32_WRAP_I64 -> asm.insn(L2I);
      case I64_EXTEND_I32_S -> asm.insn(I2L);
      case I64_EXTEND_I32_U -> {
        asm.insn(I2L);
        asm.constant(0xFFFF_FFFFL);
        asm.insn(LAND);
      }
      case I32_EXTEND_8_S -> asm.insn(I2B);
      case I32_EXTEND_16_S -> asm.insn(I2S);
      case I64_EXTEND_8_S -> asm.insn(L2I, I2B, I2L);
      case I64_EXTEND_16_S -> asm.insn(L2I, I2S, I2L);
      case I64_EXTEND_32_S -> asm.insn(L2I, I2L);
      case F32_CONVERT_I32_S -> asm.insn(I2F);
      case F32_CONVERT_I64_S -> asm.insn(L2F);
      case F64_CONVERT_I32_S -> asm.insn(I2D);
      case F64_CONVERT_I64_S -> asm.insn(L2D);
      case F32_DEMOTE_F64 -> asm.insn(D2F);
      case F64_PROMOTE_F32 -> asm.insn(F2D);
      case I32_REINTERPRET_F32 -> asm.call("java/lang/Float", "floatToRawIntBits", "(F)I");
      case I64_REINTERPRET_F64 -> asm.call("java/lang/Double", "doubleToRawLongBits", "(D)J");
      case F32_REINTERPRET_I32 -> asm.call("java/lang/Float", "intBitsToFloat", "(I)F");
      case F64_REINTERPRET_I64 -> asm.call("java/lang/Double", "longBitsToDouble", "(J)D");
      default -> call(asm, code);
    }
  }

  private static void call(Asm asm, OpCode code) {
    asm.call(NUMERIC, code.name().toLowerCase(Locale.ROOT), descriptor(code, ""));
  }

  /** The signature of the method that has an operation's name, with further arguments. */
  static String descriptor(OpCode code, String more) {
    StackEffect effect = StackEffect.of(code);
    var text = new StringBuilder("(");
    effect.operands().forEach(kind -> text.append(Asm.descriptor(kind)));
    text.append(more).append(')');
    return text.append(effect.results().isEmpty() ? "V" : Asm.descriptor(effect.results().get(0)))
        .toString();
  }

  static void select(Asm asm, Kind kind) {
    String of = Asm.descriptor(kind);
    asm.call(NUMERIC, "select", "(" + of + of + "I)" + of);
  }
}
