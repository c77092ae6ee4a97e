package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.ExecutionListener;
import com.dylibso.chicory.wasm.types.OpCode;
import dev.wasmrun.memory.MemoryView;

/** The way in which interpreted code tells where it makes its accesses to memory and its calls. */
final class CodeLocation {
  private CodeLocation() {}

  /** What has interpreted code tell that, and stop; one listener for each instance. */
  static ExecutionListener listener(MemoryView view) {
    return (instruction, stack) -> {
      if (MemoryInstructions.isAccess(instruction.opcode())
          || instruction.opcode() == OpCode.CALL) {
        view.at(instruction.address());
      } else if (instruction.opcode() == OpCode.MEMORY_SIZE) {
        view.sizeIsAsked();
      }
      InterruptListener.INSTANCE.onExecution(instruction, stack); // It may make the access itself.
    };
  }
}
