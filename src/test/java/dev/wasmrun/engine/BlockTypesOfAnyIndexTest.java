package dev.wasmrun.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.dylibso.chicory.runtime.Instance;
import dev.wasmrun.Snippets;
import dev.wasmrun.TypedBlocks;
import dev.wasmrun.module.Executable;
import dev.wasmrun.module.GuestModule;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class BlockTypesOfAnyIndexTest {
  private static final int LAST_SWEPT = 300;

  @ParameterizedTest
  @EnumSource(Engine.class)
  void blocksHaveTheTypeThatTheyName(Engine engine) {
    for (int index = 0; index <= LAST_SWEPT; index += index < 60 || index > 130 ? 5 : 1) {
      assertEquals(TypedBlocks.results(), results(engine, index, 1, 0), "index " + index);
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void blocksHaveTheTypeThatTheyNameAmongThousands(Engine engine) {
    for (int typesBehind : List.of(5_000, 8_100, 16_300, 20_000)) {
      for (int index : List.of(64, 100, 127, 8_191, 8_192, 16_383, 16_384)) {
        List<Long> results = results(engine, index, 1, typesBehind);
        assertEquals(TypedBlocks.results(), results, index + " before " + typesBehind);
      }
    }
  }

  @Property(tries = 100)
  void blocksHaveTheTypeThatTheyNameHoweverItIsWritten(
      @ForAll @IntRange(min = 0, max = 400) int index,
      @ForAll @IntRange(min = 1, max = 5) int bytes,
      @ForAll @IntRange(min = 0, max = 70) int typesBehind,
      @ForAll Engine engine) {
    assertEquals(TypedBlocks.results(), results(engine, index, bytes, typesBehind));
  }

  private static List<Long> results(Engine engine, int index, int bytes, int typesBehind) {
    byte[] code = TypedBlocks.module(index, bytes, typesBehind);
    var module = Executable.of(GuestModule.of("module.wasm", code));
    Instance instance = Snippets.instance(module, wasm -> Machines.of(engine, wasm, false));
    return IntStream.range(0, TypedBlocks.results().size())
        .mapToObj(i -> instance.export(Integer.toString(i)).apply()[0])
        .toList();
  }
}
