package dev.wasmrun.module;

import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Element;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.ValType.TypeIdxCode;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Parsing and validation by Chicory 1.7.5, which is shown the module in a form that it accepts
 * wherever WebAssembly does:
 *
 * <ul>
 *   <li>functions that refer to themselves are declared by an element (see {@link
 *       DeclaredFunctions});
 *   <li>{@code ref.null none} has a type that suits any reference: the validator's {@code none}
 *       does not suit {@code eq}, {@code i31}, {@code struct} and {@code array}. It suits those to
 *       functions and to the host's objects, too, which does no harm: null is null.
 *   <li>{@code ref.null noexn} becomes {@code ref.null exn}: it is of no other use.
 * </ul>
 */
final class Validation {
  /** The type of no exception, which Chicory has no name for. */
  private static final int NOEXN = -12;

  private Validation() {}

  /**
   * Parses and validates a module.
   *
   * @throws com.dylibso.chicory.wasm.ChicoryException if it is malformed or invalid
   */
  static WasmModule parse(byte[] bytes) {
    return validated(parseOnly(bytes));
  }

  /** Parses a module without validating it. */
  static WasmModule parseOnly(byte[] bytes) {
    return Parser.builder()
        .withValidation(false)
        .build()
        .parse(() -> new ByteArrayInputStream(bytes));
  }

  /**
   * The same module, validated.
   *
   * @throws com.dylibso.chicory.wasm.InvalidException if it is invalid
   */
  static WasmModule validated(WasmModule parsed) {
    var functions = new DeclaredFunctions(parsed);
    nullsOf(parsed, NOEXN).forEach(instruction -> setType(instruction, TypeIdxCode.EXN));
    List<Instruction> nulls = nullsOf(parsed, TypeIdxCode.NONE.code()).toList();
    nulls.forEach(instruction -> setType(instruction, TypeIdxCode.BOT));
    try {
      ModuleCopy.of(parsed).setElementSection(functions.withOwnReferences()).build();
    } finally {
      nulls.forEach(instruction -> setType(instruction, TypeIdxCode.NONE));
    }
    functions.check();
    return parsed;
  }

  private static Stream<Instruction> nullsOf(WasmModule module, int type) {
    return instructions(module)
        .filter(instruction -> instruction.opcode() == OpCode.REF_NULL)
        .filter(instruction -> instruction.operand(0) == type);
  }

  private static void setType(Instruction nullOfType, TypeIdxCode type) {
    nullOfType.setOperand(0, type.code());
  }

  /** The instructions of bodies and of constants. */
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
}
