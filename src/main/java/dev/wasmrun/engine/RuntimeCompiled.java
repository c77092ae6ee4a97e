package dev.wasmrun.engine;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.WasmModule;
import java.util.Optional;
import java.util.function.Function;

/** Code of a module with garbage-collected types, which the runtime's own compiler compiles. */
record RuntimeCompiled(Function<Instance, Machine> machines) implements PreparedCode {
  private static final String NOTICE =
      "it uses garbage-collected types, which the runtime's own compiler compiles: slower, and what"
          + " is too large for it is interpreted";

  static RuntimeCompiled of(WasmModule module) {
    return new RuntimeCompiled(
        MachineFactoryCompiler.builder(module)
            .withInterpreterFallback(InterpreterFallback.SILENT)
            .compile());
  }

  @Override
  public void install(Instance.Builder builder) {
    builder.withMachineFactory(machines);
  }

  @Override
  public Optional<String> notice() {
    return Optional.of(NOTICE);
  }
}
