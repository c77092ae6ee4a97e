package dev.wasmrun.module;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.CodeSection;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.Instruction;

/** A module that was parsed from rewritten bytes, with its instructions where they really are. */
final class MovedInstructions {
  private MovedInstructions() {}

  /**
   * The module with each instruction where it was before it was moved.
   *
   * @param digest of the result
   */
  static WasmModule of(WasmModule module, MovedOffsets offsets, String digest) {
    CodeSection parsed = module.codeSection();
    var section = CodeSection.builder();
    section.setRequiresDataCount(parsed.isRequiresDataCount());
    for (FunctionBody body : parsed.functionBodies()) {
      var instructions =
          body.instructions().stream().map(instruction -> moved(instruction, offsets)).toList();
      section.addFunctionBody(new FunctionBody(body.localTypes(), instructions));
    }
    return ModuleCopy.of(module)
        .setCodeSection(section.build())
        .withValidation(false)
        .withDigest(digest)
        .build();
  }

  private static AnnotatedInstruction moved(AnnotatedInstruction parsed, MovedOffsets offsets) {
    int address = offsets.before(parsed.address());
    var moved =
        AnnotatedInstruction.builder()
            .from(new Instruction(address, parsed.opcode(), parsed.operands()))
            .withDepth(parsed.depth());
    if (parsed.labelTrue() != AnnotatedInstruction.UNDEFINED_LABEL) {
      moved.withLabelTrue(parsed.labelTrue());
    }
    if (parsed.labelFalse() != AnnotatedInstruction.UNDEFINED_LABEL) {
      moved.withLabelFalse(parsed.labelFalse());
    }
    if (!parsed.labelTable().isEmpty()) {
      moved.withLabelTable(parsed.labelTable());
    }
    if (parsed.catches() != null) {
      moved.withCatches(parsed.catches());
    }
    if (parsed.scope() != null) {
      moved.withScope(parsed.scope());
    }
    return moved.build();
  }
}
