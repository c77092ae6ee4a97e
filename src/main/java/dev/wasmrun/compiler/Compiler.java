package dev.wasmrun.compiler;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.OpCode;
import dev.wasmrun.compiler.code.CompilerThread;
import dev.wasmrun.compiler.code.VectorOp;
import dev.wasmrun.compiler.emit.GeneratedClasses;
import dev.wasmrun.compiler.emit.ModuleEmitter;
import dev.wasmrun.compiler.emit.UnitSource;
import dev.wasmrun.compiler.emit.VectorTier;
import dev.wasmrun.compiler.pass.Splitting;
import java.util.Arrays;
import java.util.Optional;

/** Compiles validated modules to classes of the JVM. */
public final class Compiler {
  /** To be raised whenever the same module becomes other classes. */
  public static final int VERSION = 12;

  /** A property with the most that a method may weigh, for tests of splitting. */
  private static final String LIMIT = "wasmrun.compiler.limit";

  /** The first opcode of structures, arrays and casts, and the first behind them. */
  private static final int GC_FROM = 0xFB00;

  private static final int GC_TO = 0xFC00;

  private Compiler() {}

  /** Whether a module needs nothing but what this compiles: no garbage collection. */
  public static boolean supports(WasmModule module) {
    for (var type : module.typeSection().types()) {
      if (type == null) {
        return false; // a structure or an array
      }
    }
    for (FunctionBody body : module.codeSection().functionBodies()) {
      CompilerThread.check();
      for (AnnotatedInstruction instruction : body.instructions()) {
        if (!supports(instruction.opcode())) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean supports(OpCode code) {
    int number = code.opcode();
    return code != OpCode.REF_EQ && (number < GC_FROM || number >= GC_TO);
  }

  /**
   * Compiles a module, each unit of its classes when it is asked for.
   *
   * @param prefix what the names of its classes are to begin with, as class files have it
   * @param observed whether the code tells which instruction is about to access the memory
   */
  public static UnitSource units(WasmModule module, String prefix, boolean observed) {
    return emitter(module, prefix, observed);
  }

  /** Compiles all of a module; the arguments as {@link #units} has them. */
  public static GeneratedClasses compile(WasmModule module, String prefix, boolean observed) {
    return emitter(module, prefix, observed).emitAll();
  }

  /** In which forms a module's functions have vectors; more than one property may decide it. */
  public static String formsOfVectors(WasmModule module, boolean observed) {
    return vectors(module, observed).map(VectorTier::forms).orElse("halves");
  }

  private static Optional<VectorTier> vectors(WasmModule module, boolean observed) {
    boolean used =
        !observed && Arrays.stream(module.codeSection().functionBodies()).anyMatch(VectorOp::isIn);
    return used ? VectorApi.tier() : Optional.empty();
  }

  private static ModuleEmitter emitter(WasmModule module, String prefix, boolean observed) {
    int limit = Integer.getInteger(LIMIT, Splitting.DEFAULT_LIMIT);
    return new ModuleEmitter(module, prefix, observed, limit, vectors(module, observed));
  }
}
