package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.ExecutionListener;
import dev.wasmrun.memory.MemoryView;

/** The way in which interpreted code tells where it makes its accesses to memory. */
final class CodeLocation {
  private CodeLocation() {}

  /** What has interpreted code tell that, and stop; one listener for each instance. */
  static ExecutionListener listener(MemoryView view) {
    return (instruction, stack) -> {
      if (MemoryInstructions.isAccess(instruction.opcode())) {
        view.at(instruction.address());
      }
      InterruptListener.INSTANCE.onExecution(instruction, stack); // It may make the access itself.
    };
  }
}
