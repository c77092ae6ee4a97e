package dev.wasmrun.module;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.wasm.MalformedException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.WasmEncoding;
import dev.wasmrun.Fixtures;
import dev.wasmrun.ModuleBytes;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class InstructionCursorTest {
  private static final int PREFIX_SHIFT = 16;

  /** Try, catch, rethrow, delegate and catch_all, which the parser does not know. */
  private static final Set<Integer> OLD_EXCEPTIONS = Set.of(0x06, 0x07, 0x09, 0x18, 0x19);

  static Stream<Path> modules() throws IOException, URISyntaxException {
    return Stream.concat(files("/wasm/add.wasm"), files("/fixtures/phases.wasm"))
        .filter(file -> file.toString().endsWith(".wasm"))
        .filter(
            file -> !file.toString().contains("memory64") && !file.endsWith("old-exceptions.wasm"))
        .filter(file -> !file.endsWith("cpp-exceptions.wasm")) // old ones, too
        .filter(file -> !file.endsWith("pthreads-throws-wasm.wasm")); // and here
  }

  private static Stream<Path> files(String neighbour) throws IOException, URISyntaxException {
    Path file = Path.of(Fixtures.class.getResource(neighbour).toURI());
    try (Stream<Path> files = Files.list(file.getParent())) {
      return files.toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("modules")
  void instructionsAreThoseOfTheParser(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    WasmModule parsed = Parser.parse(bytes);
    var cursor = InstructionCursor.of(bytes);
    for (var body : parsed.codeSection().functionBodies()) {
      assertTrue(cursor.nextFunction());
      for (AnnotatedInstruction expected : body.instructions()) {
        assertTrue(cursor.next());
        assertSame(expected, cursor);
      }
      assertFalse(cursor.next());
      assertEquals(cursor.bodyEnd(), cursor.end());
    }
    assertFalse(cursor.nextFunction());
  }

  private static void assertSame(AnnotatedInstruction expected, InstructionCursor cursor) {
    if (expected.address() != cursor.offset() || number(expected.opcode()) != cursor.opcode()) {
      assertEquals(expected.toString(), "%x at %x".formatted(cursor.opcode(), cursor.offset()));
    }
    switch (cursor.immediates()) {
      case INDEX, I32, I64 -> assertEquals(expected.operand(0), cursor.operand());
      case TWO_INDICES -> {
        assertEquals(expected.operand(0), cursor.operand());
        assertEquals(expected.operand(1), cursor.secondOperand());
      }
      case MEMORY -> {
        assertEquals(expected.operand(1), cursor.operand());
        assertEquals(expected.operand(2), cursor.secondOperand());
      }
      case BLOCK -> assertEquals((byte) (expected.operand(0) << 1) >> 1, cursor.operand());
      case LABELS -> assertArrayEquals(expected.operands(), listed(cursor));
      default -> {}
    }
  }

  private static long[] listed(InstructionCursor cursor) {
    return IntStream.range(0, cursor.listLength()).mapToLong(cursor::listed).toArray();
  }

  /** The cursor's number of an opcode. */
  private static int number(OpCode opcode) {
    int number = opcode.opcode();
    return number > 0xFF ? number >>> 8 << PREFIX_SHIFT | number & 0xFF : number;
  }

  /** Each operand in as many bytes as it may have, so that none can be taken for another. */
  @ParameterizedTest
  @EnumSource(OpCode.class)
  void everyInstructionOfTheParserIsKnown(OpCode opcode) {
    ModuleBytes instruction = opcode(opcode);
    List<WasmEncoding> signature = OpCode.signature(opcode);
    boolean lane = signature.equals(List.of(WasmEncoding.MEMARG, WasmEncoding.VARUINT));
    for (WasmEncoding encoding : signature) {
      switch (lane && encoding == WasmEncoding.VARUINT ? WasmEncoding.BYTE : encoding) {
        case BYTE -> instruction.bytes(0xFF);
        case VARUINT -> instruction.bytes(0xFF, 0xFF, 0xFF, 0xFF, 0x0F);
        case VARSINT32 -> instruction.bytes(0xFF, 0xFF, 0xFF, 0xFF, 0x07);
        case VARSINT64 -> instruction.signed(Long.MIN_VALUE, 10);
        case FLOAT32 -> instruction.bytes(1, 2, 3, 4);
        case FLOAT64 -> instruction.bytes(1, 2, 3, 4, 5, 6, 7, 8);
        case V128 -> instruction.bytes(new int[16]);
        case MEMARG -> instruction.bytes(0x41, 0xFF, 0x7F).signed(Long.MAX_VALUE, 10);
        case BLOCK_TYPE -> instruction.signed(100, 5);
        case VEC_VARUINT -> instruction.bytes(2, 0x80, 1, 3);
        case VEC_VALUE_TYPE -> instruction.bytes(2, 0x7F, 0x64, 0x80, 1);
        case VEC_CATCH -> instruction.bytes(3, 0, 7, 8, 3, 9, 1, 0x80, 1, 6);
      }
    }
    assertEquals(number(opcode), walked(instruction).opcode());
  }

  private static ModuleBytes opcode(OpCode opcode) {
    int number = opcode.opcode();
    return number > 0xFF
        ? ModuleBytes.empty().bytes(number >>> 8).unsigned(number & 0xFF)
        : ModuleBytes.empty().bytes(number);
  }

  /** A cursor on an instruction of a function of nothing else. */
  private static InstructionCursor walked(ModuleBytes instruction) {
    var cursor = cursor(ModuleBytes.empty().bytes(0).append(instruction).bytes(0x0B));
    assertTrue(cursor.next());
    int end = cursor.end();
    assertEquals(instruction.size(), end - cursor.offset());
    return cursor;
  }

  private static InstructionCursor cursor(ModuleBytes body) {
    var code = ModuleBytes.empty().bytes(1).sized(body);
    var cursor = InstructionCursor.of(ModuleBytes.header().section(10, code).toArray());
    assertTrue(cursor.nextFunction());
    return cursor;
  }

  @Test
  void whatIsNoInstructionIsRefused() {
    Set<Integer> known = Set.copyOf(Arrays.stream(OpCode.values()).map(OpCode::opcode).toList());
    for (int first = 0; first < 0xFB; first++) {
      boolean legal = known.contains(first) || OLD_EXCEPTIONS.contains(first);
      assertEquals(!legal, Immediates.of(first) == Immediates.ILLEGAL, "opcode " + first);
    }
    for (int prefix = 0xFB; prefix < 0xFF; prefix++) {
      for (int second = 0; second < 0x200; second++) {
        boolean relaxed = prefix == 0xFD && second >= 0x100 && second <= 0x113;
        boolean legal = second < 0x100 && known.contains(prefix << 8 | second) || relaxed;
        assertEquals(!legal, Immediates.of(prefix, second) == Immediates.ILLEGAL, "op " + second);
      }
    }
  }

  @Test
  void theFirstFormOfExceptionsIsRead() {
    var cursor =
        cursor(ModuleBytes.empty().bytes(0, 0x06, 0x40, 0x07, 5, 0x09, 1, 0x19, 0x18, 2, 0x0B));
    for (int[] expected : new int[][] {{0x06, -64}, {7, 5}, {9, 1}, {0x19, 0}, {0x18, 2}}) {
      assertTrue(cursor.next());
      assertArrayEquals(expected, new int[] {cursor.opcode(), (int) cursor.operand()});
    }
  }

  @Test
  void listsAreRead() {
    assertArrayEquals(
        new long[] {128, 3, 0}, listed(walked(ModuleBytes.empty().bytes(0x0E, 2, 0x80, 1, 3, 0))));
    assertArrayEquals(
        new long[] {0, 7, 8, 3, InstructionCursor.NO_TAG, 9},
        listed(walked(ModuleBytes.empty().bytes(0x1F, 0x40, 2, 0, 7, 8, 3, 9))));
    ModuleBytes many = ModuleBytes.empty().bytes(0x0E).unsigned(1000);
    for (int label = 0; label <= 1000; label++) {
      many.unsigned(label);
    }
    assertArrayEquals(
        IntStream.rangeClosed(0, 1000).asLongStream().toArray(), listed(walked(many)));
  }

  @Test
  void blockTypesAreSignedNumbers() {
    for (long index : List.of(0L, 63L, 64L, 127L, 128L, 8191L, 8192L, 0xFFFFFFFFL)) {
      for (int bytes = 1; bytes <= 5; bytes++) {
        assertEquals(index, walked(ModuleBytes.empty().bytes(2).signed(index, bytes)).operand());
      }
    }
    assertEquals(-64, walked(ModuleBytes.empty().bytes(2, 0x40)).operand());
    assertEquals(-1, walked(ModuleBytes.empty().bytes(2, 0x7F)).operand());
    assertEquals(-28, walked(ModuleBytes.empty().bytes(2, 0x64, 0xC0, 0)).operand());
  }

  /** The specification gives a type as one byte, and an index as at most five. */
  @ParameterizedTest
  @ValueSource(strings = {"FF7F", "C07F", "FFFFFFFF7F", "808080808000", "FFFFFFFF1F", "FFFFFFFF2F"})
  void otherFormsOfBlockTypesAreRefused(String type) {
    var cursor =
        cursor(ModuleBytes.empty().bytes(0, 2).bytes(bytes(type)).bytes(0x0B, 0x0B, 0, 0, 0, 0, 0));
    assertThrows(MalformedException.class, cursor::next);
  }

  private static int[] bytes(String hex) {
    return IntStream.range(0, hex.length() / 2)
        .map(i -> Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16))
        .toArray();
  }

  @Test
  void aModuleThatEndsAnywhereIsRefused() {
    byte[] bytes = Fixtures.bytes("phases");
    SectionRange code = SectionRange.find(bytes, SectionRange.CODE).orElseThrow();
    for (int end = code.start() - 1; end < code.end(); end++) {
      byte[] part = Arrays.copyOf(bytes, end);
      assertThrows(MalformedException.class, () -> walk(InstructionCursor.of(part)));
    }
  }

  @Test
  void arbitraryBytesAreReadToTheirEndOrRefused() {
    byte[] original = Fixtures.bytes("simd");
    var random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = original.clone();
      for (int change = 0; change < 3; change++) {
        bytes[8 + random.nextInt(bytes.length - 8)] = (byte) random.nextInt();
      }
      try {
        walk(InstructionCursor.of(bytes));
      } catch (MalformedException e) {
        assertEquals(1, e.getMessage().lines().count());
      }
    }
  }

  private static void walk(InstructionCursor cursor) {
    while (cursor.nextFunction()) {
      while (cursor.next()) {
        assertTrue(cursor.end() > cursor.offset());
      }
    }
  }
}
