package dev.wasmrun.module;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.FunctionBody;
import dev.wasmrun.Fixtures;
import dev.wasmrun.ModuleBytes;
import java.util.Arrays;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of the first form of exceptions; what it does then is the fuzzer's question. */
final class LegacyExceptionsTest {
  private static final int TRY = 0x06;
  private static final int CATCH = 0x07;
  private static final int THROW = 0x08;
  private static final int RETHROW = 0x09;
  private static final int END = 0x0B;
  private static final int CALL_INDIRECT = 0x11;
  private static final int DELEGATE = 0x18;
  private static final int CATCH_ALL = 0x19;
  private static final int EMPTY = 0x40;

  /** A module with a tag of an i32, a table, and a function {@code () -> ()} of this code. */
  private static byte[] module(int... code) {
    var types = ModuleBytes.empty().bytes(2, 0x60, 0, 0, 0x60, 1, 0x7F, 0);
    var body = ModuleBytes.empty().bytes(0).bytes(code).bytes(END);
    return ModuleBytes.header()
        .section(1, types)
        .section(3, ModuleBytes.empty().bytes(1, 0))
        .section(4, ModuleBytes.empty().bytes(1, 0x70, 0, 1))
        .section(13, ModuleBytes.empty().bytes(1, 0, 1))
        .section(10, ModuleBytes.empty().bytes(1).sized(body))
        .toArray();
  }

  private static String refusal(int... code) {
    var refused =
        assertThrows(ModuleException.class, () -> GuestModule.of("old.wasm", module(code)));
    assertEquals(1, refused.getMessage().lines().count());
    return refused.getMessage();
  }

  @Test
  void instructionsStayWhereTheyAreInTheFile() {
    byte[] bytes = Fixtures.bytes("old-exceptions");
    var opcodes = new TreeMap<Integer, Integer>();
    var cursor = InstructionCursor.of(bytes);
    while (cursor.nextFunction()) {
      while (cursor.next()) {
        opcodes.put(cursor.offset(), cursor.opcode());
      }
    }
    GuestModule module = GuestModule.of("old-exceptions.wasm", bytes);
    int copied = 0;
    for (FunctionBody body : Executable.of(module).codeSection().functionBodies()) {
      int last = 0;
      for (AnnotatedInstruction instruction : body.instructions()) {
        Integer original = opcodes.get(instruction.address());
        assertTrue(original != null, instruction::toString);
        assertTrue(instruction.address() >= last, instruction::toString);
        last = instruction.address();
        copied += original == instruction.opcode().opcode() ? 1 : 0;
      }
    }
    assertEquals(opcodes.size() - 2, copied); // all but try and catch are as they were
    opcodes.keySet().forEach(offset -> assertEquals("work", module.functionNameAt(offset)));
  }

  @ParameterizedTest
  @CsvSource({
    "a handler after catch_all, 6 64 25 25 11",
    "a handler after catch_all, 6 64 25 7 0 26 11",
    "a handler or delegate without try, 25",
    "a handler or delegate without try, 2 64 7 0 11",
    "a delegate after a handler, 6 64 25 24 0",
    "invalid rethrow label 0, 6 64 9 0 25 11",
    "unknown label 5, 6 64 25 9 5 11",
    "unknown label 2, 6 64 24 2",
    "unknown tag 1, 6 64 7 1 11",
    "unknown type 7 of a function, 6 7 25 11",
    "unknown type 2, 6 64 25 65 0 17 2 0 11",
  })
  void whatIsWrongIsRefused(String why, String code) {
    int[] opcodes = Arrays.stream(code.split(" ")).mapToInt(Integer::parseInt).toArray();
    String refusal = refusal(opcodes);
    assertTrue(refusal.contains(why), refusal);
  }

  @Test
  void theCodeIsValidatedAsAnyOther() {
    assertTrue(refusal(TRY, 0x7F, CATCH_ALL, END, 0x1A).contains("does not validate"));
    assertTrue(refusal(TRY, EMPTY, CATCH, 0, END).contains("does not validate"));
    GuestModule.of("old.wasm", module(TRY, EMPTY, CATCH, 0, 0x1A, END));
  }

  /** The types that are added for blocks are none that the module knows. */
  @Test
  void noCodeSeesTheTypesThatAreAdded() {
    int[] code = {TRY, EMPTY, CATCH, 0, RETHROW, 0, END, 0x41, 0, CALL_INDIRECT, 2, 0, 0x1A, 0x1A};
    assertTrue(refusal(code).contains("unknown type 2"), () -> refusal(code));
    int[] valid = {TRY, EMPTY, CATCH, 0, RETHROW, 0, END, 0x41, 0, CALL_INDIRECT, 0, 0};
    GuestModule.of("old.wasm", module(valid));
  }

  @Test
  void aTryThatOnlyDelegatesToWhatIsAroundItIsABlock() {
    int[] code = {TRY, EMPTY, TRY, EMPTY, 0x41, 1, THROW, 0, DELEGATE, 0, CATCH_ALL, END};
    GuestModule module = GuestModule.of("old.wasm", module(code));
    long tables =
        Executable.of(module).codeSection().getFunctionBody(0).instructions().stream()
            .filter(each -> each.opcode().name().equals("TRY_TABLE"))
            .count();
    assertEquals(1, tables);
  }
}
