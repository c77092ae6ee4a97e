package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import com.dylibso.chicory.wasm.types.OpCode;
import java.util.EnumMap;
import java.util.Map;
import org.objectweb.asm.Label;

/**
 * A comparison together with the branch that it decides.
 *
 * <p>Unsigned comparisons of 32 bits use {@code Integer.compareUnsigned} where that is an
 * intrinsic. Older compilers of HotSpot turn the usual form into wrong code at times (JDK-8376400),
 * and so 64 bits are compared there.
 *
 * @param code the comparison, or {@code I32_EQZ} for the opposite of a number, or {@code NOP} for a
 *     number as it is
 * @param operands how many values are compared
 */
record Condition(OpCode code, int operands) {
  private static final int COMPARE_UNSIGNED_IS_INTRINSIC = 19;
  private static final boolean INTRINSIC =
      Runtime.version().feature() >= COMPARE_UNSIGNED_IS_INTRINSIC;
  private static final long LOW_HALF = 0xFFFF_FFFFL;

  /** What is left to compare with 0, and how: the jump that is taken when the comparison holds. */
  private enum Test {
    /** One int with 0. */
    INT,
    /** Two ints. */
    INTS,
    /** Two ints without signs. */
    UNSIGNED_INTS,
    /** One long with 0. */
    LONG,
    /** Two longs. */
    LONGS,
    /** Two longs without signs. */
    UNSIGNED_LONGS,
    /** Two floats; a NaN is taken for greater. */
    FLOATS_G,
    /** Two floats; a NaN is taken for less. */
    FLOATS_L,
    /** Two doubles; a NaN is taken for greater. */
    DOUBLES_G,
    /** Two doubles; a NaN is taken for less. */
    DOUBLES_L
  }

  private record Jump(Test test, int ifHolds) {}

  private static final Map<OpCode, Jump> JUMPS = new EnumMap<>(OpCode.class);

  static {
    put(OpCode.NOP, Test.INT, IFNE);
    put(OpCode.I32_EQZ, Test.INT, IFEQ);
    put(OpCode.I32_EQ, Test.INTS, IF_ICMPEQ);
    put(OpCode.I32_NE, Test.INTS, IF_ICMPNE);
    put(OpCode.I32_LT_S, Test.INTS, IF_ICMPLT);
    put(OpCode.I32_GT_S, Test.INTS, IF_ICMPGT);
    put(OpCode.I32_LE_S, Test.INTS, IF_ICMPLE);
    put(OpCode.I32_GE_S, Test.INTS, IF_ICMPGE);
    put(OpCode.I32_LT_U, Test.UNSIGNED_INTS, IFLT);
    put(OpCode.I32_GT_U, Test.UNSIGNED_INTS, IFGT);
    put(OpCode.I32_LE_U, Test.UNSIGNED_INTS, IFLE);
    put(OpCode.I32_GE_U, Test.UNSIGNED_INTS, IFGE);
    put(OpCode.I64_EQZ, Test.LONG, IFEQ);
    put(OpCode.I64_EQ, Test.LONGS, IFEQ);
    put(OpCode.I64_NE, Test.LONGS, IFNE);
    put(OpCode.I64_LT_S, Test.LONGS, IFLT);
    put(OpCode.I64_GT_S, Test.LONGS, IFGT);
    put(OpCode.I64_LE_S, Test.LONGS, IFLE);
    put(OpCode.I64_GE_S, Test.LONGS, IFGE);
    put(OpCode.I64_LT_U, Test.UNSIGNED_LONGS, IFLT);
    put(OpCode.I64_GT_U, Test.UNSIGNED_LONGS, IFGT);
    put(OpCode.I64_LE_U, Test.UNSIGNED_LONGS, IFLE);
    put(OpCode.I64_GE_U, Test.UNSIGNED_LONGS, IFGE);
    put(OpCode.F32_EQ, Test.FLOATS_L, IFEQ);
    put(OpCode.F32_NE, Test.FLOATS_L, IFNE);
    put(OpCode.F32_LT, Test.FLOATS_G, IFLT);
    put(OpCode.F32_LE, Test.FLOATS_G, IFLE);
    put(OpCode.F32_GT, Test.FLOATS_L, IFGT);
    put(OpCode.F32_GE, Test.FLOATS_L, IFGE);
    put(OpCode.F64_EQ, Test.DOUBLES_L, IFEQ);
    put(OpCode.F64_NE, Test.DOUBLES_L, IFNE);
    put(OpCode.F64_LT, Test.DOUBLES_G, IFLT);
    put(OpCode.F64_LE, Test.DOUBLES_G, IFLE);
    put(OpCode.F64_GT, Test.DOUBLES_L, IFGT);
    put(OpCode.F64_GE, Test.DOUBLES_L, IFGE);
  }

  private static void put(OpCode code, Test test, int ifHolds) {
    JUMPS.put(code, new Jump(test, ifHolds));
  }

  /** Whether an operation compares. */
  static boolean compares(OpCode code) {
    return code != OpCode.NOP && JUMPS.containsKey(code);
  }

  static Condition of(OpCode code) {
    Test test = JUMPS.get(code).test();
    return new Condition(code, test == Test.INT || test == Test.LONG ? 1 : 2);
  }

  /** A number as it is: holds if it is not 0. */
  static Condition ofNumber() {
    return of(OpCode.NOP);
  }

  /**
   * Emits the jump.
   *
   * @param whenHolds whether it is taken when the comparison holds, else when it does not
   */
  void jump(Asm asm, boolean whenHolds, Label to) {
    Jump jump = JUMPS.get(code);
    int opcode = whenHolds ? jump.ifHolds() : opposite(jump.ifHolds());
    switch (jump.test()) {
      case UNSIGNED_INTS -> {
        if (INTRINSIC) {
          asm.call("java/lang/Integer", "compareUnsigned", "(II)I");
        } else {
          widen(asm);
          asm.insn(DUP2_X1, POP2);
          widen(asm);
          asm.insn(LCMP); // the second operand with the first
          opcode = exchanged(opcode);
        }
      }
      case LONG -> asm.insn(LCONST_0, LCMP);
      case LONGS -> asm.insn(LCMP);
      case UNSIGNED_LONGS -> asm.call("java/lang/Long", "compareUnsigned", "(JJ)I");
      case FLOATS_G -> asm.insn(FCMPG);
      case FLOATS_L -> asm.insn(FCMPL);
      case DOUBLES_G -> asm.insn(DCMPG);
      case DOUBLES_L -> asm.insn(DCMPL);
      default -> {}
    }
    asm.jump(opcode, to);
  }

  private static void widen(Asm asm) {
    asm.insn(I2L);
    asm.constant(LOW_HALF);
    asm.insn(LAND);
  }

  /** The jump that is taken when this one is not: they come in pairs, the first one odd. */
  private static int opposite(int jump) {
    return (jump & 1) == 1 ? jump + 1 : jump - 1;
  }

  /** The jump for a comparison of the operands the other way round. */
  private static int exchanged(int jump) {
    return switch (jump) {
      case IFLT -> IFGT;
      case IFGT -> IFLT;
      case IFGE -> IFLE;
      case IFLE -> IFGE;
      default -> jump;
    };
  }
}
