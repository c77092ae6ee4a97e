package dev.wasmrun.module;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.OpCode;
import java.util.List;
import java.util.OptionalInt;

/**
 * The size of a thread's block of thread-local variables, as the code tells that initialises one.
 *
 * <p>The linker of LLVM writes that function: it keeps the block's address in a global, copies a
 * passive segment to it, and may call what puts addresses there. Nothing else tells the size of a
 * module that does not export {@code __tls_size}.
 */
final class ThreadLocals {
  /** What a linker exports that makes a block of a thread's memory. */
  static final String INITIALIZE = "__wasm_init_tls";

  private ThreadLocals() {}

  /** The size in bytes; empty if there is no such function, or it does something else too. */
  static OptionalInt size(WasmModule module) {
    int imported = module.importSection().count(ExternalType.FUNCTION);
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      var export = module.exportSection().getExport(i);
      if (export.exportType() == ExternalType.FUNCTION
          && export.name().equals(INITIALIZE)
          && export.index() >= imported) {
        return size(module.codeSection().getFunctionBody(export.index() - imported));
      }
    }
    return OptionalInt.empty();
  }

  private static OptionalInt size(FunctionBody body) {
    List<AnnotatedInstruction> code = body.instructions();
    long size = 0;
    for (int i = 0; i < code.size(); i++) {
      switch (code.get(i).opcode()) {
        case LOCAL_GET, GLOBAL_SET, I32_CONST, CALL, RETURN, END -> {}
        case MEMORY_INIT -> {
          if (i == 0 || code.get(i - 1).opcode() != OpCode.I32_CONST) {
            return OptionalInt.empty();
          }
          size = Math.max(size, Integer.toUnsignedLong((int) code.get(i - 1).operand(0)));
        }
        default -> {
          return OptionalInt.empty();
        }
      }
    }
    return size > Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of((int) size);
  }
}
