package dev.wasmrun.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wasmrun.ModuleBytes;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.Linker;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ModuleException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code ref.null none} suits every reference that may be to garbage-collected data, or to none.
 */
final class NullOfNoneTest {
  private static final int ANY = 0x6E;
  private static final int EQ = 0x6D;
  private static final int I31 = 0x6C;
  private static final int STRUCT = 0x6B;
  private static final int ARRAY = 0x6A;
  private static final int FUNC = 0x70;
  private static final int NONE = 0x71;
  private static final int EXN = 0x69;
  private static final int NOEXN = 0x74;
  private static final int I32 = 0x7F;
  private static final int REF_NULL = 0xD0;
  private static final int REF_IS_NULL = 0xD1;
  private static final int END = 0x0B;

  /** Exports f, which tells whether its null is null after it has been a global and an argument. */
  private static byte[] module(int type, int nullOf) {
    var module = ModuleBytes.header();
    add(module, 1, 3, 0x5F, 1, I32, 0, 0x60, 1, type, 1, I32, 0x60, 0, 1, I32);
    add(module, 3, 2, 1, 2);
    add(module, 6, 1, type, 0, REF_NULL, nullOf, END);
    add(module, 7, 1, 1, 'f', 0, 1);
    var isNull = ModuleBytes.empty().bytes(0, 0x20, 0, REF_IS_NULL, END);
    var call =
        ModuleBytes.empty().bytes(0, REF_NULL, nullOf, 0x10, 0, 0x23, 0, REF_IS_NULL, 0x71, END);
    var code = ModuleBytes.empty().bytes(2).sized(isNull).sized(call);
    return module.bytes(10).sized(code).toArray();
  }

  private static void add(ModuleBytes module, int id, int... content) {
    module.bytes(id).sized(ModuleBytes.empty().bytes(content));
  }

  @ParameterizedTest
  @ValueSource(ints = {ANY, EQ, I31, STRUCT, ARRAY, NONE})
  void itIsNullOfEveryType(int type) {
    assertNull(module(type, NONE));
  }

  @Test
  void soDoesNoException() {
    assertNull(module(EXN, NOEXN));
  }

  private static void assertNull(byte[] bytes) {
    var module = GuestModule.of("null.wasm", bytes);
    for (Engine engine : Engine.values()) {
      Guest guest =
          new Linker(module, engine, List.of()).instantiate(Optional.empty(), ActiveData.WRITE);
      assertArrayEquals(new long[] {1}, guest.call("f"), engine::toString);
    }
  }

  @ParameterizedTest
  @CsvSource({FUNC + ", " + ANY, I31 + ", " + EQ, STRUCT + ", " + ARRAY, NONE + ", " + I31})
  void othersMustSuit(int type, int nullOf) {
    byte[] bytes = module(type, nullOf);
    assertThrows(ModuleException.class, () -> GuestModule.of("null.wasm", bytes));
  }
}
