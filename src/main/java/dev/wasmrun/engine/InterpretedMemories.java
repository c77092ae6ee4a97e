package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.MStack;
import com.dylibso.chicory.wasm.types.Instruction;
import dev.wasmrun.memory.MemoryView;

/**
 * Copies from one memory to another in interpreted code. Chicory 1.7.5 has an array of all bytes in
 * between, and cannot be interrupted.
 */
final class InterpretedMemories {
  private InterpretedMemories() {}

  /**
   * Before memory.copy: does it if it is between two memories, which leaves nothing to be copied.
   *
   * @param stack with the length on top
   */
  static void copy(Instruction copy, MStack stack, Instance instance) {
    int target = (int) copy.operand(0);
    int source = (int) copy.operand(1);
    if (target != source
        && instance.memory(target) instanceof MemoryView into
        && instance.memory(source) instanceof MemoryView outOf) {
      into.copy(operand(stack, 2), operand(stack, 1), operand(stack, 0), outOf);
      stack.array()[stack.size() - 1] = 0;
    }
  }

  private static int operand(MStack stack, int below) {
    return (int) stack.array()[stack.size() - 1 - below];
  }
}
