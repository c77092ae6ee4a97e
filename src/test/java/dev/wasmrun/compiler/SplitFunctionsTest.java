package dev.wasmrun.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.runtime.ExportFunction;
import dev.wasmrun.ModuleBytes;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SplitFunctionsTest {
  private static final int I32 = 0x7F;
  private static final int HOTSPOT_COMPILES = 8000;

  /** {@code (i32) -> i32}. */
  private static ModuleBytes types() {
    return ModuleBytes.empty().bytes(1, 0x60, 1, I32, 1, I32);
  }

  /**
   * A table of branches to as many blocks, each of which goes on with code of its own, as an
   * interpreter's loop or a lexer has it.
   */
  private static byte[] states(int count) {
    ModuleBytes code = ModuleBytes.empty().bytes(1, 1, I32);
    for (int i = 0; i < count; i++) {
      code.bytes(0x02, 0x40); // block
    }
    code.bytes(0x20, 0, 0x0E).unsigned(count - 1); // local.get, br_table
    for (int i = 0; i < count; i++) {
      code.unsigned((i * 7) % count);
    }
    for (int i = 0; i < count; i++) {
      code.bytes(0x0B); // end
      code.bytes(0x20, 1, 0x41).signed(i * 3 + 1, 1); // local.get, i32.const
      code.bytes(0x6A, 0x41).signed(5, 1).bytes(0x6C, 0x22, 1); // i32.add, i32.mul, local.tee
      code.bytes(0x41).signed(1 << i % 29, 1).bytes(0x71, 0x04, 0x40); // i32.and, if
      code.bytes(0x20, 1, 0x0F, 0x0B); // return
    }
    return CompiledBytes.module(types(), 0, -1, code.bytes(0x20, 1, 0x0B));
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 600, 5000})
  void tablesLeadOutOfAPartToEachOfTheirTargets(int limit) {
    for (int count : new int[] {7, 8, 40, 1200}) {
      byte[] module = states(count);
      ExportFunction interpreted = CompiledBytes.interpreted(module);
      ExportFunction compiled = CompiledBytes.compiled(limit, module);
      int step = Math.max(1, count / 40);
      for (int i = 0; i <= count + 1; i += step) {
        assertEquals(number(interpreted, i), number(compiled, i), count + " states, " + i);
      }
    }
  }

  @Test
  void aTableOfThousandsOfExitsIsCompiledByHotSpot() {
    assertCompiled(CompiledBytes.codeSizes(states(3000)));
  }

  /** Rounds over a thousand variables, each of which needs some that others have changed. */
  private static byte[] variables(int count, int rounds) {
    ModuleBytes code = ModuleBytes.empty().bytes(1).unsigned(count).bytes(I32);
    for (int round = 0; round < rounds; round++) {
      code.bytes(0x02, 0x40, 0x20, 0, 0x41).signed(round * 64 + 63, 1); // block, ...
      code.bytes(0x46, 0x0D, 0); // i32.eq, br_if
      for (int i = 0; i < count; i++) {
        code.bytes(0x20).unsigned((i * 31 + round) % (count + 1)); // local.get
        code.bytes(0x20).unsigned((i * 17 + 3) % (count + 1));
        code.bytes(0x6A, 0x41).signed(i, 1).bytes(0x73, 0x21).unsigned(i + 1); // local.set
      }
      code.bytes(0x0B);
    }
    for (int i = 0; i <= count; i++) {
      code.bytes(0x20).unsigned(i);
      if (i > 0) {
        code.bytes(0x73); // i32.xor
      }
    }
    return CompiledBytes.module(types(), 0, -1, code.bytes(0x0B));
  }

  @Test
  void partsThatPassHundredsOfVariablesToEachOtherAreCompiledByHotSpot() {
    byte[] module = variables(500, 8);
    assertCompiled(CompiledBytes.codeSizes(module));
    ExportFunction interpreted = CompiledBytes.interpreted(module);
    ExportFunction compiled = CompiledBytes.compiled(module);
    ExportFunction finer = CompiledBytes.compiled(700, module);
    for (int argument : new int[] {0, 1, 63, 127, -5}) {
      assertEquals(number(interpreted, argument), number(compiled, argument));
      assertEquals(number(interpreted, argument), number(finer, argument));
    }
  }

  /** A result, of which the interpreter leaves the upper half in no particular state. */
  private static int number(ExportFunction function, int argument) {
    return (int) function.apply(argument)[0];
  }

  private static void assertCompiled(Map<String, Integer> sizes) {
    assertTrue(sizes.size() > 5, "it is not split");
    sizes.forEach(
        (name, bytes) -> assertTrue(bytes <= HOTSPOT_COMPILES, name + " has " + bytes + " bytes"));
  }
}
