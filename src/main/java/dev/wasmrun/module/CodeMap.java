package dev.wasmrun.module;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ExternalType;
import java.util.Arrays;
import java.util.OptionalInt;

/** Where each function's code is in the module's file. */
final class CodeMap {
  private final int imported;

  /** The offset of each defined function's first instruction, ascending. */
  private final int[] starts;

  private final int end;

  CodeMap(WasmModule module) {
    imported = module.importSection().count(ExternalType.FUNCTION);
    var bodies = module.codeSection().functionBodies();
    starts = new int[bodies.length];
    int last = -1;
    for (int i = 0; i < starts.length; i++) {
      var instructions = bodies[i].instructions();
      starts[i] = instructions.get(0).address();
      last = instructions.get(instructions.size() - 1).address();
    }
    end = last;
  }

  /** The offset of the last instruction; -1 if there is none. */
  int end() {
    return end;
  }

  /** The index of the function that has an instruction at an offset, if one has. */
  OptionalInt functionAt(int offset) {
    int found = Arrays.binarySearch(starts, offset);
    int defined = found >= 0 ? found : -found - 2;
    return defined < 0 || offset > end ? OptionalInt.empty() : OptionalInt.of(imported + defined);
  }
}
