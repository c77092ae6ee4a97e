package dev.wasmrun.module;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.OpCode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/** The addresses from which functions of a module load by a constant, as they do for variables. */
final class ConstantLoads {
  private ConstantLoads() {}

  /**
   * Reads a module's code.
   *
   * @param wanted of which functions, by their indices
   */
  static Set<Integer> of(WasmModule module, IntPredicate wanted) {
    var addresses = new HashSet<Integer>();
    int index = module.importSection().count(ExternalType.FUNCTION);
    for (FunctionBody body : module.codeSection().functionBodies()) {
      if (wanted.test(index++)) {
        read(body.instructions(), addresses);
      }
    }
    return addresses;
  }

  private static void read(List<AnnotatedInstruction> code, Set<Integer> addresses) {
    for (int i = 1; i < code.size(); i++) {
      AnnotatedInstruction before = code.get(i - 1);
      if (before.opcode() == OpCode.I32_CONST && isLoad(code.get(i).opcode())) {
        addresses.add((int) (before.operand(0) + code.get(i).operand(1)));
      }
    }
  }

  private static boolean isLoad(OpCode opcode) {
    return opcode.name().contains("_LOAD");
  }
}
