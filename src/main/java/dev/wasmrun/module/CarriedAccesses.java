package dev.wasmrun.module;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.CodeSection;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.WasmEncoding;
import java.util.Arrays;

/**
 * The accesses to memories that may have 2 GiB and more, in a form that is interpreted. Chicory
 * 1.7.5 takes an address of over 31 bits for one outside.
 *
 * <p>So each becomes an instruction that Chicory's interpreter leaves to its subclass: {@code
 * v128.load}, whose operands are those of the access and, behind them, the ordinal of its opcode.
 */
final class CarriedAccesses {
  private static final OpCode CARRIER = OpCode.V128_LOAD;

  /** Pages of which Chicory reaches every byte. */
  private static final int REACHED = 32_767;

  private CarriedAccesses() {}

  /** The module to be interpreted for another; the same if its memories are smaller. */
  static WasmModule of(GuestModule module) {
    WasmModule wasm = module.wasm();
    return module.memories().stream().anyMatch(memory -> memory.maximumPages() > REACHED)
        ? carried(wasm)
        : wasm;
  }

  private static WasmModule carried(WasmModule module) {
    CodeSection code = module.codeSection();
    var section = CodeSection.builder();
    section.setRequiresDataCount(code.isRequiresDataCount());
    for (FunctionBody body : code.functionBodies()) {
      var instructions = body.instructions().stream().map(CarriedAccesses::carried).toList();
      section.addFunctionBody(new FunctionBody(body.localTypes(), instructions));
    }
    return ModuleCopy.of(module).setCodeSection(section.build()).withValidation(false).build();
  }

  private static AnnotatedInstruction carried(AnnotatedInstruction instruction) {
    OpCode opcode = instruction.opcode();
    if (!OpCode.signature(opcode).contains(WasmEncoding.MEMARG)
        || opcode.name().startsWith("V128")) {
      return instruction;
    }
    long[] operands = instruction.operands();
    long[] more = Arrays.copyOf(operands, operands.length + 1);
    more[operands.length] = opcode.ordinal();
    return AnnotatedInstruction.builder()
        .from(new Instruction(instruction.address(), CARRIER, more))
        .withDepth(instruction.depth())
        .build();
  }
}
