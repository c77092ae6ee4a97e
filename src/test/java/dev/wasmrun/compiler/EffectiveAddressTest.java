package dev.wasmrun.compiler;

import static org.junit.jupiter.api.Assertions.assertThrows;

import com.dylibso.chicory.runtime.ExportFunction;
import dev.wasmrun.Snippets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The sum of an address and an offset does not begin again at 0, whoever computes it. */
class EffectiveAddressTest {
  private static final int LOCAL_GET = 0x20;
  private static final int DROP = 0x1A;
  private static final int I32_CONST = 0x41;
  private static final int FIRST_LOAD = 0x28;
  private static final int FIRST_STORE = 0x36;
  private static final int LAST_STORE = 0x3E;

  /** What each store stores: a 0 of its type. */
  private static final int[][] ZEROS = {
    {I32_CONST, 0},
    {0x42, 0},
    {0x43, 0, 0, 0, 0},
    {0x44, 0, 0, 0, 0, 0, 0, 0, 0},
    {I32_CONST, 0},
    {I32_CONST, 0},
    {0x42, 0},
    {0x42, 0},
    {0x42, 0}
  };

  /** 12, 2^31 and 2^32 - 1, as immediates. */
  private static final int[][] OFFSETS = {
    {12}, {0x80, 0x80, 0x80, 0x80, 0x08}, {0xFF, 0xFF, 0xFF, 0xFF, 0x0F}
  };

  private static final int[] ADDRESSES = {
    -1, -8, -12, Integer.MIN_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE - 11, 65_535
  };

  @ParameterizedTest
  @EnumSource(Execution.class)
  void everyAccessBeyondTheMemoryTraps(Execution execution) {
    var snippets = new Snippets();
    var names = new ArrayList<String>();
    for (int opcode = FIRST_LOAD; opcode <= LAST_STORE; opcode++) {
      for (int[] offset : OFFSETS) {
        snippets.body(1, access(opcode, offset));
        names.add(
            "0x%s with an offset of %s bytes"
                .formatted(Integer.toHexString(opcode), offset.length));
      }
    }
    List<ExportFunction> functions = snippets.functions(execution);
    for (int i = 0; i < functions.size(); i++) {
      ExportFunction access = functions.get(i);
      for (int address : ADDRESSES) {
        assertThrows(
            RuntimeException.class, () -> access.apply(address), names.get(i) + " at " + address);
      }
    }
  }

  private static int[] access(int opcode, int[] offset) {
    var code = new ArrayList<Integer>(List.of(LOCAL_GET, 0));
    if (opcode >= FIRST_STORE) {
      for (int b : ZEROS[opcode - FIRST_STORE]) {
        code.add(b);
      }
    }
    code.add(opcode);
    code.add(0); // aligned to single bytes
    for (int b : offset) {
      code.add(b);
    }
    if (opcode < FIRST_STORE) {
      code.add(DROP);
    }
    code.addAll(List.of(I32_CONST, 0));
    return code.stream().mapToInt(Integer::intValue).toArray();
  }
}
