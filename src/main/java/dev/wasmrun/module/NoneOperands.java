package dev.wasmrun.module;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Element;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.ValType;
import com.dylibso.chicory.wasm.types.ValType.TypeIdxCode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The operands of a module's instructions that name the type {@code none}, which are another type
 * until they are restored; see {@link NoneTypes}. Casts to it keep theirs, from which the validator
 * concludes what they cast.
 */
final class NoneOperands {
  private static final long NONE = TypeIdxCode.NONE.code();

  /** Of a branch on a cast: what is cast, to what; and of what the former is, by the validator. */
  private static final int FROM = 2;

  private static final int TO = 3;
  private static final int TOP = 4;

  /** An operand, and what it is to be in the end. */
  private record Replaced(Instruction instruction, int operand, long original) {}

  private final List<Replaced> replaced = new ArrayList<>();

  NoneOperands(WasmModule module) {
    instructions(module).forEach(this::replace);
  }

  private static Stream<Instruction> instructions(WasmModule module) {
    return Stream.of(
            Stream.of(module.codeSection().functionBodies()).map(FunctionBody::instructions),
            module.elementSection().stream().map(Element::initializers).flatMap(List::stream),
            IntStream.range(0, module.globalSection().globalCount())
                .mapToObj(i -> module.globalSection().getGlobal(i).initInstructions()),
            IntStream.range(0, module.tableSection().tableCount())
                .mapToObj(i -> module.tableSection().getTable(i).initialize()))
        .flatMap(lists -> lists)
        .flatMap(List::stream);
  }

  private void replace(Instruction instruction) {
    switch (instruction.opcode()) {
      case REF_NULL -> heapType(instruction, 0);
      case BR_ON_CAST, BR_ON_CAST_FAIL -> {
        if (instruction.operand(FROM) == NONE) {
          heapType(instruction, FROM);
          replaced.add(new Replaced(instruction, TOP, TypeIdxCode.ANY.code()));
        }
        heapType(instruction, TO);
      }
      case BLOCK, LOOP, IF, TRY_TABLE -> valueType(instruction, 0);
      case SELECT_T -> {
        for (int i = 0; i < instruction.operandCount(); i++) {
          valueType(instruction, i);
        }
      }
      default -> {}
    }
  }

  private void heapType(Instruction instruction, int operand) {
    if (instruction.operand(operand) == NONE) {
      set(instruction, operand, TypeIdxCode.BOT.code());
    }
  }

  private void valueType(Instruction instruction, int operand) {
    long type = instruction.operand(operand);
    if (ValType.isValid(type)) { // and no index
      ValType known = ValType.builder().fromId(type).build();
      ValType replacement = NoneTypes.replaced(known);
      if (replacement != known) {
        set(instruction, operand, replacement.id());
      }
    }
  }

  private void set(Instruction instruction, int operand, long value) {
    replaced.add(new Replaced(instruction, operand, instruction.operand(operand)));
    instruction.setOperand(operand, value);
  }

  /** Has each operand be what it was. */
  void restore() {
    replaced.forEach(was -> was.instruction.setOperand(was.operand, was.original));
  }
}
