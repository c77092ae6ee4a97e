package dev.wasmrun.fuzz;

import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmrun.compiler.Execution;
import dev.wasmrun.engine.PreparedCode;
import java.util.function.Function;

/**
 * An engine in a comparison.
 *
 * @param engine what prepares a module
 */
record Side(String name, Function<WasmModule, PreparedCode> engine) {
  static Side of(Execution execution) {
    return new Side(execution.toString(), execution);
  }
}
