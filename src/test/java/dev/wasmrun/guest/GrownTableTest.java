package dev.wasmrun.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wasmrun.Fixtures;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.memory.ActiveData;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables that grow, on both engines. */
final class GrownTableTest {
  private static Guest instance(Linker linker) {
    return linker.instantiate(Optional.empty(), ActiveData.WRITE);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void ofAnotherInstanceBeginAsTheModuleSays(Engine engine) {
    var linker = new Linker(Fixtures.module("grown-table"), engine, List.of());
    Guest first = instance(linker);
    assertEquals(2, first.call("grow")[0]);
    assertEquals(10, first.call("size")[0]);
    assertEquals(2, instance(linker).call("size")[0]);
    assertEquals(10, first.call("grow")[0]);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void areCopiedIntoFromSmallerOnes(Engine engine) {
    Guest guest = instance(new Linker(Fixtures.module("grown-table"), engine, List.of()));
    guest.call("grow");
    guest.call("copy", 7, 0, 3);
    for (int i = 0; i < 10; i++) {
      int index = i;
      if (i < 7) {
        assertThrows(Trap.class, () -> guest.call("call", index));
      } else {
        assertEquals(42, guest.call("call", index)[0]);
      }
    }
  }
}
