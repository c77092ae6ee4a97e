package dev.wasmrun.fuzz;

/** A comparison of integers, in the order of their opcodes. */
enum Comparison {
  EQ,
  NE,
  LT_S,
  LT_U,
  GT_S,
  GT_U,
  LE_S,
  LE_U,
  GE_S,
  GE_U;

  private static final int I32_EQ = 0x46;
  private static final int I64_EQ = 0x51;

  int opcode(Type type) {
    return (type == Type.I32 ? I32_EQ : I64_EQ) + ordinal();
  }

  /** The one that holds where this does not. */
  Comparison opposite() {
    return switch (this) {
      case EQ -> NE;
      case NE -> EQ;
      case LT_S -> GE_S;
      case LT_U -> GE_U;
      case GT_S -> LE_S;
      case GT_U -> LE_U;
      case LE_S -> GT_S;
      case LE_U -> GT_U;
      case GE_S -> LT_S;
      case GE_U -> LT_U;
    };
  }

  /** The one that holds for the operands in the other order. */
  Comparison exchanged() {
    return switch (this) {
      case EQ, NE -> this;
      case LT_S -> GT_S;
      case LT_U -> GT_U;
      case GT_S -> LT_S;
      case GT_U -> LT_U;
      case LE_S -> GE_S;
      case LE_U -> GE_U;
      case GE_S -> LE_S;
      case GE_U -> LE_U;
    };
  }

  /** Whether it holds for numbers, those of 32 bits extended by their sign. */
  boolean holds(long left, long right) {
    return switch (this) {
      case EQ -> left == right;
      case NE -> left != right;
      case LT_S -> left < right;
      case LT_U -> Long.compareUnsigned(left, right) < 0;
      case GT_S -> left > right;
      case GT_U -> Long.compareUnsigned(left, right) > 0;
      case LE_S -> left <= right;
      case LE_U -> Long.compareUnsigned(left, right) <= 0;
      case GE_S -> left >= right;
      case GE_U -> Long.compareUnsigned(left, right) >= 0;
    };
  }
}
