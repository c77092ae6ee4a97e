package dev.wasmrun.module;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.ModuleBytes;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Lists in a module that say they are longer than the module. */
final class CountChecksTest {
  private static final int I32 = 0x7F;

  /** A module around a list, whose true length is 1; the second form has one that says so. */
  private enum List {
    RECURSIVE_TYPES(count -> section(1, bytes(1, 0x4E).unsigned(count).bytes(0x60, 0, 0))),
    SUPERTYPES(
        count ->
            section(1, bytes(2, 0x50, 0, 0x60, 0, 0, 0x50).unsigned(count).bytes(0, 0x60, 0, 0))),
    PARAMETERS(count -> section(1, bytes(1, 0x60).unsigned(count).bytes(I32, 0))),
    RESULTS(count -> section(1, bytes(1, 0x60, 0).unsigned(count).bytes(I32))),
    FIELDS(count -> section(1, bytes(1, 0x5F).unsigned(count).bytes(I32, 0))),
    FUNCTIONS_OF_AN_ELEMENT(
        count ->
            functionAnd(
                section(4, bytes(1, 0x70, 0, 1)),
                section(9, bytes(1, 0, 0x41, 0, 0x0B).unsigned(count).bytes(0)),
                body(bytes(0, 0x0B)))),
    EXPRESSIONS_OF_AN_ELEMENT(
        count ->
            functionAnd(
                section(4, bytes(1, 0x70, 0, 1)),
                section(9, bytes(1, 4, 0x41, 0, 0x0B).unsigned(count).bytes(0xD2, 0, 0x0B)),
                body(bytes(0, 0x0B)))),
    BYTES_OF_DATA(
        count ->
            ModuleBytes.empty()
                .append(section(5, bytes(1, 0, 1)))
                .append(section(11, bytes(1, 0, 0x41, 0, 0x0B).unsigned(count).bytes(7)))),
    BYTES_OF_PASSIVE_DATA(
        count ->
            ModuleBytes.empty()
                .append(section(5, bytes(1, 0, 1)))
                .append(section(11, bytes(1, 1).unsigned(count).bytes(7)))),
    LABELS(count -> functionAnd(body(bytes(0, 0x41, 0, 0x0E).unsigned(count).bytes(0, 0, 0x0B)))),
    LOCALS(count -> functionAnd(body(bytes(1).unsigned(count).bytes(I32, 0x0B))));

    private final LongFunction<ModuleBytes> sections;

    List(LongFunction<ModuleBytes> sections) {
      this.sections = sections;
    }

    byte[] module(long count) {
      return ModuleBytes.header().append(sections.apply(count)).toArray();
    }
  }

  private static ModuleBytes bytes(int... bytes) {
    return ModuleBytes.empty().bytes(bytes);
  }

  private static ModuleBytes section(int id, ModuleBytes content) {
    return ModuleBytes.empty().section(id, content);
  }

  private static ModuleBytes body(ModuleBytes body) {
    return section(10, bytes(1).sized(body));
  }

  private static ModuleBytes functionAnd(ModuleBytes... sections) {
    var all = section(1, bytes(1, 0x60, 0, 0)).append(section(3, bytes(1, 0)));
    for (ModuleBytes section : sections) {
      all.append(section);
    }
    return all;
  }

  @ParameterizedTest
  @EnumSource(List.class)
  void whatIsTrueIsBelieved(List list) {
    GuestModule.of("module.wasm", list.module(1));
  }

  @ParameterizedTest
  @EnumSource(List.class)
  void whatCannotBeTrueIsRefusedBeforeRoomIsMadeForIt(List list) {
    for (long count : new long[] {60_000, 0x0FFF_FFFFL, 0x7FFF_FFFFL, 0x8000_0000L, 0xFFFF_FFF0L}) {
      byte[] module = list.module(count);
      String message =
          assertThrows(ModuleException.class, () -> GuestModule.of("module.wasm", module))
              .getMessage();
      assertTrue(message.contains("malformed or truncated module: "), message);
      assertEquals(1, message.lines().count(), message);
    }
  }

  @Test
  void localsAreCountedOverAllGroups() {
    ModuleBytes groups = bytes().unsigned(20_000);
    for (int i = 0; i < 20_000; i++) {
      groups.unsigned(50_000).bytes(I32); // a thousand million in 80,000 bytes
    }
    byte[] module = ModuleBytes.header().append(functionAnd(body(groups.bytes(0x0B)))).toArray();
    String message =
        assertThrows(ModuleException.class, () -> GuestModule.of("module.wasm", module))
            .getMessage();
    assertTrue(message.contains("too many locals"), message);
  }
}
