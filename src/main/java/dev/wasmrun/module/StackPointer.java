package dev.wasmrun.module;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.MutabilityType;
import com.dylibso.chicory.wasm.types.OpCode;
import java.util.BitSet;
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
  private static final String NAME = "__stack_pointer";

  /**
   * Finds the stack pointer by its name or, in a stripped module, by the function prologue that
   * every LLVM back-end emits: {@code global.get g; i32.const n; i32.sub}, with g set again later.
   */
  static Optional<StackPointer> find(WasmModule module) {
    int importedGlobals = module.importSection().count(ExternalType.GLOBAL);
    BitSet found = exported(module);
    found.or(usedByPrologues(module));
    for (int i = 0; i < module.globalSection().globalCount(); i++) {
      int index = importedGlobals + i;
      var global = module.globalSection().getGlobal(i);
      if (global.mutabilityType() != MutabilityType.Var
          || ValueType.of(global.valueType()) != ValueType.I32) {
        continue;
      }
      var init = global.initInstructions().get(0);
      if (init.opcode() == OpCode.I32_CONST && (found.get(index) || isNamed(module, index))) {
        return Optional.of(new StackPointer(index, (int) init.operand(0)));
      }
    }
    return Optional.empty();
  }

  private static boolean isNamed(WasmModule module, int globalIndex) {
    return module.nameSection() != null
        && NAME.equals(module.nameSection().nameOfGlobal(globalIndex));
  }

  private static BitSet exported(WasmModule module) {
    var exported = new BitSet();
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      var export = module.exportSection().getExport(i);
      if (export.exportType() == ExternalType.GLOBAL && export.name().equals(NAME)) {
        exported.set(export.index());
      }
    }
    return exported;
  }

  /**
   * The globals that a function's prologue decrements, all in one pass: some modules have 30,000.
   */
  private static BitSet usedByPrologues(WasmModule module) {
    var used = new BitSet();
    for (var body : module.codeSection().functionBodies()) {
      used.or(usedByPrologue(body.instructions()));
    }
    return used;
  }

  private static BitSet usedByPrologue(List<AnnotatedInstruction> code) {
    var decremented = new BitSet();
    var set = new BitSet();
    for (int i = 0; i < code.size(); i++) {
      if (code.get(i).opcode() == OpCode.GLOBAL_SET) {
        set.set((int) code.get(i).operand(0));
      } else if (i >= 2
          && code.get(i).opcode() == OpCode.I32_SUB
          && code.get(i - 1).opcode() == OpCode.I32_CONST
          && code.get(i - 2).opcode() == OpCode.GLOBAL_GET) {
        decremented.set((int) code.get(i - 2).operand(0));
      }
    }
    decremented.and(set);
    return decremented;
  }
}
