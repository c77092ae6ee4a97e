package dev.wasmrun.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.dylibso.chicory.wasm.WasmModule;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class BytecodePassTest {
  /** What {@link BytecodePass#VERSION} makes of the sample on JDK 17 and on JDK 19 and later. */
  private static final String BEFORE_19 = "675b37aa84940d8c";

  private static final String SINCE_19 = "66a1c309b23fba36";

  /**
   * Classes that another version has made are in users' caches under its number. So if this fails
   * and the change is meant, raise the version and write down the new digest.
   */
  @Test
  void aVersionAlwaysMakesTheSame() throws Exception {
    var digest = MessageDigest.getInstance("SHA-256");
    GeneratedCode.forEachClass(
        sample(), EnumSet.allOf(Rewrite.class), (name, classFile) -> digest.update(classFile));
    assertEquals(
        "6 " + (Runtime.version().feature() < 19 ? BEFORE_19 : SINCE_19),
        BytecodePass.VERSION + " " + HexFormat.of().formatHex(digest.digest()).substring(0, 16));
  }

  /** A module in which every rewrite has something to do. */
  private static WasmModule sample() {
    var snippets = new Snippets();
    // First, for they call functions by their number.
    for (PollingRewriteTest.Endless endless : PollingRewriteTest.Endless.values()) {
      snippets.body(1, endless.code());
    }
    for (StripMiningTest.Shape shape : StripMiningTest.Shape.values()) {
      snippets.body(2, shape.function(0x47, 1));
    }
    for (int comparison = 0x46; comparison <= 0x4F; comparison++) {
      snippets.decision(comparison, Snippets.I32, 2, comparison % 2);
      snippets.decision(comparison + 11, Snippets.I64, 2, 0);
    }
    for (int comparison = 0x5B; comparison <= 0x60; comparison++) {
      snippets.decision(comparison, Snippets.F32, 2, 0);
      snippets.decision(comparison + 6, Snippets.F64, 2, 0);
    }
    for (int division = 0x6D; division <= 0x70; division++) {
      for (long divisor : new long[] {1, 7, 10, 64, -1}) {
        snippets.operationWithConstant(division, Snippets.I32, divisor);
        snippets.operationWithConstant(division + 18, Snippets.I64, divisor);
      }
    }
    for (int operation : new int[] {0x8B, 0x8D, 0x8E, 0x8F}) {
      snippets.operation(operation, Snippets.F32, 1);
    }
    return snippets.module();
  }
}
