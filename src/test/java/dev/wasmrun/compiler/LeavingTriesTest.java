package dev.wasmrun.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wasmrun.Snippets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Branches out of blocks with handlers. */
class LeavingTriesTest {
  /** What the branch takes along goes where the handler knows of another value. */
  @ParameterizedTest
  @EnumSource(Execution.class)
  void aBranchThatMovesAValueBelowTheBlockItLeaves(Execution execution) {
    var snippets = new Snippets();
    snippets.body(
        1, 0x02, 0x40, // block
        0x02, 0x7D, // block (result f32)
        0x41, 1, // i32.const, which lies below
        0x1F, 0x40, 1, 2, 1, // try_table (catch_all 1)
        0x43, 0, 0, 0, 0, 0x0C, 1, // f32.const, br 1
        0x0B, 0x1A, 0x43, 0, 0, 0, 0, // end, drop, f32.const
        0x0B, 0x1A, 0x41, 9, 0x0F, // end, drop, i32.const, return
        0x0B, 0x41, 7); // end, i32.const
    assertEquals(9, snippets.functions(execution).get(0).apply(0)[0]);
  }
}
