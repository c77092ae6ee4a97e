package dev.wasmrun.module;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExternChecksTest {
  private static final String HEADER_AND_TYPE = "0061736d01000000 0104016000 00";
  private static final String FUNCTION = "03020100";
  private static final String CODE = "0a040102000b";

  @Test
  void exportsThatExistAreAccepted() {
    String exports = "0709 02 01610000 01620000";
    assertEquals(Set.of("a", "b"), module(FUNCTION, exports, CODE).exports().keySet());
  }

  @Test
  void twoExportsOfOneNameAreRefused() {
    assertRefused("duplicate export name a", FUNCTION, "0709 02 01610000 01610000", CODE);
  }

  @ParameterizedTest
  @CsvSource({"function, 0001", "table, 0100", "memory, 0200", "global, 0300", "tag, 0400"})
  void anExportOfWhatDoesNotExistIsRefused(String kind, String item) {
    assertRefused("unknown " + kind, FUNCTION, "0705 01 0161" + item, CODE);
  }

  @Test
  void anIndexBeyondTheSignedRangeIsRefused() {
    assertRefused("unknown function 4294967295", FUNCTION, "0709 01 016100 ffffffff0f", CODE);
  }

  @Test
  void anImportedFunctionOfNoTypeIsRefused() {
    assertRefused("unknown type 5 of the imported function m.f", "0207 01 016d 0166 00 05");
  }

  @Test
  void anImportedTagOfNoTypeOrWithResultsIsRefused() {
    assertRefused("unknown type 5 of the imported tag m.t", "0208 01 016d 0174 04 00 05");
    String returning = "0061736d01000000 0105016000017f 0208 01 016d 0174 04 00 00";
    byte[] bytes = HexFormat.of().parseHex(returning.replace(" ", ""));
    String message =
        assertThrows(ModuleException.class, () -> GuestModule.of("module.wasm", bytes))
            .getMessage();
    assertTrue(message.contains("non-empty tag result type 0 of the imported tag m.t"), message);
  }

  private static void assertRefused(String reason, String... sections) {
    String message = assertThrows(ModuleException.class, () -> module(sections)).getMessage();
    assertTrue(message.contains("it does not validate: " + reason), message);
    assertEquals(1, message.lines().count(), message);
  }

  private static GuestModule module(String... sections) {
    String hex = HEADER_AND_TYPE + String.join("", sections);
    return GuestModule.of("module.wasm", HexFormat.of().parseHex(hex.replace(" ", "")));
  }
}
