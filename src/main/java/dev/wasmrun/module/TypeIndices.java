package dev.wasmrun.module;

import com.dylibso.chicory.wasm.InvalidException;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ActiveDataSegment;
import com.dylibso.chicory.wasm.types.ActiveElement;
import com.dylibso.chicory.wasm.types.DataSegment;
import com.dylibso.chicory.wasm.types.Element;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.TagImport;
import com.dylibso.chicory.wasm.types.ValType;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The uses of a module's types by index, of a module that was parsed but not validated: each has to
 * be of a type that there is before types are added that the module does not know of.
 *
 * <p>Not looked at are value types outside the code, which the parser resolves, and the types of
 * blocks, for which there is {@link #checkBlock}.
 */
final class TypeIndices {
  private final int types;

  private TypeIndices(int types) {
    this.types = types;
  }

  /**
   * Checks all uses.
   *
   * @throws InvalidException if there is no such type
   */
  static void check(WasmModule module) {
    check(module, module.typeSection().subTypeCount());
  }

  /**
   * Checks all uses of the first types of a module; others it has not to know of.
   *
   * @param types how many those are
   * @throws InvalidException if there is no such type
   */
  static void check(WasmModule module, int types) {
    var indices = new TypeIndices(types);
    indices.declarations(module);
    indices.constants(module);
    for (FunctionBody body : module.codeSection().functionBodies()) {
      indices.code(body.instructions());
    }
  }

  /**
   * Checks the type of a block as the parser has read it.
   *
   * @param types how many there are
   * @throws InvalidException if there is no such type
   */
  static void checkBlock(Instruction block, int types) {
    long type = block.operand(0);
    var indices = new TypeIndices(types);
    if (BlockTypes.isMisread((int) type)) {
      indices.valueType(type);
    } else {
      indices.index(type);
    }
  }

  private void declarations(WasmModule module) {
    module.importSection().stream()
        .forEach(
            item -> {
              if (item instanceof FunctionImport function) {
                index(Integer.toUnsignedLong(function.typeIndex()));
              } else if (item instanceof TagImport tag) {
                index(Integer.toUnsignedLong(tag.tagType().typeIdx()));
              }
            });
    IntStream.range(0, module.functionSection().functionCount())
        .map(module.functionSection()::getFunctionType)
        .forEach(type -> index(Integer.toUnsignedLong(type)));
    module
        .tagSection()
        .ifPresent(
            tags -> {
              for (int i = 0; i < tags.tagCount(); i++) {
                index(Integer.toUnsignedLong(tags.getTag(i).typeIdx()));
              }
            });
  }

  private void constants(WasmModule module) {
    for (var global : module.globalSection().globals()) {
      code(global.initInstructions());
    }
    for (int i = 0; i < module.tableSection().tableCount(); i++) {
      code(module.tableSection().getTable(i).initialize());
    }
    for (Element element : module.elementSection().elements()) {
      element.initializers().forEach(this::code);
      if (element instanceof ActiveElement active) {
        code(active.offset());
      }
    }
    for (DataSegment segment : module.dataSection().dataSegments()) {
      if (segment instanceof ActiveDataSegment active) {
        code(active.offsetInstructions());
      }
    }
  }

  private void code(List<? extends Instruction> instructions) {
    instructions.forEach(this::instruction);
  }

  private void instruction(Instruction instruction) {
    switch (instruction.opcode()) {
      case CALL_INDIRECT, RETURN_CALL_INDIRECT, CALL_REF, RETURN_CALL_REF -> use(instruction, 0);
      case STRUCT_NEW, STRUCT_NEW_DEFAULT, STRUCT_GET, STRUCT_GET_S, STRUCT_GET_U, STRUCT_SET ->
          use(instruction, 0);
      case ARRAY_NEW, ARRAY_NEW_DEFAULT, ARRAY_NEW_FIXED, ARRAY_NEW_DATA, ARRAY_NEW_ELEM ->
          use(instruction, 0);
      case ARRAY_GET, ARRAY_GET_S, ARRAY_GET_U, ARRAY_SET, ARRAY_FILL -> use(instruction, 0);
      case ARRAY_INIT_DATA, ARRAY_INIT_ELEM -> use(instruction, 0);
      case ARRAY_COPY -> {
        use(instruction, 0);
        use(instruction, 1);
      }
      case REF_NULL, REF_TEST, REF_TEST_NULL, CAST_TEST, CAST_TEST_NULL -> use(instruction, 0);
      case BR_ON_CAST, BR_ON_CAST_FAIL -> {
        use(instruction, 2);
        use(instruction, 3);
      }
      case SELECT_T -> {
        for (int i = 0; i < instruction.operandCount(); i++) {
          valueType(instruction.operand(i));
        }
      }
      default -> {}
    }
  }

  /** An operand that is an index or, if it is negative, something else. */
  private void use(Instruction instruction, int operand) {
    index(instruction.operand(operand));
  }

  private void valueType(long id) {
    int opcode = (int) id;
    if (opcode == ValType.ID.Ref || opcode == ValType.ID.RefNull) {
      index(id >> Integer.SIZE);
    }
  }

  private void index(long index) {
    if (index >= types) {
      throw new InvalidException("unknown type " + index);
    }
  }
}
