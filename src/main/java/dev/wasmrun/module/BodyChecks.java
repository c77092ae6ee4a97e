package dev.wasmrun.module;

import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.InvalidException;
import com.dylibso.chicory.wasm.MalformedException;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.ArrayType;
import com.dylibso.chicory.wasm.types.CompType;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FieldType;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.TypeSection;
import com.dylibso.chicory.wasm.types.ValType;
import com.dylibso.chicory.wasm.types.ValType.TypeIdxCode;
import java.util.List;
import java.util.stream.Stream;

/**
 * What Chicory 1.7.5 does not see in the bodies of functions: that one has no end of its own, where
 * it takes that of a block for it if nothing follows; and that table.size is of no table. Whether
 * there is an element segment is asked here, too: {@link Validation} adds one. And what Chicory
 * executes as something else is refused.
 */
final class BodyChecks {
  private BodyChecks() {}

  /**
   * Checks the bodies of all functions.
   *
   * @throws MalformedException if the end of one is missing, or something follows it
   * @throws InvalidException if a table or an element segment is unknown
   * @throws ChicoryException if there is what Chicory executes as something else: casts of
   *     exceptions, vectors in structures and arrays
   */
  static void check(WasmModule module) {
    checkFields(module.typeSection());
    int tables =
        module.importSection().count(ExternalType.TABLE) + module.tableSection().tableCount();
    int segments = module.elementSection().elementCount();
    int imported = module.importSection().count(ExternalType.FUNCTION);
    for (int i = 0; i < module.codeSection().functionBodyCount(); i++) {
      FunctionBody body = module.codeSection().getFunctionBody(i);
      if (!endsAtItsEnd(body.instructions())) {
        throw new MalformedException(
            "function %s does not end with its body: END opcode expected".formatted(imported + i));
      }
      for (AnnotatedInstruction instruction : body.instructions()) {
        switch (instruction.opcode()) {
          case TABLE_SIZE -> checkIndex("table", instruction, tables);
          case TABLE_INIT, ELEM_DROP -> checkIndex("elem segment", instruction, segments);
          case REF_TEST, REF_TEST_NULL, CAST_TEST, CAST_TEST_NULL -> checkCast(instruction, 0);
          case BR_ON_CAST, BR_ON_CAST_FAIL -> checkCast(instruction, 3);
          default -> {}
        }
      }
    }
  }

  private static void checkIndex(String what, AnnotatedInstruction instruction, int count) {
    if (Long.compareUnsigned(instruction.operand(0), count) >= 0) {
      throw new InvalidException(
          "unknown %s %s: there are %s"
              .formatted(what, Long.toUnsignedString(instruction.operand(0)), count));
    }
  }

  /** Checks that no structure or array has vectors, which Chicory takes for numbers of 64 bits. */
  private static void checkFields(TypeSection types) {
    for (int i = 0; i < types.subTypeCount(); i++) {
      CompType type = types.getSubType(i).compType();
      Stream<FieldType> fields =
          type.structType() != null
              ? Stream.of(type.structType().fieldTypes())
              : Stream.ofNullable(type.arrayType()).map(ArrayType::fieldType);
      if (fields.anyMatch(BodyChecks::isVector)) {
        throw new ChicoryException(
            ("its type %s is a structure or array with vectors (v128), which this runtime does not"
                    + " execute; keep them in the linear memory, or as two i64")
                .formatted(i));
      }
    }
  }

  private static boolean isVector(FieldType field) {
    ValType type = field.storageType().valType();
    return type != null && type.opcode() == ValType.ID.V128;
  }

  /** Checks the type to which something is cast. */
  private static void checkCast(AnnotatedInstruction cast, int operand) {
    if (cast.operand(operand) == TypeIdxCode.EXN.code()) {
      throw castOfException();
    }
  }

  static ChicoryException castOfException() {
    return new ChicoryException(
        "it casts a reference to an exception, which this runtime does not execute;"
            + " ref.is_null and br_on_null tell the same");
  }

  private static boolean endsAtItsEnd(List<AnnotatedInstruction> instructions) {
    int open = 1;
    for (int i = 0; i < instructions.size(); i++) {
      switch (instructions.get(i).opcode()) {
        case BLOCK, LOOP, IF, TRY_TABLE -> open++;
        case END -> open--;
        default -> {}
      }
      if (open == 0) {
        return i == instructions.size() - 1;
      }
    }
    return false;
  }
}
