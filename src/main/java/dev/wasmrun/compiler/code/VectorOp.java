package dev.wasmrun.compiler.code;

import static com.dylibso.chicory.wasm.types.OpCode.*;

import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.OpCode;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A vector instruction: what it takes, what it leaves, and the method that computes it. The one
 * table of them, by which they are interpreted and compiled.
 *
 * @param form which calls of the method make the result
 * @param owner the simple name of the class in {@code compiler.runtime} that has the method; it
 *     tells the lanes
 * @param method the method
 * @param operands the top last
 * @param results at most one
 * @param bits how many bits a lane has; of an access, how many bits are accessed at a time
 */
public record VectorOp(
    VectorForm form,
    String owner,
    String method,
    List<Kind> operands,
    List<Kind> results,
    int bits) {
  /** Of the opcodes. */
  private static final int PREFIX = 0xFD;

  private static final List<Kind> ONE = List.of(Kind.VECTOR);
  private static final List<Kind> TWO = List.of(Kind.VECTOR, Kind.VECTOR);
  private static final List<Kind> THREE = Collections.nCopies(3, Kind.VECTOR);

  private static final Map<OpCode, VectorOp> BY_CODE = new EnumMap<>(OpCode.class);

  static {
    comparisons();
    bitwise();
    lanes();
    integers();
    floats();
    conversions();
    accesses();
  }

  /** The instruction of an opcode; null if it is no vector instruction. */
  public static VectorOp of(OpCode code) {
    return BY_CODE.get(code);
  }

  /** Whether a function has vector instructions. */
  public static boolean isIn(FunctionBody body) {
    return body.instructions().stream()
        .anyMatch(instruction -> instruction.opcode().opcode() >> Byte.SIZE == PREFIX);
  }

  /** How many lanes a half has. */
  public int lanesOfHalf() {
    return Long.SIZE / bits;
  }

  /** Whether an immediate says which lane it is about. */
  public boolean hasLane() {
    return switch (form) {
      case EXTRACT_LANE, REPLACE_LANE, LOAD_LANE, STORE_LANE -> true;
      default -> false;
    };
  }

  private static void comparisons() {
    binary(EnumSet.range(I8x16_EQ, F64x2_GE));
    binary(EnumSet.range(I64x2_EQ, I64x2_GE_S));
  }

  private static void bitwise() {
    put(VectorForm.CONSTANT, List.of(), ONE, V128_CONST);
    halves(ONE, V128_NOT);
    halves(TWO, V128_AND, V128_ANDNOT, V128_OR, V128_XOR);
    halves(THREE, V128_BITSELECT);
    put(VectorForm.TEST, ONE, List.of(Kind.INT), V128_ANY_TRUE);
    put(VectorForm.SHUFFLE, TWO, ONE, I8x16_SHUFFLE);
    put(VectorForm.SWIZZLE, TWO, ONE, I8x16_SWIZZLE);
  }

  private static void lanes() {
    lanes(Kind.INT, I8x16_SPLAT, I8x16_REPLACE_LANE, I8x16_EXTRACT_LANE_S, I8x16_EXTRACT_LANE_U);
    lanes(Kind.INT, I16x8_SPLAT, I16x8_REPLACE_LANE, I16x8_EXTRACT_LANE_S, I16x8_EXTRACT_LANE_U);
    lanes(Kind.INT, I32x4_SPLAT, I32x4_REPLACE_LANE, I32x4_EXTRACT_LANE);
    lanes(Kind.LONG, I64x2_SPLAT, I64x2_REPLACE_LANE, I64x2_EXTRACT_LANE);
    lanes(Kind.FLOAT, F32x4_SPLAT, F32x4_REPLACE_LANE, F32x4_EXTRACT_LANE);
    lanes(Kind.DOUBLE, F64x2_SPLAT, F64x2_REPLACE_LANE, F64x2_EXTRACT_LANE);
  }

  private static void lanes(Kind kind, OpCode splat, OpCode replace, OpCode... extract) {
    put(VectorForm.SPLAT, List.of(kind), ONE, splat);
    put(VectorForm.REPLACE_LANE, List.of(Kind.VECTOR, kind), ONE, replace);
    put(VectorForm.EXTRACT_LANE, ONE, List.of(kind), extract);
  }

  private static void integers() {
    halves(ONE, I8x16_ABS, I8x16_NEG, I8x16_POPCNT, I16x8_ABS, I16x8_NEG);
    halves(ONE, I32x4_ABS, I32x4_NEG, I64x2_ABS, I64x2_NEG);
    halves(ONE, I16x8_EXTADD_PAIRWISE_I8x16_S, I16x8_EXTADD_PAIRWISE_I8x16_U);
    halves(ONE, I32x4_EXTADD_PAIRWISE_I16x8_S, I32x4_EXTADD_PAIRWISE_I16x8_U);
    binary(EnumSet.range(I8x16_ADD, I8x16_SUB_SAT_U));
    binary(EnumSet.range(I8x16_MIN_S, I8x16_MAX_U));
    binary(EnumSet.range(I16x8_ADD, I16x8_SUB_SAT_U));
    binary(EnumSet.range(I16x8_MUL, I16x8_AVGR_U));
    halves(TWO, I8x16_AVGR_U, I16x8_Q15MULR_SAT_S, I32x4_ADD, I32x4_SUB);
    binary(EnumSet.range(I32x4_MUL, I32x4_DOT_I16x8_S));
    halves(TWO, I64x2_ADD, I64x2_SUB, I64x2_MUL);
    for (OpCode shift : OpCode.values()) {
      if (shift.name().matches("I\\d+x\\d+_(SHL|SHR_[SU])")) {
        put(VectorForm.SHIFT, List.of(Kind.VECTOR, Kind.INT), ONE, shift);
      } else if (shift.name().matches("I\\d+x\\d+_(ALL_TRUE|BITMASK)")) {
        put(VectorForm.TEST, ONE, List.of(Kind.INT), shift);
      }
    }
  }

  private static void floats() {
    halves(ONE, F32x4_CEIL, F32x4_FLOOR, F32x4_TRUNC, F32x4_NEAREST);
    halves(ONE, F64x2_CEIL, F64x2_FLOOR, F64x2_TRUNC, F64x2_NEAREST);
    halves(ONE, F32x4_ABS, F32x4_NEG, F32x4_SQRT, F64x2_ABS, F64x2_NEG, F64x2_SQRT);
    binary(EnumSet.range(F32x4_ADD, F32x4_PMAX));
    binary(EnumSet.range(F64x2_ADD, F64x2_PMAX));
  }

  private static void conversions() {
    halves(ONE, F32x4_CONVERT_I32x4_S, F32x4_CONVERT_I32x4_U);
    halves(ONE, I32x4_TRUNC_SAT_F32X4_S, I32x4_TRUNC_SAT_F32X4_U);
    put(VectorForm.NARROW_ZERO, ONE, ONE, I32x4_TRUNC_SAT_F64x2_S_ZERO);
    put(VectorForm.NARROW_ZERO, ONE, ONE, I32x4_TRUNC_SAT_F64x2_U_ZERO);
    put(VectorForm.NARROW_ZERO, ONE, ONE, F32x4_DEMOTE_LOW_F64x2_ZERO);
    for (OpCode code : OpCode.values()) {
      String name = code.name();
      List<Kind> operands = name.contains("EXTMUL") ? TWO : ONE;
      if (name.matches("I\\d+x\\d+_NARROW_.*")) {
        put(VectorForm.NARROW, TWO, ONE, code);
      } else if (name.matches("[IF]\\d+x\\d_(EXTEND|EXTMUL|CONVERT|PROMOTE)_LOW_.*")) {
        put(VectorForm.LOW, operands, ONE, code);
      } else if (name.matches("I\\d+x\\d_(EXTEND|EXTMUL)_HIGH_.*")) {
        put(VectorForm.HIGH, operands, ONE, code);
      }
    }
  }

  private static void accesses() {
    access(VectorForm.LOAD, "I64x2", "", 64, V128_LOAD);
    access(VectorForm.LOAD_EXTEND, "I16x8", "extend_i8x16_s", 64, V128_LOAD8x8_S);
    access(VectorForm.LOAD_EXTEND, "I16x8", "extend_i8x16_u", 64, V128_LOAD8x8_U);
    access(VectorForm.LOAD_EXTEND, "I32x4", "extend_i16x8_s", 64, V128_LOAD16x4_S);
    access(VectorForm.LOAD_EXTEND, "I32x4", "extend_i16x8_u", 64, V128_LOAD16x4_U);
    access(VectorForm.LOAD_EXTEND, "I64x2", "extend_i32x4_s", 64, V128_LOAD32x2_S);
    access(VectorForm.LOAD_EXTEND, "I64x2", "extend_i32x4_u", 64, V128_LOAD32x2_U);
    access("I8x16", 8, V128_LOAD8_SPLAT, V128_LOAD8_LANE, V128_STORE8_LANE);
    access("I16x8", 16, V128_LOAD16_SPLAT, V128_LOAD16_LANE, V128_STORE16_LANE);
    access("I32x4", 32, V128_LOAD32_SPLAT, V128_LOAD32_LANE, V128_STORE32_LANE);
    access("I64x2", 64, V128_LOAD64_SPLAT, V128_LOAD64_LANE, V128_STORE64_LANE);
    access(VectorForm.LOAD_ZERO, "I32x4", "", 32, V128_LOAD32_ZERO);
    access(VectorForm.LOAD_ZERO, "I64x2", "", 64, V128_LOAD64_ZERO);
    access(VectorForm.STORE, "I64x2", "", 64, V128_STORE);
  }

  private static void access(String owner, int bits, OpCode splat, OpCode load, OpCode store) {
    access(VectorForm.LOAD_SPLAT, owner, "splat", bits, splat);
    access(VectorForm.LOAD_LANE, owner, "replace_lane", bits, load);
    access(
        VectorForm.STORE_LANE,
        owner,
        bits < Integer.SIZE ? "extract_lane_u" : "extract_lane",
        bits,
        store);
  }

  private static void access(VectorForm form, String owner, String method, int bits, OpCode code) {
    boolean takesVector = form == VectorForm.LOAD_LANE || form.isStore();
    List<Kind> operands = takesVector ? List.of(Kind.INT, Kind.VECTOR) : List.of(Kind.INT);
    List<Kind> results = form.isStore() ? List.of() : ONE;
    BY_CODE.put(code, new VectorOp(form, owner, method, operands, results, bits));
  }

  private static void halves(List<Kind> operands, OpCode... codes) {
    put(VectorForm.HALVES, operands, ONE, codes);
  }

  private static void binary(EnumSet<OpCode> codes) {
    put(VectorForm.HALVES, TWO, ONE, codes.toArray(OpCode[]::new));
  }

  private static void put(
      VectorForm form, List<Kind> operands, List<Kind> results, OpCode... codes) {
    for (OpCode code : codes) {
      int split = code.name().indexOf('_');
      String owner = code.name().substring(0, split);
      String method =
          code.name().substring(split + 1).toLowerCase(Locale.ROOT).replaceFirst("(low|high)_", "");
      BY_CODE.put(
          code,
          new VectorOp(
              form, asIntegers(form, owner), method, operands, results, Lane.of(owner).bits));
    }
  }

  /** The bits of a floating-point lane are moved as those of an integer. */
  private static String asIntegers(VectorForm form, String owner) {
    return switch (form) {
      case SPLAT, EXTRACT_LANE, REPLACE_LANE -> owner.replace('F', 'I');
      default -> owner;
    };
  }

  /** An instruction without an opcode here. */
  static VectorOp named(String owner, String method, List<Kind> operands) {
    return new VectorOp(VectorForm.HALVES, owner, method, operands, ONE, Lane.of(owner).bits);
  }

  /** What there is in a vector. */
  private enum Lane {
    I8x16(8),
    I16x8(16),
    I32x4(32),
    F32x4(32),
    I64x2(64),
    F64x2(64),
    V128(128);

    private final int bits;

    Lane(int bits) {
      this.bits = bits;
    }

    static Lane of(String owner) {
      return Arrays.stream(values()).filter(l -> l.name().equals(owner)).findFirst().orElseThrow();
    }
  }
}
