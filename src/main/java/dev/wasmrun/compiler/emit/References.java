package dev.wasmrun.compiler.emit;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Element;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.OpCode;
import java.util.BitSet;
import java.util.List;

/**
 * The functions of a module that something can refer to: those that a table or a global begins
 * with, that code refers to, or that are exported.
 */
final class References {
  private References() {}

  static BitSet of(WasmModule module) {
    var functions = new BitSet();
    for (Element element : module.elementSection().elements()) {
      element.initializers().forEach(initializer -> add(initializer, functions));
    }
    for (int i = 0; i < module.globalSection().globalCount(); i++) {
      add(module.globalSection().getGlobal(i).initInstructions(), functions);
    }
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      var export = module.exportSection().getExport(i);
      if (export.exportType() == ExternalType.FUNCTION) {
        functions.set(export.index());
      }
    }
    for (FunctionBody body : module.codeSection().functionBodies()) {
      add(body.instructions(), functions);
    }
    return functions;
  }

  private static void add(List<? extends Instruction> code, BitSet functions) {
    for (Instruction instruction : code) {
      if (instruction.opcode() == OpCode.REF_FUNC) {
        functions.set((int) instruction.operand(0));
      }
    }
  }
}
