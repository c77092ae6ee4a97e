package dev.wasmrun.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wasmrun.Snippets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a method's frames say where several labels lie in one place. */
class FramesTest {
  /** The drop emits nothing, so the ends of both ifs lie in one place, with different operands. */
  @ParameterizedTest
  @EnumSource(Execution.class)
  void twoEndsWithADropBetweenThemThatEmitsNothing(Execution execution) {
    var snippets = new Snippets();
    int[] outer = {0x20, 0, 0x04, 0x40, 0x20, 0, 0x0D, 0}; // if, which is left at once or not
    int[] inner = {0x20, 0, 0x04, 0x7D, 0x43, 0, 0, 0, 0, 0x05, 0x43, 0, 0, 0, 0, 0x0B};
    int[] ends = {0x1A, 0x0B, 0x41, 7}; // drop, end, and the result
    int[] code = new int[outer.length + inner.length + ends.length];
    System.arraycopy(outer, 0, code, 0, outer.length);
    System.arraycopy(inner, 0, code, outer.length, inner.length);
    System.arraycopy(ends, 0, code, outer.length + inner.length, ends.length);
    snippets.body(1, code);
    for (int argument = 0; argument < 2; argument++) {
      assertEquals(7, snippets.functions(execution).get(0).apply(argument)[0]);
    }
  }
}
