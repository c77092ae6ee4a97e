package dev.wasmrun.module;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.CodeSection;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.FunctionSection;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.Global;
import com.dylibso.chicory.wasm.types.GlobalSection;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.MutabilityType;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.TypeSection;
import com.dylibso.chicory.wasm.types.ValType;
import com.dylibso.chicory.wasm.types.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * How long a module's code has computed that it may still wait, made visible from outside.
 *
 * <pre>
 *   deadline                              deadline
 *   call $emscripten_get_now     ──▶      call $emscripten_get_now
 *   f64.sub                               call $remaining        = deadline - now, and kept
 * </pre>
 *
 * <p>Emscripten's library computes it so before each slice of a wait. {@code $remaining} is a
 * function added behind the module's own; it returns the difference and stores it in a global added
 * behind the module's own. So every index keeps its meaning, and the code its results.
 */
final class RemainingTime {
  private static final String CLOCK_MODULE = "env";
  private static final String CLOCK = "emscripten_get_now";

  private RemainingTime() {}

  /** Indices of the functions that compute a remaining time. */
  static Set<Integer> computedBy(WasmModule module) {
    int clock = clock(module);
    int imported = module.importSection().count(ExternalType.FUNCTION);
    var functions = new TreeSet<Integer>();
    for (int i = 0; clock >= 0 && i < module.codeSection().functionBodyCount(); i++) {
      List<AnnotatedInstruction> code = module.codeSection().getFunctionBody(i).instructions();
      for (int at = 0; at < code.size(); at++) {
        if (isSubtraction(code, at, clock)) {
          functions.add(imported + i);
        }
      }
    }
    return functions;
  }

  /** Index of the global with the last remaining time, in milliseconds. */
  static int global(WasmModule original) {
    return original.importSection().count(ExternalType.GLOBAL)
        + original.globalSection().globalCount();
  }

  /** Changes the copy of a module as described above. */
  static void keep(WasmModule original, WasmModule.Builder copy) {
    TypeSection types = original.typeSection();
    var moreTypes = TypeSection.builder();
    for (int i = 0; i < types.typeCount(); i++) {
      moreTypes.addRecType(types.getRecType(i));
    }
    moreTypes.addFunctionType(
        FunctionType.of(List.of(ValType.F64, ValType.F64), List.of(ValType.F64)));
    copy.setTypeSection(moreTypes.build());

    var moreFunctions = FunctionSection.builder();
    for (int i = 0; i < original.functionSection().functionCount(); i++) {
      moreFunctions.addFunctionType(original.functionSection().getFunctionType(i));
    }
    copy.setFunctionSection(moreFunctions.addFunctionType(types.subTypeCount()).build());

    var moreGlobals = GlobalSection.builder();
    for (Global global : original.globalSection().globals()) {
      moreGlobals.addGlobal(global);
    }
    List<Instruction> zero =
        List.of(new Instruction(0, OpCode.F64_CONST, new long[] {Value.f64(0).raw()}));
    moreGlobals.addGlobal(new Global(ValType.F64, MutabilityType.Var, zero));
    copy.setGlobalSection(moreGlobals.build());

    copy.setCodeSection(code(original));
  }

  private static CodeSection code(WasmModule original) {
    int clock = clock(original);
    int remaining =
        original.importSection().count(ExternalType.FUNCTION)
            + original.functionSection().functionCount();
    var section = CodeSection.builder();
    section.setRequiresDataCount(original.codeSection().isRequiresDataCount());
    for (FunctionBody body : original.codeSection().functionBodies()) {
      var code = new ArrayList<>(body.instructions());
      for (int at = 0; at < code.size(); at++) {
        if (isSubtraction(code, at, clock)) {
          code.set(at, replaced(code.get(at), remaining));
        }
      }
      section.addFunctionBody(new FunctionBody(body.localTypes(), code));
    }
    return section.addFunctionBody(remainingBody(global(original))).build();
  }

  private static FunctionBody remainingBody(int global) {
    var end = new Instruction(0, OpCode.END, Instruction.EMPTY_OPERANDS);
    return new FunctionBody(
        List.of(),
        List.of(
            plain(OpCode.LOCAL_GET, 0),
            plain(OpCode.LOCAL_GET, 1),
            plain(OpCode.F64_SUB),
            plain(OpCode.GLOBAL_SET, global),
            plain(OpCode.GLOBAL_GET, global),
            AnnotatedInstruction.builder().from(end).withScope(end).build()));
  }

  private static AnnotatedInstruction plain(OpCode opcode, long... operands) {
    return AnnotatedInstruction.builder().from(new Instruction(0, opcode, operands)).build();
  }

  private static AnnotatedInstruction replaced(AnnotatedInstruction subtraction, int function) {
    return AnnotatedInstruction.builder()
        .from(new Instruction(subtraction.address(), OpCode.CALL, new long[] {function}))
        .withDepth(subtraction.depth())
        .build();
  }

  private static boolean isSubtraction(List<AnnotatedInstruction> code, int at, int clock) {
    return at > 0
        && code.get(at).opcode() == OpCode.F64_SUB
        && code.get(at - 1).opcode() == OpCode.CALL
        && code.get(at - 1).operand(0) == clock;
  }

  /** Index of the imported function that tells the time; -1 if there is none. */
  private static int clock(WasmModule module) {
    int index = 0;
    for (int i = 0; i < module.importSection().importCount(); i++) {
      if (module.importSection().getImport(i) instanceof FunctionImport function) {
        if (function.module().equals(CLOCK_MODULE) && function.name().equals(CLOCK)) {
          return index;
        }
        index++;
      }
    }
    return -1;
  }
}
