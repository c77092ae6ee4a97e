package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import com.dylibso.chicory.wasm.types.OpCode;
import dev.wasmrun.compiler.code.Op;
import dev.wasmrun.memory.CompiledAccess;
import org.objectweb.asm.Type;

/**
 * Loads and stores that are not atomic, as calls of what {@link CompiledAccess} names, and
 * conversions.
 */
final class PlainAccesses {
  /** The class that has the methods, and whose object a memory is accessed by. */
  static final String OWNER = CompiledAccess.className();

  static final String DESCRIPTOR = "L" + OWNER + ";";

  /** The field of the context with what the first memory is accessed by. */
  static final String FIELD = "store";

  private static final Type MEMORY = Type.getObjectType(OWNER);

  private PlainAccesses() {}

  /**
   * Emits an access whose operands are on the stack, and whose result is left there.
   *
   * @param pushMemory pushes what the memory is accessed by
   */
  static void emit(Asm asm, Op op, Runnable pushMemory) {
    long offset = Integer.toUnsignedLong((int) op.a());
    if (isStore(op.code())) {
      narrow(asm, op.code());
      store(asm, type(op.code()), offset, pushMemory);
    } else {
      load(asm, type(op.code()), offset, pushMemory);
      widen(asm, op.code());
    }
  }

  /**
   * Emits an access that is known to be within the memory; the address on the stack is left alone.
   *
   * @param pushPlace pushes its address in the process
   */
  static void emitUnchecked(Asm asm, Op op, Runnable pushPlace) {
    Type type = type(op.code());
    if (isStore(op.code())) {
      narrow(asm, op.code());
      pushPlace.run();
      asm.call(
          OWNER,
          "store" + suffix(type) + "At",
          Type.getMethodDescriptor(Type.VOID_TYPE, Type.INT_TYPE, type, Type.LONG_TYPE));
    } else {
      pushPlace.run();
      asm.call(
          OWNER,
          "load" + suffix(type) + "At",
          Type.getMethodDescriptor(type, Type.INT_TYPE, Type.LONG_TYPE));
      widen(asm, op.code());
    }
  }

  /** Loads what there is in memory at an address on the stack. */
  static void load(Asm asm, Type type, long offset, Runnable pushMemory) {
    pushMemory.run();
    asm.constant(offset);
    asm.call(
        OWNER,
        "load" + suffix(type),
        Type.getMethodDescriptor(type, Type.INT_TYPE, MEMORY, Type.LONG_TYPE));
  }

  /** Stores a value on the stack at an address below it. */
  static void store(Asm asm, Type type, long offset, Runnable pushMemory) {
    pushMemory.run();
    asm.constant(offset);
    asm.call(
        OWNER,
        "store" + suffix(type),
        Type.getMethodDescriptor(Type.VOID_TYPE, Type.INT_TYPE, type, MEMORY, Type.LONG_TYPE));
  }

  private static String suffix(Type type) {
    String name = type.getClassName();
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  private static boolean isStore(OpCode code) {
    return code.compareTo(OpCode.I32_STORE) >= 0;
  }

  /** What is in memory. */
  private static Type type(OpCode code) {
    return switch (code) {
      case I32_LOAD8_S, I32_LOAD8_U, I64_LOAD8_S, I64_LOAD8_U, I32_STORE8, I64_STORE8 ->
          Type.BYTE_TYPE;
      case I32_LOAD16_S, I32_LOAD16_U, I64_LOAD16_S, I64_LOAD16_U, I32_STORE16, I64_STORE16 ->
          Type.SHORT_TYPE;
      case I32_LOAD, I64_LOAD32_S, I64_LOAD32_U, I32_STORE, I64_STORE32 -> Type.INT_TYPE;
      case I64_LOAD, I64_STORE -> Type.LONG_TYPE;
      case F32_LOAD, F32_STORE -> Type.FLOAT_TYPE;
      case F64_LOAD, F64_STORE -> Type.DOUBLE_TYPE;
      default -> throw new IllegalArgumentException("no plain access: " + code);
    };
  }

  /** Makes what is to be stored of a value. */
  private static void narrow(Asm asm, OpCode code) {
    switch (code) {
      case I32_STORE8 -> asm.insn(I2B);
      case I32_STORE16 -> asm.insn(I2S);
      case I64_STORE8 -> asm.insn(L2I, I2B);
      case I64_STORE16 -> asm.insn(L2I, I2S);
      case I64_STORE32 -> asm.insn(L2I);
      default -> {}
    }
  }

  /** Makes a value of what has been loaded. */
  private static void widen(Asm asm, OpCode code) {
    switch (code) {
      case I32_LOAD8_U -> mask(asm, 0xFF);
      case I32_LOAD16_U -> mask(asm, 0xFFFF);
      case I64_LOAD8_S, I64_LOAD16_S, I64_LOAD32_S -> asm.insn(I2L);
      case I64_LOAD8_U -> {
        mask(asm, 0xFF);
        asm.insn(I2L);
      }
      case I64_LOAD16_U -> {
        mask(asm, 0xFFFF);
        asm.insn(I2L);
      }
      case I64_LOAD32_U -> Operations.emit(asm, OpCode.I64_EXTEND_I32_U);
      default -> {}
    }
  }

  private static void mask(Asm asm, int mask) {
    asm.constant(mask);
    asm.insn(IAND);
  }
}
