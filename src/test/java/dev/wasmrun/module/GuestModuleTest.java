package dev.wasmrun.module;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmrun.Fixtures;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GuestModuleTest {
  @TempDir private Path directory;

  @Test
  void aBundledModuleIsFoundByName() {
    assertEquals("happycoin.wasm", GuestModule.load("happycoin.wasm").name());
  }

  @Test
  void theDigestIsTheSameWhoeverComputesIt() {
    byte[] bytes = Fixtures.bytes("no-work");
    var undigested = WasmModule.builder().build();
    assertNull(undigested.digest());
    assertEquals(Parser.parse(bytes).digest(), ModuleReader.executable(undigested, bytes).digest());
  }

  @Test
  void aFileIsPreferredToABundledModuleOfTheSameName() throws IOException {
    Path file = write("happycoin.wasm", Fixtures.bytes("no-work"));
    assertTrue(GuestModule.load(file.toString()).exports().containsKey("foo"));
  }

  @Test
  void aPathIsNeverABundledModule() {
    var e = assertThrows(ModuleException.class, () -> GuestModule.load(Path.of("happycoin.wasm")));
    assertEquals("cannot read happycoin.wasm: no such file", e.getMessage());
  }

  @Test
  void aFileOfAnyFileSystemIsLoaded() throws IOException {
    Path archive = directory.resolve("modules.zip");
    try (var files = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
      Path file = Files.write(files.getPath("/work.wasm"), Fixtures.bytes("no-work"));
      GuestModule module = GuestModule.load(file);
      assertEquals("work.wasm", module.name());
      assertTrue(module.exports().containsKey("foo"));
    }
  }

  @Test
  void aStreamIsReadToItsEndAndLeftOpen() throws IOException {
    var closed = new AtomicBoolean();
    try (var in =
        new ByteArrayInputStream(Fixtures.bytes("no-work")) {
          @Override
          public void close() {
            closed.set(true);
          }
        }) {
      assertTrue(GuestModule.of("streamed.wasm", in).exports().containsKey("foo"));
      assertEquals(0, in.available());
      assertFalse(closed.get());
    }
  }

  @Test
  void aStreamThatFailsIsToldInOneLine() {
    var in =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("connection reset");
          }
        };
    var e = assertThrows(ModuleException.class, () -> GuestModule.of("streamed.wasm", in));
    assertEquals("cannot read streamed.wasm: connection reset", e.getMessage());
  }

  @Test
  void theBytesOfAModuleMayBeChangedAfterwards() {
    byte[] bytes = Fixtures.bytes("data-once");
    GuestModule untouched = GuestModule.of("data-once.wasm", bytes.clone());
    GuestModule module = GuestModule.of("data-once.wasm", bytes);
    Arrays.fill(bytes, (byte) 0);
    assertEquals(untouched.wasm(), module.wasm());
  }

  @Test
  void aNameThatIsNeitherFileNorBundledIsRefused() {
    assertRefused("no such file", "nothing-like-it.wasm");
    assertRefused("no such file", "../wasm/happycoin.wasm");
  }

  @Test
  void aDirectoryIsRefused() {
    assertRefused("it is a directory", directory.toString());
  }

  @Test
  void aPathThatCannotBeOneIsRefused() {
    assertRefused("not a valid path", "a\0b");
  }

  @Test
  void anEmptyFileIsRefused() throws IOException {
    assertRefused("the file is empty", write("empty.wasm", new byte[0]).toString());
  }

  @Test
  void aTextFileIsRefused() throws IOException {
    Path text = write("text.wasm", "hello, world".getBytes(StandardCharsets.UTF_8));
    assertRefused("not a WebAssembly binary", text.toString());
    Path assembly = write("module.wasm", "  (module)".getBytes(StandardCharsets.UTF_8));
    assertRefused("name text .wat", assembly.toString());
  }

  @Test
  void aComponentIsRefused() throws IOException {
    byte[] component = {0, 'a', 's', 'm', 0x0d, 0, 1, 0};
    assertRefused("it is a component", write("component.wasm", component).toString());
    byte[] later = {0, 'a', 's', 'm', 2, 0, 0, 0};
    assertRefused("unknown binary version", write("later.wasm", later).toString());
  }

  @Test
  void aCompressedFileIsRefused() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(Fixtures.bytes("traps"));
    }
    assertRefused("compressed with gzip", write("module.wasm.gz", bytes.toByteArray()).toString());
  }

  @Test
  void everyTruncationIsRefusedInOneLine() {
    byte[] whole = Fixtures.bytes("traps");
    int refused = 0;
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      try {
        GuestModule.of("part.wasm", part);
      } catch (ModuleException e) {
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
        refused++;
      }
    }
    // A module may end after any section, and then be another valid module.
    assertTrue(refused > whole.length * 9 / 10, refused + " of " + whole.length);
  }

  @Test
  void aModuleThatDoesNotValidateIsRefused() {
    byte[] module = Fixtures.bytes("trap-one-of-four");
    byte[] divisionOfI32 = {0x20, 0, 0x20, 1, 0x6e};
    byte divisionOfI64 = (byte) 0x80;
    module[indexOf(module, divisionOfI32) + divisionOfI32.length - 1] = divisionOfI64;
    var e = assertThrows(ModuleException.class, () -> GuestModule.of("bad.wasm", module));
    assertTrue(
        e.getMessage().startsWith("cannot load bad.wasm: it does not validate"), e::getMessage);
  }

  @Test
  void importsExportsAndMemoryAreRead() {
    var module = Fixtures.module("odd-memory-name");
    assertEquals(
        List.of("my module.", "host.emit"),
        module.imports().stream().map(ImportedItem::qualifiedName).toList());
    assertEquals("(i32, i32) -> ()", module.exportedFunctions().get("work").toString());
    assertEquals(new MemoryFacts(true, "my module", "", 1, 4, true), module.memory().orElseThrow());
  }

  @Test
  void theStartFunctionIsKnownButNotLeftForTheRuntimeToRun() {
    var module = Fixtures.module("start-counts");
    assertTrue(module.startFunction().isPresent());
    assertTrue(module.wasm().startSection().isEmpty());
    assertEquals(OptionalInt.empty(), Fixtures.module("traps").startFunction());
  }

  @Test
  void theConventionIsReadFromTheImports() {
    assertEquals(ConventionName.WORKER, Fixtures.module("phases").convention());
    assertEquals(ConventionName.WASI_THREADS, Fixtures.module("wasi-threads").convention());
  }

  @Test
  void featuresAreThoseThatTheCodeUses() {
    assertEquals(Set.of(Feature.THREADS), Fixtures.module("trap-one-of-four").features());
    assertTrue(Fixtures.module("simd").features().contains(Feature.SIMD));
    assertEquals(Set.of(), GuestModule.load("add.wasm").features());
  }

  @Test
  void theStackPointerIsFoundByNameExportOrPrologue() {
    assertTrue(Fixtures.module("exports-stack-pointer").shadowStack().isPresent());
    assertTrue(Fixtures.module("needs-stack").shadowStack().isPresent());
    assertEquals(
        new AddressRange(0, 1048576),
        Fixtures.module("exports-stack-pointer").shadowStack().orElseThrow());
    assertFalse(Fixtures.module("phases").shadowStack().isPresent());
    assertFalse(GuestModule.load("happycoin.wasm").shadowStack().isPresent());
    assertTrue(GuestModule.load("happycoin-c.wasm").shadowStack().isPresent());
  }

  @Test
  void functionsAreNamedByImportNameSectionExportOrIndex() {
    var named = Fixtures.module("trap-one-of-four");
    assertEquals("divide", named.functionName(0));
    var stripped = Fixtures.module("no-names");
    assertEquals("func[0]", stripped.functionName(0));
    assertTrue(stripped.exports().containsKey("work"));
    assertEquals("host.emit", Fixtures.module("phases").functionName(0));
  }

  @Test
  void staticDataOfTheGalleryLiesWhereTheMemoryMapPutsIt() {
    assertWithin("happycoin.wasm", 0x400000, 0x500000);
    assertWithin("counter.wasm", 0x400000, 0x500000);
    assertWithin("happycoin-c.wasm", 0x500000, 0x1000000);
    assertWithin("counter-c.wasm", 0x500000, 0x1000000);
  }

  private static void assertWithin(String module, long start, long end) {
    for (AddressRange range : GuestModule.load(module).staticData()) {
      assertTrue(range.start() >= start && range.end() <= end, module + " has data at " + range);
    }
  }

  private static void assertRefused(String reason, String pathOrName) {
    var e = assertThrows(ModuleException.class, () -> GuestModule.load(pathOrName));
    assertTrue(e.getMessage().contains(reason), e::getMessage);
    assertEquals(1, e.getMessage().lines().count());
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(directory.resolve(name), bytes);
  }

  private static int indexOf(byte[] bytes, byte[] wanted) {
    for (int i = 0; i <= bytes.length - wanted.length; i++) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    throw new AssertionError("not found");
  }
}
