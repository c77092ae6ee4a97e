package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.MStack;
import com.dylibso.chicory.wasm.types.Instruction;
import dev.wasmrun.compiler.code.Kind;
import dev.wasmrun.compiler.code.VectorOp;
import dev.wasmrun.compiler.runtime.VectorAccess;
import dev.wasmrun.compiler.runtime.VectorMethods;
import dev.wasmrun.memory.MemoryView;
import java.util.Arrays;

/**
 * Vector instructions in interpreted code. A vector is two values of the stack, as the runtime has
 * it, the lower half below the upper one.
 */
final class InterpretedVectors {
  private static final int MEMORY = 2;
  private static final int LANE = 3;

  private final Instruction instruction;
  private final VectorOp op;
  private final MStack stack;
  private final Instance instance;
  private final long[] operands;

  private InterpretedVectors(
      VectorOp op, Instruction instruction, MStack stack, Instance instance) {
    this.op = op;
    this.instruction = instruction;
    this.stack = stack;
    this.instance = instance;
    this.operands = new long[Kind.parts(op.operands()).size()];
    for (int i = operands.length - 1; i >= 0; i--) {
      operands[i] = stack.pop();
    }
  }

  /** Executes an instruction. */
  static void execute(VectorOp op, Instruction instruction, MStack stack, Instance instance) {
    var execution = new InterpretedVectors(op, instruction, stack, instance);
    if (op.form().isAccess()) {
      execution.access();
    } else {
      execution.compute();
    }
  }

  private void compute() {
    switch (op.form()) {
      case HALVES -> push(call(each(0)), call(each(1)));
      case SHIFT -> {
        long count = operands[2];
        push(call(operands[0], count), call(operands[1], count));
      }
      case SPLAT -> pushTwice(call(operands[0]));
      case EXTRACT_LANE -> stack.push(call(half(lane(0)), inHalf(lane(0))));
      case REPLACE_LANE -> replace(lane(0), operands[0], operands[1], operands[2]);
      case LOW -> extend(each(0));
      case HIGH -> extend(each(1));
      case NARROW -> push(call(operands[0], operands[1]), call(operands[2], operands[3]));
      case NARROW_ZERO -> push(call(operands[0], operands[1]), 0);
      case TEST -> stack.push(call(operands[0], operands[1]));
      case SWIZZLE ->
          push(
              call(operands[0], operands[1], operands[2]),
              call(operands[0], operands[1], operands[3]));
      case SHUFFLE -> push(shuffled(0), shuffled(1));
      case CONSTANT -> push(instruction.operand(0), instruction.operand(1));
      default -> throw new IllegalStateException("an access: " + op);
    }
  }

  private void access() {
    MemoryView memory = (MemoryView) instance.memory((int) instruction.operand(MEMORY));
    int base = (int) operands[0];
    int offset = (int) instruction.operand(1);
    int address = VectorAccess.address(base, offset);
    switch (op.form()) {
      case LOAD -> {
        long[] halves = VectorAccess.load(base, offset, memory);
        push(halves[0], halves[1]);
      }
      case STORE -> VectorAccess.store(base, operands[1], operands[2], offset, memory);
      case LOAD_EXTEND -> extend(load(memory, address));
      case LOAD_SPLAT -> pushTwice(call(load(memory, address)));
      case LOAD_ZERO -> push(load(memory, address), 0);
      case LOAD_LANE -> replace(lane(LANE), operands[1], operands[2], load(memory, address));
      case STORE_LANE -> {
        long half = inLower(lane(LANE)) ? operands[1] : operands[2];
        store(memory, address, call(half, inHalf(lane(LANE))));
      }
      default -> throw new IllegalStateException("no access: " + op);
    }
  }

  private long load(MemoryView memory, int address) {
    return switch (op.bits()) {
      case Byte.SIZE -> memory.read(address) & 0xFF;
      case Short.SIZE -> memory.readShort(address) & 0xFFFF;
      case Integer.SIZE -> Integer.toUnsignedLong(memory.readInt(address));
      default -> memory.readLong(address);
    };
  }

  private void store(MemoryView memory, int address, long value) {
    switch (op.bits()) {
      case Byte.SIZE -> memory.writeByte(address, (byte) value);
      case Short.SIZE -> memory.writeShort(address, (short) value);
      case Integer.SIZE -> memory.writeI32(address, (int) value);
      default -> memory.writeLong(address, value);
    }
  }

  /** Every second operand: halves of vectors. */
  private long[] each(int first) {
    long[] halves = new long[operands.length / 2];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = operands[first + 2 * i];
    }
    return halves;
  }

  private void extend(long... halves) {
    long[] args = Arrays.copyOf(halves, halves.length + 1);
    long lower = call(args);
    args[halves.length] = 1;
    push(lower, call(args));
  }

  private long shuffled(int half) {
    return call(operands[0], operands[1], operands[2], operands[3], instruction.operand(half));
  }

  private void replace(int lane, long low, long high, long value) {
    if (inLower(lane)) {
      push(call(low, inHalf(lane), value), high);
    } else {
      push(low, call(high, inHalf(lane), value));
    }
  }

  private int lane(int operand) {
    return (int) instruction.operand(operand);
  }

  private long half(int lane) {
    return inLower(lane) ? operands[0] : operands[1];
  }

  private boolean inLower(int lane) {
    return lane < op.lanesOfHalf();
  }

  private int inHalf(int lane) {
    return lane % op.lanesOfHalf();
  }

  private long call(long... args) {
    return VectorMethods.of(op).call(args);
  }

  private void pushTwice(long half) {
    push(half, half);
  }

  private void push(long low, long high) {
    stack.push(low);
    stack.push(high);
  }
}
