package dev.wasmrun.compiler.code;

import static com.dylibso.chicory.wasm.types.OpCode.*;
import static dev.wasmrun.compiler.code.Kind.DOUBLE;
import static dev.wasmrun.compiler.code.Kind.FLOAT;
import static dev.wasmrun.compiler.code.Kind.INT;
import static dev.wasmrun.compiler.code.Kind.LONG;

import com.dylibso.chicory.wasm.types.OpCode;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/**
 * What an operation takes from the operand stack and what it leaves there, for all operations where
 * that is the same wherever they stand.
 *
 * @param operands the top last
 * @param results the top last, at most one
 */
public record StackEffect(List<Kind> operands, List<Kind> results) {
  private static final Map<OpCode, StackEffect> BY_CODE = new EnumMap<>(OpCode.class);

  private static final EnumSet<OpCode> I32_ATOMICS =
      EnumSet.of(
          I32_ATOMIC_LOAD,
          I32_ATOMIC_LOAD8_U,
          I32_ATOMIC_LOAD16_U,
          I32_ATOMIC_STORE,
          I32_ATOMIC_STORE8,
          I32_ATOMIC_STORE16,
          I32_ATOMIC_RMW_ADD,
          I32_ATOMIC_RMW8_ADD_U,
          I32_ATOMIC_RMW16_ADD_U,
          I32_ATOMIC_RMW_SUB,
          I32_ATOMIC_RMW8_SUB_U,
          I32_ATOMIC_RMW16_SUB_U,
          I32_ATOMIC_RMW_AND,
          I32_ATOMIC_RMW8_AND_U,
          I32_ATOMIC_RMW16_AND_U,
          I32_ATOMIC_RMW_OR,
          I32_ATOMIC_RMW8_OR_U,
          I32_ATOMIC_RMW16_OR_U,
          I32_ATOMIC_RMW_XOR,
          I32_ATOMIC_RMW8_XOR_U,
          I32_ATOMIC_RMW16_XOR_U,
          I32_ATOMIC_RMW_XCHG,
          I32_ATOMIC_RMW8_XCHG_U,
          I32_ATOMIC_RMW16_XCHG_U,
          I32_ATOMIC_RMW_CMPXCHG,
          I32_ATOMIC_RMW8_CMPXCHG_U,
          I32_ATOMIC_RMW16_CMPXCHG_U);

  static {
    constants();
    integers();
    floats();
    conversions();
    accesses();
    atomics();
    bulk();
  }

  /** The effect of an operation; null where it depends on the place or the operation's index. */
  public static StackEffect of(OpCode code) {
    return BY_CODE.get(code);
  }

  private static void constants() {
    put(List.of(), List.of(INT), I32_CONST, REF_FUNC, MEMORY_SIZE, TABLE_SIZE);
    put(List.of(), List.of(LONG), I64_CONST);
    put(List.of(), List.of(FLOAT), F32_CONST);
    put(List.of(), List.of(DOUBLE), F64_CONST);
  }

  private static void integers() {
    put(List.of(INT), List.of(INT), I32_EQZ, I32_EXTEND_8_S, I32_EXTEND_16_S);
    put(List.of(LONG), List.of(INT), I64_EQZ);
    put(List.of(LONG), List.of(LONG), I64_EXTEND_8_S, I64_EXTEND_16_S, I64_EXTEND_32_S);
    binary(INT, INT, I32_EQ, I32_GE_U);
    binary(LONG, INT, I64_EQ, I64_GE_U);
    unary(INT, I32_CLZ, I32_POPCNT);
    unary(LONG, I64_CLZ, I64_POPCNT);
    binary(INT, INT, I32_ADD, I32_ROTR);
    binary(LONG, LONG, I64_ADD, I64_ROTR);
  }

  private static void floats() {
    binary(FLOAT, INT, F32_EQ, F32_GE);
    binary(DOUBLE, INT, F64_EQ, F64_GE);
    unary(FLOAT, F32_ABS, F32_SQRT);
    unary(DOUBLE, F64_ABS, F64_SQRT);
    binary(FLOAT, FLOAT, F32_ADD, F32_COPYSIGN);
    binary(DOUBLE, DOUBLE, F64_ADD, F64_COPYSIGN);
  }

