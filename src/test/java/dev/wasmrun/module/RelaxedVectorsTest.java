package dev.wasmrun.module;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.wasm.MalformedException;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.UnknownCustomSection;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Relaxed vector instructions that the parser would take for others. */
class RelaxedVectorsTest {
  private static final String ZERO = "fd0c00000000000000000000000000000000";

  /** A module with a function of three zeros, an instruction on the last so many, and drops. */
  private static byte[] module(String instruction, int operands) {
    String body = "00" + ZERO.repeat(operands) + instruction + "1a0b";
    String header = "0061736d01000000" + "010401600000" + "03020100";
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(HexFormat.of().parseHex(header));
    byte[] code = HexFormat.of().parseHex(body);
    bytes.write(0x0A);
    bytes.write(code.length + 2);
    bytes.write(1);
    bytes.write(code.length);
    bytes.writeBytes(code);
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @CsvSource({
    "fd8002, 2, fd8e00, 0",
    "fd8102, 1, fdf801, 0",
    "fd8502, 3, fdd200, 105",
    "fd8902, 3, fdd200, 0",
    "fd8d02, 2, fde801, 0",
    "fd9102, 2, fd8201, 0",
    "fd9202, 2, fd8201, 112",
    "fd9302, 3, fdd200, 113",
    "fd85828000, 3, fdd2808000, 105"
  })
  void anotherOneIsInItsPlace(String relaxed, int operands, String other, String marked) {
    byte[] original = module(relaxed, operands);
    RelaxedVectors found = RelaxedVectors.find(original).orElseThrow();
    assertArrayEquals(module(other, operands), found.bytes());
    WasmModule parsed = GuestModule.of("relaxed.wasm", original).wasm();
    byte[] marks = ((UnknownCustomSection) parsed.customSection("wasm-run.relaxed")).bytes();
    if (marked.equals("0")) {
      assertEquals(0, marks.length);
    } else {
      var entry = ByteBuffer.wrap(marks);
      int offset = original.length - 2 - relaxed.length() / 2;
      assertEquals(offset, entry.getInt());
      assertEquals(Integer.parseInt(marked, 16), entry.getInt());
      assertEquals(0, entry.remaining());
      var body = parsed.codeSection().getFunctionBody(0).instructions();
      assertEquals(offset, body.get(operands).address());
    }
  }

  @Test
  void otherModulesAreLeftAlone() {
    assertTrue(RelaxedVectors.find(module("fdae01", 2)).isEmpty());
    assertTrue(RelaxedVectors.find(new byte[0]).isEmpty());
  }

  @Test
  void whatDoesNotExistIsRefused() {
    byte[] module = module("fd9402", 2); // the parser takes it for an atomic load
    assertThrows(MalformedException.class, () -> RelaxedVectors.find(module));
    assertThrows(ModuleException.class, () -> GuestModule.of("wrong.wasm", module));
  }
}
