package dev.wasmrun.module;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.ModuleBytes;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A name may be any text, of imports and in the name section as elsewhere. */
final class UnusualNamesTest {
  private static final int CUSTOM = 0;
  private static final int FUNCTIONS = 1;
  private static final int LOCALS = 2;

  /** A module that imports one thing of each kind, and names its function and that one's local. */
  private static byte[] module(byte[] name) {
    var module = ModuleBytes.header();
    module.bytes(1).sized(ModuleBytes.empty().bytes(1, 0x60, 0, 0));
    var imports = ModuleBytes.empty().unsigned(5);
    named(imports, name).bytes(0, 0);
    named(imports, name).bytes(1, 0x70, 1, 1, 200, 1);
    named(imports, name).bytes(2, 1, 1, 2);
    named(imports, name).bytes(3, 0x7F, 0);
    named(imports, name).bytes(4, 0, 0);
    module.bytes(2).sized(imports);
    module.bytes(3).sized(ModuleBytes.empty().bytes(1, 0));
    module.bytes(10).sized(ModuleBytes.empty().bytes(1, 4, 1, 1, 0x7F, 0x0B));
    var functions = text(ModuleBytes.empty().bytes(1, 1), name);
    var locals = text(ModuleBytes.empty().bytes(1, 1, 1, 0), name);
    var names = text(ModuleBytes.empty(), "name".getBytes(StandardCharsets.UTF_8));
    names.bytes(FUNCTIONS).sized(functions).bytes(LOCALS).sized(locals);
    return module.bytes(CUSTOM).sized(names).toArray();
  }

  private static ModuleBytes named(ModuleBytes imports, byte[] name) {
    return text(text(imports, "m".getBytes(StandardCharsets.UTF_8)), name);
  }

  private static ModuleBytes text(ModuleBytes to, byte[] text) {
    to.unsigned(text.length);
    for (byte b : text) {
      to.bytes(b);
    }
    return to;
  }

  private static void assertImported(String name) {
    var module = GuestModule.of("names.wasm", module(name.getBytes(StandardCharsets.UTF_8)));
    assertEquals(5, module.imports().size());
    for (ImportedItem item : module.imports()) {
      assertEquals(name, item.name());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "add", "größe", "a → b", "“quoted”", "\uD83D\uDE00", "\uFFFD", "\u2028"})
  void importsKeepTheirNames(String name) {
    assertImported(name);
  }

  @Property(tries = 200)
  void importsKeepAnyName(@ForAll @StringLength(max = 20) String name) {
    // Halves of a pair, which no UTF-8 has, become question marks.
    assertImported(new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(ints = {0x80, 0xC0, 0xE2, 0xED, 0xFF})
  void whatIsNoTextIsRefused(int first) {
    byte[] bytes = module(new byte[] {(byte) first, 'a', (byte) 0xA0});
    String message =
        assertThrows(ModuleException.class, () -> GuestModule.of("names.wasm", bytes)).getMessage();
    assertTrue(message.contains("malformed UTF-8 encoding"), message);
  }
}