  private static void conversions() {
    convert(LONG, INT, I32_WRAP_I64);
    convert(INT, LONG, I64_EXTEND_I32_S, I64_EXTEND_I32_U);
    convert(FLOAT, INT, I32_TRUNC_F32_S, I32_TRUNC_F32_U, I32_REINTERPRET_F32);
    convert(FLOAT, INT, I32_TRUNC_SAT_F32_S, I32_TRUNC_SAT_F32_U);
    convert(DOUBLE, INT, I32_TRUNC_F64_S, I32_TRUNC_F64_U);
    convert(DOUBLE, INT, I32_TRUNC_SAT_F64_S, I32_TRUNC_SAT_F64_U);
    convert(FLOAT, LONG, I64_TRUNC_F32_S, I64_TRUNC_F32_U);
    convert(FLOAT, LONG, I64_TRUNC_SAT_F32_S, I64_TRUNC_SAT_F32_U);
    convert(DOUBLE, LONG, I64_TRUNC_F64_S, I64_TRUNC_F64_U, I64_REINTERPRET_F64);
    convert(DOUBLE, LONG, I64_TRUNC_SAT_F64_S, I64_TRUNC_SAT_F64_U);
    convert(INT, FLOAT, F32_CONVERT_I32_S, F32_CONVERT_I32_U, F32_REINTERPRET_I32);
    convert(LONG, FLOAT, F32_CONVERT_I64_S, F32_CONVERT_I64_U);
    convert(DOUBLE, FLOAT, F32_DEMOTE_F64);
    convert(INT, DOUBLE, F64_CONVERT_I32_S, F64_CONVERT_I32_U);
    convert(LONG, DOUBLE, F64_CONVERT_I64_S, F64_CONVERT_I64_U, F64_REINTERPRET_I64);
    convert(FLOAT, DOUBLE, F64_PROMOTE_F32);
  }

  private static void accesses() {
    convert(INT, INT, I32_LOAD, I32_LOAD8_S, I32_LOAD8_U, I32_LOAD16_S, I32_LOAD16_U);
    put(List.of(INT), List.of(LONG), EnumSet.range(I64_LOAD8_S, I64_LOAD32_U));
    convert(INT, LONG, I64_LOAD);
    convert(INT, FLOAT, F32_LOAD);
    convert(INT, DOUBLE, F64_LOAD);
    put(List.of(INT, INT), List.of(), I32_STORE, I32_STORE8, I32_STORE16);
    put(List.of(INT, LONG), List.of(), I64_STORE, I64_STORE8, I64_STORE16, I64_STORE32);
    put(List.of(INT, FLOAT), List.of(), F32_STORE);
    put(List.of(INT, DOUBLE), List.of(), F64_STORE);
    convert(INT, INT, MEMORY_GROW);
  }

  private static void atomics() {
    put(List.of(), List.of(), ATOMIC_FENCE);
    put(List.of(INT, INT), List.of(INT), MEM_ATOMIC_NOTIFY);
    put(List.of(INT, INT, LONG), List.of(INT), MEM_ATOMIC_WAIT32);
    put(List.of(INT, LONG, LONG), List.of(INT), MEM_ATOMIC_WAIT64);
    for (OpCode code : EnumSet.range(I32_ATOMIC_LOAD, I64_ATOMIC_RMW32_CMPXCHG_U)) {
      Kind kind = I32_ATOMICS.contains(code) ? INT : LONG;
      if (code.compareTo(I32_ATOMIC_STORE) < 0) {
        put(List.of(INT), List.of(kind), code);
      } else if (code.compareTo(I32_ATOMIC_RMW_ADD) < 0) {
        put(List.of(INT, kind), List.of(), code);
      } else if (code.compareTo(I32_ATOMIC_RMW_CMPXCHG) < 0) {
        put(List.of(INT, kind), List.of(kind), code);
      } else {
        put(List.of(INT, kind, kind), List.of(kind), code);
      }
    }
  }

  private static void bulk() {
    put(List.of(INT, INT, INT), List.of(), MEMORY_INIT, MEMORY_COPY, MEMORY_FILL);
    put(List.of(INT, INT, INT), List.of(), TABLE_INIT, TABLE_COPY);
    put(List.of(), List.of(), DATA_DROP, ELEM_DROP, NOP);
  }

  private static void unary(Kind kind, OpCode first, OpCode last) {
    put(List.of(kind), List.of(kind), EnumSet.range(first, last));
  }

  private static void binary(Kind operands, Kind result, OpCode first, OpCode last) {
    put(List.of(operands, operands), List.of(result), EnumSet.range(first, last));
  }

  private static void convert(Kind from, Kind to, OpCode... codes) {
    put(List.of(from), List.of(to), codes);
  }

  private static void put(List<Kind> operands, List<Kind> results, OpCode... codes) {
    put(operands, results, List.of(codes));
  }

  private static void put(List<Kind> operands, List<Kind> results, Collection<OpCode> codes) {
    var effect = new StackEffect(operands, results);
    codes.forEach(code -> BY_CODE.put(code, effect));
  }
}
