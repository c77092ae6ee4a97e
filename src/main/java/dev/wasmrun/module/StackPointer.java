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
 * @param certain whether it is surely one, and not a counter that looks alike: by its name, or as
 *     all that is ever taken from it is aligned as frames are
 */
record StackPointer(int globalIndex, int initial, boolean certain) {
  private static final String NAME = "__stack_pointer";

  /** What frames of C are aligned to. */
  private static final int ALIGNMENT = 16;

  /**
   * Finds the stack pointer by its name or, in a stripped module, by the function prologue that
   * every LLVM back-end emits: {@code global.get g; i32.const n; i32.sub}, with g set again later.
   */
  static Optional<StackPointer> find(WasmModule module) {
    BitSet named = exported(module);
    var frames = new Frames(module);
    Optional<StackPointer> guessed = Optional.empty();
    int importedGlobals = module.importSection().count(ExternalType.GLOBAL);
    for (int i = 0; i < module.globalSection().globalCount(); i++) {
      int index = importedGlobals + i;
      var global = module.globalSection().getGlobal(i);
      var init = global.initInstructions().get(0);
      if (global.mutabilityType() != MutabilityType.Var
          || ValueType.of(global.valueType()) != ValueType.I32
          || init.opcode() != OpCode.I32_CONST) {
        continue;
      }
      int initial = (int) init.operand(0);
      if (named.get(index) || isNamed(module, index)) {
        return Optional.of(new StackPointer(index, initial, true));
      }
      if (guessed.isEmpty() && frames.used.get(index)) {
        boolean aligned = initial % ALIGNMENT == 0 && !frames.unaligned.get(index);
        guessed = Optional.of(new StackPointer(index, initial, aligned));
      }
    }
    return guessed;
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
  private static final class Frames {
    private final BitSet used = new BitSet();

    /** Those that are decremented by something else than a multiple of the alignment. */
    private final BitSet unaligned = new BitSet();

    Frames(WasmModule module) {
      for (var body : module.codeSection().functionBodies()) {
        find(body.instructions());
      }
    }

    private void find(List<AnnotatedInstruction> code) {
      var decremented = new BitSet();
      var set = new BitSet();
      for (int i = 0; i < code.size(); i++) {
        if (code.get(i).opcode() == OpCode.GLOBAL_SET) {
          set.set((int) code.get(i).operand(0));
        } else if (i >= 2
            && code.get(i).opcode() == OpCode.I32_SUB
            && code.get(i - 1).opcode() == OpCode.I32_CONST
            && code.get(i - 2).opcode() == OpCode.GLOBAL_GET) {
          int global = (int) code.get(i - 2).operand(0);
          decremented.set(global);
          if (code.get(i - 1).operand(0) % ALIGNMENT != 0) {
            unaligned.set(global);
          }
        }
      }
      decremented.and(set);
      used.or(decremented);
    }
  }
}
