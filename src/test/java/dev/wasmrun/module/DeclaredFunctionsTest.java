package dev.wasmrun.module;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.ModuleBytes;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Modules of an imported function, 0, and two of their own, of which one refers to a function. */
final class DeclaredFunctionsTest {
  private static final int TYPE = 1;
  private static final int IMPORT = 2;
  private static final int FUNCTION = 3;
  private static final int TABLE = 4;
  private static final int GLOBAL = 6;
  private static final int EXPORT = 7;
  private static final int ELEMENT = 9;
  private static final int CODE = 10;

  private static final int FUNCREF = 0x70;
  private static final int REF_FUNC = 0xD2;
  private static final int DROP = 0x1A;
  private static final int END = 0x0B;

  /** What may declare a function, as a section. */
  private enum Declaration {
    EXPORT(DeclaredFunctionsTest.EXPORT, 1, 1, 'f', 0),
    ACTIVE(ELEMENT, 1, 0, 0x41, 0, END, 1),
    PASSIVE(ELEMENT, 1, 1, 0, 1),
    DECLARATIVE(ELEMENT, 1, 3, 0, 1),
    GLOBAL(DeclaredFunctionsTest.GLOBAL, 1, FUNCREF, 0, REF_FUNC);

    private final int section;
    private final int[] before;

    Declaration(int section, int... before) {
      this.section = section;
      this.before = before;
    }

    ModuleBytes of(int function) {
      var bytes = ModuleBytes.empty().bytes(before).unsigned(function);
      return this == GLOBAL ? bytes.bytes(END) : bytes;
    }
  }

  /** A module in which function 1 has these instructions, and function 2 has none. */
  private static GuestModule module(Declaration declaration, int declared, int... instructions) {
    var module = ModuleBytes.header();
    add(module, TYPE, ModuleBytes.empty().bytes(1, 0x60, 0, 0));
    add(module, IMPORT, ModuleBytes.empty().bytes(1, 1, 'm', 1, 'f', 0, 0));
    add(module, FUNCTION, ModuleBytes.empty().bytes(2, 0, 0));
    add(module, TABLE, ModuleBytes.empty().bytes(1, FUNCREF, 0, 1));
    add(module, declaration.section, declaration.of(declared));
    var body = ModuleBytes.empty().bytes(0).bytes(instructions).bytes(END);
    var code = ModuleBytes.empty().bytes(2).sized(body).sized(ModuleBytes.empty().bytes(0, END));
    add(module, CODE, code);
    return GuestModule.of("module.wasm", module.toArray());
  }

  private static void add(ModuleBytes module, int id, ModuleBytes content) {
    module.bytes(id).sized(content);
  }

  @ParameterizedTest
  @EnumSource
  void anyDeclarationWillDo(Declaration declaration) {
    for (int function : List.of(0, 1, 2)) {
      GuestModule module = module(declaration, function, REF_FUNC, function, DROP);
      assertEquals(1, module.imports().size());
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNotDeclaredIsRefused(Declaration declaration) {
    for (int function : List.of(0, 1, 2)) {
      int other = (function + 1) % 3;
      String message =
          assertThrows(
                  ModuleException.class, () -> module(declaration, other, REF_FUNC, function, DROP))
              .getMessage();
      assertTrue(message.contains("it does not validate: undeclared function ref"), message);
    }
  }

  /** What is added for the validator is no segment of the module. */
  @ParameterizedTest
  @CsvSource({"0, 0, true", "1, 0, false", "0, 1, true", "1, 1, false"})
  void segmentsAreThoseOfTheModule(int segment, int init, boolean valid) {
    int[] drop = {REF_FUNC, 1, DROP, 0xFC, 13, segment};
    int[] fill = {
      REF_FUNC, 1, DROP, 0x41, 0, 0x41, 0, 0x41, 0, 0xFC, 12, segment, 0, // table.init
    };
    int[] instructions = init == 1 ? fill : drop;
    if (valid) {
      assertEquals(1, module(Declaration.PASSIVE, 1, instructions).imports().size());
    } else {
      String message =
          assertThrows(ModuleException.class, () -> module(Declaration.PASSIVE, 1, instructions))
              .getMessage();
      assertTrue(message.contains("unknown elem segment 1"), message);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 127})
  void aFunctionThatDoesNotExistIsSaidToBeUnknown(int function) {
    String message =
        assertThrows(
                ModuleException.class,
                () -> module(Declaration.EXPORT, 1, REF_FUNC, function, DROP))
            .getMessage();
    assertTrue(message.contains("it does not validate: unknown function"), message);
  }
}
