package dev.wasmrun.module;

import com.dylibso.chicory.wasm.types.ValType;
import java.util.List;

/**
 * What an instruction on a memory or table takes from the stack, and whether its result is as wide
 * as an address.
 *
 * @param operands the top last
 * @param result what is left of a size or a former size
 */
record WideOperands(List<Operand> operands, Result result) {
  /** What becomes of an instruction's result. */
  enum Result {
    /** It stays as it is. */
    SAME,
    /** It is a number of 32 bits without a sign, wanted with 64. */
    UNSIGNED,
    /** It is a number of 32 bits or -1. */
    SIGNED
  }

  /**
   * One operand.
   *
   * @param wide whether it has 64 bits where instructions on narrow memories have 32
   * @param type the bytes of its type; of one that is wide, when it is narrow
   */
  record Operand(boolean wide, byte[] type) {}

  private static final Operand I32 = plain(ValType.ID.I32);
  private static final Operand I64 = plain(ValType.ID.I64);
  private static final Operand F32 = plain(ValType.ID.F32);
  private static final Operand F64 = plain(ValType.ID.F64);
  private static final Operand V128 = plain(ValType.ID.V128);
  private static final Operand ADDRESS = new Operand(true, I32.type());

  private static final int VECTORS = 0xFD;
  private static final int THREADS = 0xFE;
  private static final int MEMORY_SIZE = 0x3F;
  private static final int MEMORY_GROW = 0x40;
  private static final int CALL_INDIRECT = 0x11;
  private static final int RETURN_CALL_INDIRECT = 0x13;
  private static final int TABLE_GET = 0x25;
  private static final int TABLE_SET = 0x26;
  private static final int VARIOUS = 0xFC << 16;
  private static final int MEMORY_INIT = VARIOUS + 8;
  private static final int MEMORY_COPY = VARIOUS + 10;
  private static final int MEMORY_FILL = VARIOUS + 11;
  private static final int TABLE_INIT = VARIOUS + 12;
  private static final int TABLE_COPY = VARIOUS + 14;
  private static final int TABLE_GROW = VARIOUS + 15;
  private static final int TABLE_SIZE = VARIOUS + 16;
  private static final int TABLE_FILL = VARIOUS + 17;

  private static Operand plain(int type) {
    return new Operand(false, new byte[] {(byte) type});
  }

  private static WideOperands of(Operand... operands) {
    return new WideOperands(List.of(operands), Result.SAME);
  }

  /** Those of the instruction at which a cursor is; null if it is on nothing that is wide. */
  static WideOperands of(InstructionCursor in, WideIndices wide) {
    return switch (in.immediates()) {
      case MEMORY, MEMORY_AND_LANE ->
          wide.hasMemory(in.secondOperand()) ? access(in.opcode()) : null;
      case INDEX, TWO_INDICES -> indexed(in, wide);
      default -> null;
    };
  }

  private static WideOperands indexed(InstructionCursor in, WideIndices wide) {
    long first = in.operand();
    long second = in.secondOperand();
    return switch (in.opcode()) {
      case MEMORY_SIZE ->
          wide.hasMemory(first) ? new WideOperands(List.of(), Result.UNSIGNED) : null;
      case MEMORY_GROW ->
          wide.hasMemory(first) ? new WideOperands(List.of(ADDRESS), Result.SIGNED) : null;
      case MEMORY_FILL -> wide.hasMemory(first) ? of(ADDRESS, I32, ADDRESS) : null;
      case MEMORY_INIT -> wide.hasMemory(second) ? of(ADDRESS, I32, I32) : null;
      case MEMORY_COPY -> copy(wide.hasMemory(first), wide.hasMemory(second));
      case CALL_INDIRECT, RETURN_CALL_INDIRECT -> wide.hasTable(second) ? of(ADDRESS) : null;
      case TABLE_GET -> wide.hasTable(first) ? of(ADDRESS) : null;
      case TABLE_SET -> wide.hasTable(first) ? of(ADDRESS, element(wide, first)) : null;
      case TABLE_SIZE -> wide.hasTable(first) ? new WideOperands(List.of(), Result.UNSIGNED) : null;
      case TABLE_GROW ->
          wide.hasTable(first)
              ? new WideOperands(List.of(element(wide, first), ADDRESS), Result.SIGNED)
              : null;
      case TABLE_FILL -> wide.hasTable(first) ? of(ADDRESS, element(wide, first), ADDRESS) : null;
      case TABLE_INIT -> wide.hasTable(second) ? of(ADDRESS, I32, I32) : null;
      case TABLE_COPY -> copy(wide.hasTable(first), wide.hasTable(second));
      default -> null;
    };
  }

  private static Operand element(WideIndices wide, long table) {
    return new Operand(false, wide.elementType(table));
  }

  /** The length is as wide as the narrower of the two. */
  private static WideOperands copy(boolean target, boolean source) {
    return target || source
        ? of(target ? ADDRESS : I32, source ? ADDRESS : I32, target && source ? ADDRESS : I32)
        : null;
  }

  private static WideOperands access(int opcode) {
    int second = opcode & 0xFFFF;
    return switch (opcode >>> 16) {
      case VECTORS ->
          second == 0x0B || second >= 0x54 && second <= 0x5B ? of(ADDRESS, V128) : of(ADDRESS);
      case THREADS -> atomic(second);
      default ->
          switch (opcode) {
            case 0x36, 0x3A, 0x3B -> of(ADDRESS, I32);
            case 0x37, 0x3C, 0x3D, 0x3E -> of(ADDRESS, I64);
            case 0x38 -> of(ADDRESS, F32);
            case 0x39 -> of(ADDRESS, F64);
            default -> of(ADDRESS); // loads
          };
    };
  }

  /** From 0x10 on there are groups of seven, the same widths in each. */
  private static WideOperands atomic(int opcode) {
    switch (opcode) {
      case 0x00:
        return of(ADDRESS, I32);
      case 0x01:
        return of(ADDRESS, I32, I64);
      case 0x02:
        return of(ADDRESS, I64, I64);
      default:
        int inGroup = (opcode - 0x10) % 7;
        Operand value = inGroup == 0 || inGroup == 2 || inGroup == 3 ? I32 : I64;
        return switch ((opcode - 0x10) / 7) {
          case 0 -> of(ADDRESS);
          case 8 -> of(ADDRESS, value, value);
          default -> of(ADDRESS, value);
        };
    }
  }
}
