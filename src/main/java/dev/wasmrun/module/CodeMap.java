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

  /** The offset of each one's last instruction. */
  private final int[] ends;

  CodeMap(WasmModule module) {
    imported = module.importSection().count(ExternalType.FUNCTION);
    var bodies = module.codeSection().functionBodies();
    starts = new int[bodies.length];
    ends = new int[bodies.length];
    for (int i = 0; i < starts.length; i++) {
      var instructions = bodies[i].instructions();
      starts[i] = instructions.get(0).address();
      ends[i] = instructions.get(instructions.size() - 1).address();
    }
  }

  /** The offset of the last instruction; -1 if there is none. */
  int end() {
    return ends.length == 0 ? -1 : ends[ends.length - 1];
  }

  /** The offset behind the last instruction of the function before; 0 for the first. */
  int begin(int function) {
    int defined = function - imported;
    return defined > 0 && defined < ends.length ? ends[defined - 1] + 1 : 0;
  }

  /** The index of the function that has an instruction at an offset, if one has. */
  OptionalInt functionAt(int offset) {
    int found = Arrays.binarySearch(starts, offset);
    int defined = found >= 0 ? found : -found - 2;
    return defined < 0 || offset > end() ? OptionalInt.empty() : OptionalInt.of(imported + defined);
  }
}
