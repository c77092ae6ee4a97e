package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.MStack;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.OpCode;
import dev.wasmrun.compiler.code.StackEffect;
import dev.wasmrun.compiler.runtime.Access;
import dev.wasmrun.compiler.runtime.VectorAccess;
import dev.wasmrun.memory.MemoryView;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Loads and stores in interpreted code by addresses of up to 32 bits. The code has v128.load in
 * their places, with one operand more, which is the ordinal of the opcode.
 */
final class InterpretedAccess {
  private static final OpCode CARRIER = OpCode.V128_LOAD;
  private static final int OFFSET = 1;
  private static final int MEMORY = 2;
  private static final int CARRIED = 3;
  private static final OpCode[] CODES = OpCode.values();

  /** By opcode: (operands, offset, memory) to what is pushed. */
  private static final Map<OpCode, MethodHandle> ATOMICS = new ConcurrentHashMap<>();

  private InterpretedAccess() {}

  /** Whether an instruction stands for an access. */
  static boolean isCarried(Instruction instruction) {
    return instruction.opcode() == CARRIER && instruction.operandCount() > CARRIED;
  }

  /** Executes what an instruction stands for. */
  static void execute(Instruction carrier, MStack stack, Instance instance) {
    OpCode code = CODES[(int) carrier.operand(CARRIED)];
    var memory = (MemoryView) instance.memory((int) carrier.operand(MEMORY));
    int offset = (int) carrier.operand(OFFSET);
    StackEffect effect = StackEffect.of(code);
    if (code.compareTo(OpCode.I64_STORE32) > 0) {
      atomic(code, effect, offset, memory, stack);
    } else if (effect.results().isEmpty()) {
      long value = stack.pop();
      store(code, VectorAccess.address((int) stack.pop(), offset), value, memory);
    } else {
      stack.push(load(code, VectorAccess.address((int) stack.pop(), offset), memory));
    }
  }

  private static long load(OpCode code, int address, MemoryView memory) {
    return switch (code) {
      case I32_LOAD8_S, I64_LOAD8_S -> memory.read(address);
      case I32_LOAD8_U, I64_LOAD8_U -> Byte.toUnsignedLong(memory.read(address));
      case I32_LOAD16_S, I64_LOAD16_S -> memory.readShort(address);
      case I32_LOAD16_U, I64_LOAD16_U -> Short.toUnsignedLong(memory.readShort(address));
      case I32_LOAD, F32_LOAD, I64_LOAD32_S -> memory.readInt(address);
      case I64_LOAD32_U -> Integer.toUnsignedLong(memory.readInt(address));
      case I64_LOAD, F64_LOAD -> memory.readLong(address);
      default -> throw new IllegalStateException("no load: " + code);
    };
  }

  private static void store(OpCode code, int address, long value, MemoryView memory) {
    switch (code) {
      case I32_STORE8, I64_STORE8 -> memory.writeByte(address, (byte) value);
      case I32_STORE16, I64_STORE16 -> memory.writeShort(address, (short) value);
      case I32_STORE, F32_STORE, I64_STORE32 -> memory.writeI32(address, (int) value);
      case I64_STORE, F64_STORE -> memory.writeLong(address, value);
      default -> throw new IllegalStateException("no store: " + code);
    }
  }

  private static void atomic(
      OpCode code, StackEffect effect, int offset, MemoryView memory, MStack stack) {
    long[] operands = new long[effect.operands().size()];
    for (int i = operands.length - 1; i >= 0; i--) {
      operands[i] = stack.pop();
    }
    long result;
    try {
      result =
          (long)
              ATOMICS
                  .computeIfAbsent(code, InterpretedAccess::method)
                  .invokeExact(operands, (long) offset, memory);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("an atomic access has failed", e);
    }
    if (!effect.results().isEmpty()) {
      stack.push(result);
    }
  }

  /** The method of {@link Access} that has the instruction's name. */
  private static MethodHandle method(OpCode code) {
    String name = code.name().toLowerCase(Locale.ROOT);
    Method found =
        Arrays.stream(Access.class.getMethods())
            .filter(method -> method.getName().equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no access: " + code));
    int operands = found.getParameterCount() - 2;
    var numbers =
        MethodType.methodType(long.class, Collections.nCopies(operands + 1, (Class<?>) long.class));
    try {
      return MethodHandles.explicitCastArguments(
              MethodHandles.publicLookup().unreflect(found),
              numbers.appendParameterTypes(MemoryView.class))
          .asSpreader(0, long[].class, operands);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("no access to " + found, e);
    }
  }
}
