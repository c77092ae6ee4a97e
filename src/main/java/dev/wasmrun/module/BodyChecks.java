package dev.wasmrun.module;

import com.dylibso.chicory.wasm.MalformedException;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionBody;
import java.util.List;

/**
 * That every function has an end of its own, which Chicory 1.7.5 does not see: it takes that of a
 * block for it if nothing follows.
 */
final class BodyChecks {
  private BodyChecks() {}

  /**
   * Checks the bodies of all functions.
   *
   * @throws MalformedException if the end of one is missing, or something follows it
   */
  static void check(WasmModule module) {
    int imported = module.importSection().count(ExternalType.FUNCTION);
    for (int i = 0; i < module.codeSection().functionBodyCount(); i++) {
      FunctionBody body = module.codeSection().getFunctionBody(i);
      if (!endsAtItsEnd(body.instructions())) {
        throw new MalformedException(
            "function %s does not end with its body: END opcode expected".formatted(imported + i));
      }
    }
  }

  private static boolean endsAtItsEnd(List<AnnotatedInstruction> instructions) {
    int open = 1;
    for (int i = 0; i < instructions.size(); i++) {
      switch (instructions.get(i).opcode()) {
        case BLOCK, LOOP, IF, TRY_TABLE -> open++;
        case END -> open--;
        default -> {}
      }
      if (open == 0) {
        return i == instructions.size() - 1;
      }
    }
    return false;
  }
}
