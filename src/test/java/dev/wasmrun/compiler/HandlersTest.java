package dev.wasmrun.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.wasmrun.ModuleBytes;
import org.junit.jupiter.api.Test;

final class HandlersTest {
  private static final int I32 = 0x7F;
  private static final int I64 = 0x7E;

  /** {@code (i32) -> (i32, i64)}, {@code () -> i64} and {@code (i32) -> ()}. */
  private static ModuleBytes types() {
    return ModuleBytes.empty()
        .bytes(3, 0x60, 1, I32, 2, I32, I64, 0x60, 0, 1, I64, 0x60, 1, I32, 0);
  }

  @Test
  void aBlockWhoseEndIsReachedByAHandlerOnlyGoesOnThere() {
    ModuleBytes body =
        ModuleBytes.empty()
            .bytes(0)
            .bytes(0x02, I32) // block
            .bytes(0x41, 5) // i32.const
            .bytes(0x1F, 0, 1, 0, 0, 0) // try_table, catching tag 0 into the block
            .bytes(0x41, 4, 0x6A, 0x08, 0) // i32.const, i32.add, throw 0
            .bytes(0x0B) // end
            .bytes(0x1A, 0x0B) // drop, end
            .bytes(0xAD, 0x0B); // i64.extend_i32_u, end
    byte[] module = CompiledBytes.module(types(), 1, 2, body);
    assertArrayEquals(new long[] {9}, CompiledBytes.compiled(module));
    assertArrayEquals(new long[] {9}, CompiledBytes.interpreted(module));
  }
}
