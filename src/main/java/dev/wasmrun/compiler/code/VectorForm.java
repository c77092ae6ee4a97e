package dev.wasmrun.compiler.code;

/**
 * How the halves of a vector instruction's result come from the halves of its operands: which calls
 * of the instruction's method make it.
 */
public enum VectorForm {
  /** Each half from the same half of each operand. */
  HALVES,
  /** As {@link #HALVES}, with a number on top, for both: by how much to shift. */
  SHIFT,
  /** Two halves that are the same, from a number. */
  SPLAT,
  /** A number from the half that has a lane. */
  EXTRACT_LANE,
  /** The half that has a lane from itself and a number; the other is as it was. */
  REPLACE_LANE,
  /** Both halves from the lower halves of the operands, each from one half of those. */
  LOW,
  /** Both halves from the upper halves of the operands. */
  HIGH,
  /** The lower half from all of the first operand, the upper half from all of the second. */
  NARROW,
  /** The lower half from all of the operand; the upper one is 0. */
  NARROW_ZERO,
  /** An i32 from the whole vector. */
  TEST,
  /** Each half from all of the first operand and the same half of the second. */
  SWIZZLE,
  /** Each half from all of both operands and the same half of the immediate. */
  SHUFFLE,
  /** Both halves are the immediate. */
  CONSTANT,
  /** Both halves are loaded. */
  LOAD,
  /** Eight bytes are loaded and made twice as wide, as by {@link #LOW}. */
  LOAD_EXTEND,
  /** A number is loaded and becomes both halves, as by {@link #SPLAT}. */
  LOAD_SPLAT,
  /** The lower half is loaded; the rest is 0. */
  LOAD_ZERO,
  /** A number is loaded, as by {@link #REPLACE_LANE}. */
  LOAD_LANE,
  /** Both halves are stored. */
  STORE,
  /** A lane is stored, as by {@link #EXTRACT_LANE}. */
  STORE_LANE;

  /** Whether an instruction of this form accesses a memory. */
  public boolean isAccess() {
    return compareTo(LOAD) >= 0;
  }

  /** Whether it writes to one. */
  public boolean isStore() {
    return compareTo(STORE) >= 0;
  }
}
