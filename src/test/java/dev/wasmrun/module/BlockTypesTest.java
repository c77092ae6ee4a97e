package dev.wasmrun.module;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ValType;
import dev.wasmrun.ModuleBytes;
import dev.wasmrun.TypedBlocks;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BlockTypesTest {
  private static final int MISREAD = 110;
  private static final int UNTOUCHED = 101;

  @Test
  void theIndicesThatAreMisreadAreThoseOfTypes() {
    for (int index = 0; index < 1000; index++) {
      assertEquals(index == 0x40 || ValType.isValid(index), BlockTypes.isMisread(index));
    }
    assertEquals(18 + 1, IntStream.range(0, 1000).filter(BlockTypes::isMisread).count());
  }

  @Test
  void theParserStillMisreadsThem() {
    assertThrows(RuntimeException.class, () -> Parser.parse(TypedBlocks.module(MISREAD, 2, 0)));
  }

  @Test
  void everyInstructionKeepsItsOffset() {
    byte[] bytes = TypedBlocks.module(MISREAD, 2, 0);
    byte[] untouched = bytes.clone();
    var module = BlockTypes.parse(bytes);
    var cursor = InstructionCursor.of(bytes);
    for (var body : module.codeSection().functionBodies()) {
      assertTrue(cursor.nextFunction());
      for (var instruction : body.instructions()) {
        assertTrue(cursor.next());
        assertEquals(cursor.offset(), instruction.address());
      }
    }
    assertEquals(HexFormat.of().formatHex(untouched), HexFormat.of().formatHex(bytes));
  }

  @Test
  void theTypesOfTheModuleKeepTheirIndices() {
    byte[] bytes = TypedBlocks.module(99, 2, 40);
    WasmModule module = BlockTypes.parse(bytes);
    WasmModule sameTypes = Parser.parse(TypedBlocks.module(98, 2, 41));
    assertEquals(99 + 3 + 40, sameTypes.typeSection().subTypeCount());
    assertEquals(99 + 3 + 40 + 1, module.typeSection().subTypeCount());
    assertEquals(module.typeSection().getType(99), module.typeSection().getType(142));
    var signature = new Signature(List.of(), List.of(ValueType.I64));
    var guest = GuestModule.of("module.wasm", bytes);
    assertTrue(guest.exportedFunctions().values().stream().allMatch(signature::equals));
  }

  @Test
  void copiesAreNotPutAtIndicesThatAreMisreadThemselves() {
    int types = MISREAD + 3;
    WasmModule module = BlockTypes.parse(TypedBlocks.module(MISREAD, 2, 0));
    assertEquals(116 + 1, module.typeSection().subTypeCount(), "behind the " + types);
    assertEquals(module.typeSection().getType(MISREAD), module.typeSection().getType(116));
  }

  @Test
  void aModuleWithoutSuchTypesIsTheParsers() {
    byte[] bytes = TypedBlocks.module(UNTOUCHED, 2, 0);
    for (byte[] each : List.of(bytes, BundledModules.bytes("happycoin.wasm").orElseThrow())) {
      WasmModule expected = Parser.parse(each);
      WasmModule actual = BlockTypes.parse(each);
      assertEquals(expected.digest(), actual.digest());
      assertEquals(expected.typeSection(), actual.typeSection());
    }
  }

  @Test
  void theDigestTellsModulesApart() {
    String digest = BlockTypes.parse(TypedBlocks.module(MISREAD, 2, 0)).digest();
    assertEquals(digest, BlockTypes.parse(TypedBlocks.module(MISREAD, 2, 0)).digest());
    assertNotEquals(digest, BlockTypes.parse(TypedBlocks.module(MISREAD, 3, 0)).digest());
    assertNotEquals(digest, Parser.parse(TypedBlocks.module(UNTOUCHED, 2, 0)).digest());
    assertTrue(digest.startsWith("sha-256:"), digest);
  }

  /** The number of types, the bytes of the block's type, and the reason. */
  @ParameterizedTest
  @CsvSource({
    "1, C000, unknown type 64",
    "64, C000, unknown type 64",
    "100, E400, unknown type 100",
    "1, FF00, unknown type 127",
    "127, FF00, unknown type 127",
    "127, FF80808000, unknown type 127",
  })
  void anIndexOfNoTypeIsRefused(int types, String blockType, String reason) {
    assertRefused("does not validate: " + reason, functionTypes(types), blockType);
  }

  @ParameterizedTest
  @ValueSource(strings = {"41", "5F", "62", "65", "68", "75", "7A", "FF7F", "BF40", "FF8080808000"})
  void whatIsNoTypeIsRefused(String blockType) {
    assertRefused("malformed", functionTypes(17000), blockType);
    assertRefused("", functionTypes(1), blockType);
  }

  @ParameterizedTest
  @ValueSource(strings = {"40", "0000", "3F", "C100", "E200", "FA00", "8001", "C080808000", "FF00"})
  void whatIsATypeIsAccepted(String blockType) {
    assertEquals(0, load(functionTypes(300), blockType).exports().size());
    assertEquals(0, load(functionTypes(20_000), blockType).exports().size());
  }

  @Test
  void aTypeThatIsNoFunctionsIsRefused() {
    ModuleBytes types = ModuleBytes.empty().unsigned(130).bytes(0x60, 0, 0);
    for (int i = 1; i < 130; i++) {
      types.bytes(0x5F, 0);
    }
    assertRefused("type 111 of a block is not of a function", types, "EF00");
  }

  /** Each names the type behind the last one: it exists only once a block's type is copied. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "02 C100 00 0B", // block (type 65)
        "02 63C100 00 0B 1A", // block (result (ref null 65))
        "41 00 11 C100 00",
        "00 13 C100 00",
        "00 14 C100",
        "00 15 C100",
        "D0 C100 1A",
        "00 1C 01 63 C100 1A",
        "00 FB00 C100",
        "00 FB14 C100 1A",
        "00 FB18 03 00 6E C100 1A",
        "00 FB11 00 C100",
      })
  void typesThatWereAddedAreForBlocksOnly(String code) {
    assertInvalid(module("", "", code));
  }

  @Test
  void declarationsCannotNameTypesThatWereAdded() {
    assertInvalid(module("02 07 01 01 6D 01 66 00 41", "", ""));
    assertInvalid(module("02 08 01 01 6D 01 74 04 00 41", "", ""));
    assertInvalid(module("", "0D 03 01 00 41", ""));
    assertInvalid(module("", "06 07 01 70 00 D0 C1 00 0B", ""));
    assertTrue(module("", "", "").length > 0);
    assertEquals(65 + 1, BlockTypes.parse(module("", "", "")).typeSection().subTypeCount());
  }

  /** A module of 65 types, whose function begins with a block of type 64. */
  private static byte[] module(String imports, String declarations, String code) {
    ModuleBytes body = ModuleBytes.empty().bytes(0, 2, 0xC0, 0, 0x0B).append(hex(code)).bytes(0x0B);
    return ModuleBytes.header()
        .section(1, functionTypes(65))
        .append(hex(imports))
        .section(3, ModuleBytes.empty().bytes(1, 0))
        .section(4, ModuleBytes.empty().bytes(1, 0x70, 0, 1))
        .append(hex(declarations))
        .section(10, ModuleBytes.empty().bytes(1).sized(body))
        .toArray();
  }

  private static void assertInvalid(byte[] module) {
    String message =
        assertThrows(ModuleException.class, () -> GuestModule.of("m.wasm", module)).getMessage();
    assertTrue(message.contains("does not validate: unknown type 65"), message);
  }

  private static ModuleBytes functionTypes(int count) {
    ModuleBytes types = ModuleBytes.empty().unsigned(count);
    for (int i = 0; i < count; i++) {
      types.bytes(0x60, 0, 0);
    }
    return types;
  }

  private static void assertRefused(String reason, ModuleBytes types, String blockType) {
    String message = assertThrows(ModuleException.class, () -> load(types, blockType)).getMessage();
    assertTrue(message.contains(reason), message);
    assertEquals(1, message.lines().count(), message);
  }

  private static GuestModule load(ModuleBytes types, String blockType) {
    return GuestModule.of("module.wasm", TypedBlocks.module(types, hex(blockType)));
  }

  private static ModuleBytes hex(String digits) {
    ModuleBytes bytes = ModuleBytes.empty();
    for (byte b : HexFormat.of().parseHex(digits.replace(" ", ""))) {
      bytes.bytes(b);
    }
    return bytes;
  }

  @Test
  void codeThatWasDamagedIsRefusedInALine() {
    byte[] original = TypedBlocks.module(MISREAD, 2, 200);
    SectionRange code = SectionRange.find(original, SectionRange.CODE).orElseThrow();
    var random = new Random(3);
    var lines = new ArrayList<String>();
    for (int i = 0; i < 3_000; i++) {
      byte[] bytes = original.clone();
      for (int change = 0; change < 1 + i % 3; change++) {
        bytes[code.start() + random.nextInt(code.end() - code.start())] = (byte) random.nextInt();
      }
      try {
        GuestModule.of("module.wasm", bytes);
      } catch (ModuleException e) {
        lines.add(e.getMessage());
      } catch (AssertionError e) {
        // One of the parser's, enabled in tests only: a branch out of code behind a function's end.
        assertTrue(e.getStackTrace()[0].getClassName().startsWith("com.dylibso"), e::toString);
      }
    }
    assertTrue(lines.size() > 1_000, "only " + lines.size());
    assertEquals(List.of(), lines.stream().filter(line -> line.lines().count() > 1).toList());
  }

  @Test
  void otherDefectsAreToldAsTheParserTellsThem() {
    byte[] bytes = TypedBlocks.module(MISREAD, 2, 0);
    bytes[bytes.length - 1] = 0; // the last function's end
    var e = assertThrows(ModuleException.class, () -> GuestModule.of("module.wasm", bytes));
    assertTrue(e.getMessage().contains("malformed or truncated module"), e.getMessage());
  }
}
