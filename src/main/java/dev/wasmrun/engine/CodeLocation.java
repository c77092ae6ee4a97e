package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.ExecutionListener;
import com.dylibso.chicory.runtime.Memory;
import dev.wasmrun.memory.MemoryView;

/**
 * The way in which guest code tells where it makes its accesses to memory.
 *
 * <p>Public because generated classes call it.
 */
public final class CodeLocation {
  private CodeLocation() {}

  /** The next access to this memory is made by the instruction at this offset. */
  public static void at(Memory memory, int offset) {
    ((MemoryView) memory).at(offset);
  }

  /** What has interpreted code tell the same, and stop; one listener for each instance. */
  static ExecutionListener listener(MemoryView view) {
    return (instruction, stack) -> {
      InterruptListener.INSTANCE.onExecution(instruction, stack);
      if (MemoryInstructions.isAccess(instruction.opcode())) {
        view.at(instruction.address());
      }
    };
  }
}
