package dev.wasmrun.module;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.OpCode;
import dev.wasmrun.Internal;
import java.util.List;
import java.util.Optional;

/**
 * What the code tells of the blocks of thread-local variables that each thread has, by the function
 * that initialises one.
 *
 * <p>The linker of LLVM writes that function: it keeps the block's address in a global, copies a
 * passive segment to it, and may call what puts addresses there. What it exports may be another
 * one, which runs constructors and then calls it. Nothing else tells the size if {@code __tls_size}
 * is not exported.
 *
 * @param bytes the size of a block
 * @param baseGlobal the index of the global with its address, which is 0 where an instance has
 *     none; -1 if there are no such variables
 */
@Internal
public record ThreadLocals(int bytes, int baseGlobal) {
  /** What a linker exports that initialises a block. */
  public static final String INITIALIZE = "__wasm_init_tls";

  /** What is exported calls the function itself, and no other between. */
  private static final int DEEPEST = 2;

  /** What a module has; empty if it exports no such function, or that does something else too. */
  public static Optional<ThreadLocals> of(GuestModule module) {
    return module.threadLocals();
  }

  /** What a module has; empty if it exports no such function, or that does something else too. */
  static Optional<ThreadLocals> of(WasmModule module) {
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      var export = module.exportSection().getExport(i);
      if (export.exportType() == ExternalType.FUNCTION && export.name().equals(INITIALIZE)) {
        return find(module, export.index(), DEEPEST);
      }
    }
    return Optional.empty();
  }

  private static Optional<ThreadLocals> find(WasmModule module, int function, int depth) {
    int defined = function - module.importSection().count(ExternalType.FUNCTION);
    if (defined < 0 || depth == 0) {
      return Optional.empty();
    }
    List<AnnotatedInstruction> code = module.codeSection().getFunctionBody(defined).instructions();
    int bytes = 0;
    int base = -1;
    for (int i = 0; i < code.size(); i++) {
      AnnotatedInstruction here = code.get(i);
      switch (here.opcode()) {
        case LOCAL_GET, I32_CONST, RETURN, END -> {}
        case GLOBAL_SET -> base = (int) here.operand(0);
        case CALL -> {
          if (i > 0 && code.get(i - 1).opcode() == OpCode.LOCAL_GET) {
            return find(module, (int) here.operand(0), depth - 1);
          }
        }
        case MEMORY_INIT -> {
          if (i == 0 || code.get(i - 1).opcode() != OpCode.I32_CONST) {
            return Optional.empty();
          }
          bytes = Math.max(bytes, (int) code.get(i - 1).operand(0));
        }
        default -> {
          return Optional.empty();
        }
      }
    }
    return Optional.of(new ThreadLocals(bytes, base));
  }
}
