package dev.wasmrun.fuzz;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.engine.Machines;
import java.util.Set;
import java.util.function.Function;

/**
 * An engine in a comparison.
 *
 * @param machines what prepares a module, and then makes machines for its instances
 * @param interpreted the functions of a prepared module that the engine leaves to an interpreter
 */
record Side(
    String name,
    Function<WasmModule, Function<Instance, Machine>> machines,
    Function<WasmModule, Set<Integer>> interpreted) {
  /** One that leaves nothing to another. */
  Side(String name, Function<WasmModule, Function<Instance, Machine>> machines) {
    this(name, machines, module -> Set.of());
  }

  static Side of(Engine engine) {
    return new Side(
        engine.toString(),
        module -> Machines.of(engine, module, false),
        module -> Machines.interpreted(engine, module));
  }
}
