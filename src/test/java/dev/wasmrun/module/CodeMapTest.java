package dev.wasmrun.module;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.ExternalType;
import dev.wasmrun.Fixtures;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodeMapTest {
  /** The second computes remaining times, so its executable form has a function more. */
  @ParameterizedTest
  @ValueSource(strings = {"phases", "pthreads-stuck-debug"})
  void everyInstructionOfTheFileIsOfItsFunction(String fixture) {
    GuestModule module = Fixtures.module(fixture);
    WasmModule parsed = Parser.parse(Fixtures.bytes(fixture));
    int function = parsed.importSection().count(ExternalType.FUNCTION);
    for (var body : parsed.codeSection().functionBodies()) {
      for (AnnotatedInstruction instruction : body.instructions()) {
        assertEquals(module.functionName(function), module.functionNameAt(instruction.address()));
      }
      function++;
    }
    assertThrows(IllegalArgumentException.class, () -> module.functionNameAt(0));
  }
}
