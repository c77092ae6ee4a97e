package dev.wasmrun.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmrun.compiler.EmittedCode;
import dev.wasmrun.compiler.Execution;
import dev.wasmrun.module.Executable;
import dev.wasmrun.module.GuestModule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The code of generated modules keeps what {@link EmittedCode} says. */
class EmittedModulesTest {
  private static final int MODULES = 60;

  @ParameterizedTest
  @ValueSource(ints = {5000, 300, 60})
  void generatedModulesKeepIt(int limit) {
    for (int seed = 0; seed < MODULES; seed++) {
      for (Generator generator : List.of(LoopNests.COLD, new RandomModules())) {
        FuzzCase fuzzCase = generator.generate(seed, Proposal.compiled());
        WasmModule module =
            Executable.of(GuestModule.of(fuzzCase.origin(), fuzzCase.program().bytes()));
        var classes = Execution.generate(module, limit);
        assertEquals(List.of(), EmittedCode.unpolledBackEdges(classes), fuzzCase.origin());
        assertEquals(Map.of(), EmittedCode.hugeMethods(classes), fuzzCase.origin());
      }
    }
  }
}
