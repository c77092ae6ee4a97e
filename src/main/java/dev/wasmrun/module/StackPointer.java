package dev.wasmrun.module;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.MutabilityType;
import com.dylibso.chicory.wasm.types.OpCode;
import java.util.List;
import java.util.Optional;

/**
 * The global in which compiled C keeps the address of its stack in linear memory, the shadow stack.
 *
 * <p>Instances that share a memory and start with the same value here would share their stack too,
 * so each needs a region of its own.
 *
 * @param globalIndex index in the module's global index space
 * @param initial the address it starts with, the high end of the stack
 */
record StackPointer(int globalIndex, int initial) {

  /**
   * Finds the stack pointer by its name or, in a stripped module, by the function prologue that
   * every LLVM back-end emits: {@code global.get g; i32.const n; i32.sub}, with g set again later.
   */
  static Optional<StackPointer> find(WasmModule module) {
    int importedGlobals = module.importSection().count(ExternalType.GLOBAL);
    for (int i = 0; i < module.globalSection().globalCount(); i++) {
      int index = importedGlobals + i;
      var global = module.globalSection().getGlobal(i);
      if (global.mutabilityType() != MutabilityType.Var
          || ValueType.of(global.valueType()) != ValueType.I32) {
        continue;
      }
      var init = global.initInstructions().get(0);
      if (init.opcode() == OpCode.I32_CONST
          && (isNamedStackPointer(module, index) || isUsedByPrologue(module, index))) {
        return Optional.of(new StackPointer(index, (int) init.operand(0)));
      }
    }
    return Optional.empty();
  }

  private static boolean isNamedStackPointer(WasmModule module, int globalIndex) {
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      var export = module.exportSection().getExport(i);
      if (export.exportType() == ExternalType.GLOBAL
          && export.index() == globalIndex
          && export.name().equals("__stack_pointer")) {
        return true;
      }
    }
    return module.nameSection() != null
        && "__stack_pointer".equals(module.nameSection().nameOfGlobal(globalIndex));
  }

  private static boolean isUsedByPrologue(WasmModule module, int globalIndex) {
    for (var body : module.codeSection().functionBodies()) {
      if (hasPrologue(body.instructions(), globalIndex)) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasPrologue(List<AnnotatedInstruction> code, int globalIndex) {
    boolean decremented = false;
    for (int i = 2; i < code.size() && !decremented; i++) {
      decremented =
          isGlobal(code.get(i - 2), OpCode.GLOBAL_GET, globalIndex)
              && code.get(i - 1).opcode() == OpCode.I32_CONST
              && code.get(i).opcode() == OpCode.I32_SUB;
    }
    return decremented
        && code.stream().anyMatch(ins -> isGlobal(ins, OpCode.GLOBAL_SET, globalIndex));
  }

  private static boolean isGlobal(AnnotatedInstruction ins, OpCode opcode, int globalIndex) {
    return ins.opcode() == opcode && ins.operand(0) == globalIndex;
  }
}
