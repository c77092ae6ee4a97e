package dev.wasmrun.module;

import com.dylibso.chicory.wasm.InvalidException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ElementSection;
import java.io.ByteArrayInputStream;

/**
 * Parsing and validation by Chicory 1.7.5, which is shown the module in a form that it accepts
 * wherever WebAssembly does:
 *
 * <ul>
 *   <li>functions that refer to themselves are declared by an element (see {@link
 *       DeclaredFunctions});
 *   <li>a module that does not validate is tried again with {@code none} as a type that suits any
 *       reference (see {@link NoneTypes}).
 * </ul>
 */
final class Validation {
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
    ElementSection elements = functions.withOwnReferences();
    try {
      ModuleCopy.of(parsed).setElementSection(elements).build();
    } catch (InvalidException e) {
      var operands = new NoneOperands(parsed);
      try {
        NoneTypes.copy(parsed, elements).build();
      } finally {
        operands.restore();
      }
    }
    functions.check();
    return parsed;
  }
}
