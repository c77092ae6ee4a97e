package dev.wasmrun.module;

import com.dylibso.chicory.wasm.InvalidException;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.DeclarativeElement;
import com.dylibso.chicory.wasm.types.ElementSection;
import com.dylibso.chicory.wasm.types.Export;
import com.dylibso.chicory.wasm.types.ExportSection;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.GlobalSection;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.TableSection;
import com.dylibso.chicory.wasm.types.ValType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The functions to which code may refer, by {@code ref.func}: those that a module exports, or names
 * in the constants of an element, a table or a global. Chicory 1.7.5 asks this only of a function
 * that refers to itself, and then takes nothing but a declarative element for a declaration: such
 * functions are declared for its validator, and all are checked here.
 */
final class DeclaredFunctions {
  private final WasmModule module;
  private final int imported;

  DeclaredFunctions(WasmModule module) {
    this.module = module;
    this.imported = module.importSection().count(ExternalType.FUNCTION);
  }

  /**
   * Checks that what code refers to is declared.
   *
   * @throws InvalidException if not
   */
  void check() {
    BitSet declared = declared();
    for (int i = 0; i < module.codeSection().functionBodyCount(); i++) {
      references(i)
          .filter(function -> !declared.get(function))
          .findFirst()
          .ifPresent(
              function -> {
                throw new InvalidException(
                    "undeclared function reference: to function " + function);
              });
    }
  }

  /** The elements, and one that declares each function that refers to itself. */
  ElementSection withOwnReferences() {
    var own = new ArrayList<List<Instruction>>();
    for (int i = 0; i < module.codeSection().functionBodyCount(); i++) {
      int function = imported + i;
      if (references(i).anyMatch(to -> to == function)) {
        own.add(List.of(new Instruction(0, OpCode.REF_FUNC, new long[] {function})));
      }
    }
    if (own.isEmpty()) {
      return module.elementSection();
    }
    var elements = ElementSection.builder();
    module.elementSection().stream().forEach(elements::addElement);
    return elements.addElement(new DeclarativeElement(ValType.FuncRef, own)).build();
  }

  /** The functions that are declared, whether they exist or not. */
  private BitSet declared() {
    var declared = new BitSet();
    ExportSection exports = module.exportSection();
    for (int i = 0; i < exports.exportCount(); i++) {
      Export export = exports.getExport(i);
      if (export.exportType() == ExternalType.FUNCTION && export.index() >= 0) {
        declared.set(export.index());
      }
    }
    Stream<List<Instruction>> constants =
        module.elementSection().stream().flatMap(element -> element.initializers().stream());
    constants.flatMapToInt(DeclaredFunctions::references).forEach(declared::set);
    GlobalSection globals = module.globalSection();
    for (int i = 0; i < globals.globalCount(); i++) {
      references(globals.getGlobal(i).initInstructions()).forEach(declared::set);
    }
    TableSection tables = module.tableSection();
    for (int i = 0; i < tables.tableCount(); i++) {
      references(tables.getTable(i).initialize()).forEach(declared::set);
    }
    return declared;
  }

  private IntStream references(int body) {
    return references(module.codeSection().getFunctionBody(body).instructions());
  }

  private static IntStream references(List<? extends Instruction> instructions) {
    return instructions.stream()
        .filter(instruction -> instruction.opcode() == OpCode.REF_FUNC)
        .mapToInt(instruction -> (int) instruction.operand(0))
        .filter(function -> function >= 0); // others do not exist, which is said elsewhere
  }
}
