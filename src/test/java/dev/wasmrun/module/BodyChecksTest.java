package dev.wasmrun.module;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the runtime would execute as something else is refused in one line. */
class BodyChecksTest {
  private static final String VECTORS =
      "its type 0 is a structure or array with vectors (v128), which this runtime does not execute;"
          + " keep them in the linear memory, or as two i64";
  private static final String CASTS =
      "it casts a reference to an exception, which this runtime does not execute; ref.is_null and"
          + " br_on_null tell the same";

  private static void assertRefused(String reason, String sections) {
    byte[] bytes = HexFormat.of().parseHex("0061736d01000000" + sections.replace(" ", ""));
    var refused = assertThrows(ModuleException.class, () -> GuestModule.of("m.wasm", bytes));
    assertEquals("cannot load m.wasm: " + reason, refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0105 01 5f017b00", "0107 01 5f027f007b01", "0104 01 5e7b00"})
  void vectorsInStructuresAndArrays(String types) {
    assertRefused(VECTORS, types);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fb1469", "fb1569", "fb1474", "fb1574"})
  void testsOfExceptions(String cast) {
    assertRefused(CASTS, "0105016000017f 03020100 0a0901 0700 d069 " + cast + " 0b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fb1669", "fb1769", "fb1674", "fb1774"})
  void castsOfExceptions(String cast) {
    assertRefused(CASTS, "0105016000017f 03020100 0a0a01 0800 d069 " + cast + " d10b");
  }

  /** A parameter of type (ref exn), which is exnref to the runtime, is cast from that. */
  @ParameterizedTest
  @ValueSource(strings = {"18", "19"})
  void branchesOnCastsOfExceptions(String branch) {
    assertRefused(
        CASTS, "0108 01 60016469016469 03020100 0a0c01 0a00 2000 fb" + branch + "00006969 0b");
  }
}
