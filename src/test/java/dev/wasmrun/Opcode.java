package dev.wasmrun;

/** Bytes of instructions, for functions that tests write byte by byte. */
public final class Opcode {
  public static final int UNREACHABLE = 0x00;
  public static final int BLOCK = 0x02;
  public static final int LOOP = 0x03;
  public static final int IF = 0x04;
  public static final int ELSE = 0x05;
  public static final int END = 0x0B;
  public static final int BR = 0x0C;
  public static final int BR_IF = 0x0D;
  public static final int BR_TABLE = 0x0E;
  public static final int RETURN = 0x0F;
  public static final int CALL = 0x10;
  public static final int DROP = 0x1A;
  public static final int SELECT = 0x1B;
  public static final int GET = 0x20;
  public static final int SET = 0x21;
  public static final int TEE = 0x22;
  public static final int LOAD = 0x28;
  public static final int STORE = 0x36;

  /** i32.const. */
  public static final int CONST = 0x41;

  public static final int I32_EQZ = 0x45;
  public static final int I32_EQ = 0x46;
  public static final int I32_NE = 0x47;
  public static final int I32_LT_S = 0x48;
  public static final int I32_LT_U = 0x49;
  public static final int I32_GT_S = 0x4A;
  public static final int I32_GT_U = 0x4B;
  public static final int I32_LE_S = 0x4C;
  public static final int I32_LE_U = 0x4D;
  public static final int I32_GE_S = 0x4E;
  public static final int I32_GE_U = 0x4F;

  /** i32.add. */
  public static final int ADD = 0x6A;

  /** i32.sub. */
  public static final int SUB = 0x6B;

  /** The type of a block without parameters and results. */
  public static final int EMPTY = 0x40;

  private Opcode() {}
}
