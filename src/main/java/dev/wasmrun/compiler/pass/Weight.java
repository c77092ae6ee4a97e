package dev.wasmrun.compiler.pass;

import dev.wasmrun.compiler.code.Op;
import dev.wasmrun.compiler.code.VectorForm;

/** About how many bytes of bytecode an operation becomes. */
final class Weight {
  /** A block's own beginning and end. */
  static final int BLOCK = 6;

  private static final int CONSTANT = 3;
  private static final int VARIABLE = 2;
  private static final int HELPER = 4;
  private static final int ACCESS = 9;
  private static final int VECTOR = 26;
  private static final int WHOLE_VECTOR = 8;
  private static final int WHOLE_ACCESS = 60;
  private static final int BRANCH = 9;
  private static final int CALL = 14;
  private static final int TARGET = 5;
  private static final int VALUE = 4;

  private Weight() {}

  /**
   * What an operation weighs.
   *
   * @param whole whether vectors are whole, in its function
   */
  static int of(Op op, boolean whole) {
    return switch (op.code()) {
      case LOCAL_GET, LOCAL_SET, LOCAL_TEE, DROP -> VARIABLE;
      case I32_CONST, I64_CONST, F32_CONST, F64_CONST -> CONSTANT;
      case I32_ADD, I32_SUB, I32_MUL, I32_AND, I32_OR, I32_XOR -> 1;
      case I64_ADD, I64_SUB, I64_MUL, I64_AND, I64_OR, I64_XOR -> 1;
      case BR, BR_IF, RETURN -> BRANCH;
      case BR_TABLE -> BRANCH + TARGET * op.targets().size();
      case CALL, CALL_INDIRECT, CALL_REF, RETURN_CALL, RETURN_CALL_INDIRECT, RETURN_CALL_REF ->
          CALL + VALUE * (op.before().height() - op.low());
      case THROW -> CALL + VALUE * (op.before().height() - op.low());
      case TRY_TABLE -> CALL * (1 + op.block().catches().size());
      default -> {
        if (op.vector() != null) {
          yield whole ? ofWhole(op.vector().form()) : VECTOR;
        }
        yield op.before() != null && isAccess(op) ? ACCESS : HELPER;
      }
    };
  }

  private static int ofWhole(VectorForm form) {
    return form.isAccess() ? WHOLE_ACCESS : WHOLE_VECTOR;
  }

  private static boolean isAccess(Op op) {
    return op.code().opcode() >= 0x28 && op.code().opcode() <= 0x3E || op.code().opcode() >= 0xFE00;
  }
}
