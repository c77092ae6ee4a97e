package dev.wasmrun.module;

import com.dylibso.chicory.wasm.InvalidException;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Element;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.OpCode;
import java.util.List;

/**
 * That the functions which elements and globals begin with exist; Chicory 1.7.5 does not look at
 * all of them.
 */
final class ConstantChecks {
  private ConstantChecks() {}

  /**
   * Checks the constant expressions of a module.
   *
   * @throws InvalidException if one refers to a function that does not exist
   */
  static void check(WasmModule module) {
    int functions =
        module.importSection().count(ExternalType.FUNCTION)
            + module.functionSection().functionCount();
    for (Element element : module.elementSection().elements()) {
      element.initializers().forEach(constant -> check(constant, functions));
    }
    for (int i = 0; i < module.globalSection().globalCount(); i++) {
      check(module.globalSection().getGlobal(i).initInstructions(), functions);
    }
  }

  private static void check(List<Instruction> constant, int functions) {
    for (Instruction instruction : constant) {
      if (instruction.opcode() == OpCode.REF_FUNC
          && Long.compareUnsigned(instruction.operand(0), functions) >= 0) {
        throw new InvalidException(
            "unknown function %s in a constant: there are %s"
                .formatted(Long.toUnsignedString(instruction.operand(0)), functions));
      }
    }
  }
}
