package dev.wasmrun.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wasmrun.Snippets;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Branches out of blocks with handlers. */
class LeavingTriesTest {
  private static final int ADDITIONS = 20;

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

  /** Likewise a handler's branch, which leaves a block with another handler. */
  @ParameterizedTest
  @EnumSource(Execution.class)
  void aHandlerThatMovesAnExceptionBelowTheBlockItLeaves(Execution execution) {
    var snippets = new Snippets();
    snippets.body(
        1, 0x02, 0x40, // block
        0x02, 0x69, // block (result exnref)
        0x41, 1, // i32.const, which lies below
        0x1F, 0x40, 1, 2, 1, // try_table (catch_all 1)
        0x1F, 0x40, 1, 3, 1, // try_table (catch_all_ref 1)
        0x0B, 0x0B, 0x1A, 0x41, 9, 0x0F, // end, end, drop, i32.const, return
        0x0B, 0x1A, // end, drop
        0x0B, 0x41, 7); // end, i32.const
    assertEquals(9, snippets.functions(execution).get(0).apply(0)[0]);
  }

  /** Likewise a branch of code that becomes a method of its own where methods are small. */
  @ParameterizedTest
  @EnumSource(Execution.class)
  void aPartThatMovesAValueBelowTheBlockItLeaves(Execution execution) {
    int[] begin = {
      0x02,
      0x40, // block
      0x02,
      0x7D, // block (result f32)
      0x41,
      1, // i32.const, which lies below
      0x1F,
      0x40,
      1,
      2,
      1 // try_table (catch_all 1)
    };
    int[] branch = {
      0x20,
      0,
      0x04,
      0x40, // local.get, if
      0x43,
      0,
      0,
      0,
      0,
      0x0C,
      2, // f32.const, br 2
      0x0B // end
    };
    int[] end = {
      0x0B,
      0x1A,
      0x43,
      0,
      0,
      0,
      0, // end, drop, f32.const
      0x0B,
      0x1A,
      0x20,
      0,
      0x0F, // end, drop, local.get, return
      0x0B,
      0x41,
      7 // end, i32.const
    };
    var snippets = new Snippets();
    snippets.body(1, concat(begin, additions(), branch, additions(), end));
    assertEquals(ADDITIONS, snippets.functions(execution).get(0).apply(0)[0]);
    assertEquals(ADDITIONS, snippets.functions(execution).get(0).apply(-ADDITIONS)[0]);
  }

  /** Adds 1 to the argument so often that it is enough for a method. */
  private static int[] additions() {
    var code = new int[7 * ADDITIONS];
    for (int at = 0; at < code.length; at += 7) {
      int[] add = {0x20, 0, 0x41, 1, 0x6A, 0x21, 0}; // local.get, i32.const, i32.add, local.set
      System.arraycopy(add, 0, code, at, add.length);
    }
    return code;
  }

  private static int[] concat(int[]... parts) {
    return Stream.of(parts).flatMapToInt(IntStream::of).toArray();
  }
}
