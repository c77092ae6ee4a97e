package dev.wasmrun.engine;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.OpCode;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The instructions of a module that access its memory, and where they are in its file. */
final class MemoryInstructions {
  private static final Set<OpCode> ACCESSES =
      Arrays.stream(OpCode.values())
          .filter(MemoryInstructions::accesses)
          .collect(Collectors.toCollection(() -> EnumSet.noneOf(OpCode.class)));

  /** After one of these, what follows in the same block is never executed. */
  private static final Set<OpCode> ENDS_PATH =
      EnumSet.of(
          OpCode.UNREACHABLE,
          OpCode.RETURN,
          OpCode.RETURN_CALL,
          OpCode.RETURN_CALL_INDIRECT,
          OpCode.RETURN_CALL_REF,
          OpCode.BR,
          OpCode.BR_TABLE,
          OpCode.THROW,
          OpCode.THROW_REF);

  private static final int NOWHERE = -1;

  private MemoryInstructions() {}

  /** Whether an instruction reads or writes memory, waits or notifies; growing is none of these. */
  static boolean isAccess(OpCode opcode) {
    return ACCESSES.contains(opcode);
  }

  /**
   * The offsets in the module's file of the accesses of a function, in its order and without those
   * that Chicory's compiler leaves out because no path leads there.
   *
   * @param function an index that counts imported functions too; none of those has accesses
   */
  static int[] offsets(WasmModule module, int function) {
    int defined = function - module.importSection().count(ExternalType.FUNCTION);
    if (defined < 0) {
      return new int[0];
    }
    FunctionBody body = module.codeSection().getFunctionBody(defined);
    return offsets(body.instructions());
  }

  private static int[] offsets(List<AnnotatedInstruction> instructions) {
    int[] offsets = new int[instructions.size()];
    int count = 0;
    int deadBelow = NOWHERE; // the depth of the block that has been left, if any
    for (AnnotatedInstruction instruction : instructions) {
      OpCode opcode = instruction.opcode();
      if (deadBelow != NOWHERE) {
        boolean lives =
            instruction.depth() <= deadBelow && (opcode == OpCode.ELSE || opcode == OpCode.END);
        if (!lives) {
          continue;
        }
        deadBelow = NOWHERE;
      }
      if (isAccess(opcode)) {
        offsets[count++] = instruction.address();
      } else if (ENDS_PATH.contains(opcode)) {
        deadBelow = instruction.depth();
      }
    }
    return Arrays.copyOf(offsets, count);
  }

  private static boolean accesses(OpCode opcode) {
    String name = opcode.name();
    return (name.contains("_LOAD")
            || name.contains("_STORE")
            || name.contains("_ATOMIC_")
            || name.equals("MEMORY_COPY")
            || name.equals("MEMORY_FILL")
            || name.equals("MEMORY_INIT"))
        && opcode != OpCode.ATOMIC_FENCE;
  }
}
