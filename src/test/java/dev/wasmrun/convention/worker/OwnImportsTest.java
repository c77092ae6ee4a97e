package dev.wasmrun.convention.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.ModuleBytes;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.guest.TrapCode;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.SideModule;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Memories beside the first, tables and globals that a module imports. */
@Timeout(120)
final class OwnImportsTest {
  private static final int HEADER = 8;

  @ParameterizedTest
  @EnumSource(Engine.class)
  void eachAccessIsToTheMemoryOfItsIndex(Engine engine) throws Exception {
    Ran ran = Ran.work(Fixtures.module("several-memories"), engine, 4).finished();
    int first = 4 * 1000;
    assertEquals(
        List.of(
            (long) first,
            3L * first,
            5L * first,
            1000L,
            0L,
            1L,
            1L,
            2L,
            1L,
            (long) 'o',
            0x0707_0707L,
            (long) 'e',
            (long) 'f',
            (long) 'o',
            (long) ('t' << 8 | 'o')),
        ran.emitted);
  }

  @Test
  void theLimitIsOfEachMemory() {
    GuestModule module = Fixtures.module("several-memories");
    var refused =
        assertThrows(
            LinkException.class,
            () ->
                Ran.run(
                    module,
                    Engine.COMPILER,
                    1,
                    Optional.empty(),
                    new MemoryLimit(1000),
                    true,
                    Duration.ofSeconds(60)));
    assertEquals(
        "cannot link several-memories.wasm: it needs 65536 bytes of memory, --max-memory allows 1000",
        refused.getMessage());
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void anImportedTableIsEmptyAtFirst(Engine engine) throws Exception {
    Ran ran = Ran.work(Fixtures.module("imported-table"), engine, 2);
    var trapped = assertInstanceOf(Outcome.Trapped.class, ran.outcome());
    assertEquals(TrapCode.UNINITIALIZED_ELEMENT, trapped.trap().code());
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aModuleThatMayLieAnywhereFindsItsOwnThings(Engine engine) throws Exception {
    // Sizes: 24 bytes of data, aligned to 2^4; one entry of the table, aligned to 2^0; no names.
    for (GuestModule module :
        List.of(side("dylink.0", 1, 4, 24, 4, 1, 0), side("dylink", 24, 4, 1, 0, 0))) {
      assertEquals(
          List.of("0: 14"), Ran.invoke(module, engine, 1, "doubled", "7").finished().returned);
      assertEquals(List.of("0: 126"), Ran.invoke(module, engine, 1, "tripled").finished().returned);
    }
  }

  @Test
  void withoutASectionTheTableHoldsWhatTheSegmentsFill() throws Exception {
    GuestModule module = Fixtures.module("side-module");
    assertEquals(
        List.of("0: 14"),
        Ran.invoke(module, Engine.COMPILER, 1, "doubled", "7").finished().returned);
  }

  @Test
  void withoutASectionTheStackLiesAboveWhatMayBeZeroedData() {
    SideModule main = SideModule.of(Fixtures.module("large-main-module")).orElseThrow();
    int memory = 64 * 65536;
    assertTrue(main.memoryBase() + main.memorySize() > memory / 3, main::toString);
    assertTrue(main.stackTop() < memory * 2 / 3, main::toString);
  }

  /** Both releases' forms, with and without what minifiers shorten. */
  @ParameterizedTest
  @CsvSource({
    "'{\n \"value\": \"i32\",\n \"mutable\": true\n}, 8392064', 8392064",
    "'{value:\"i32\",mutable:!0},8392e3', 8392000",
    "'{\"value\":\"i32\",\"mutable\":false},1024', 5247680",
  })
  void theJavaScriptBesideAMainModuleTellsWhereItsStackIs(
      String global, int stackTop, @TempDir Path directory) throws Exception {
    Path file = directory.resolve("main.wasm");
    Files.write(file, Fixtures.bytes("begun-main-module"));
    Files.writeString(
        directory.resolve("main.js"),
        "var pointer = new WebAssembly.Global(%s);".formatted(global));
    SideModule main = SideModule.of(GuestModule.load(file)).orElseThrow();
    assertEquals(stackTop, main.stackTop());
  }

  @Test
  void theAddressOfWhatIsInNoModuleIsRefused() {
    byte[] bytes = Fixtures.bytes("side-module");
    int name = indexOf(bytes, "GOT.func");
    bytes[name + "GOT.func".length() + 1] = 'T'; // Triple
    var refused =
        assertThrows(
            LinkException.class,
            () -> Ran.invoke(GuestModule.of("side.wasm", bytes), Engine.COMPILER, 1, "tripled"));
    assertEquals(
        "cannot link side.wasm: it takes the address of Triple (GOT.func.Triple), which is in another module; link the two into one",
        refused.getMessage());
  }

  /** The fixture with the section that a linker puts before all others. */
  private static GuestModule side(String name, int... numbers) {
    byte[] bytes = Fixtures.bytes("side-module");
    var content = ModuleBytes.empty().unsigned(name.length());
    for (byte c : name.getBytes(StandardCharsets.UTF_8)) {
      content.bytes(c);
    }
    content.bytes(numbers);
    byte[] section = ModuleBytes.empty().section(0, content).toArray();
    byte[] whole = Arrays.copyOf(bytes, bytes.length + section.length);
    System.arraycopy(section, 0, whole, HEADER, section.length);
    System.arraycopy(bytes, HEADER, whole, HEADER + section.length, bytes.length - HEADER);
    return GuestModule.of("side.wasm", whole);
  }

  private static int indexOf(byte[] bytes, String text) {
    return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
  }
}
