package dev.wasmrun.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmrun.Hammer;
import dev.wasmrun.Snippets;
import dev.wasmrun.compiler.CompiledCode;
import dev.wasmrun.compiler.Compiler;
import dev.wasmrun.compiler.emit.GeneratedUnit;
import dev.wasmrun.compiler.emit.UnitSource;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodeCacheTest {
  private static final int I64_DIV_U = 0x80;
  private static final int I64_REM_U = 0x82;
  private static final long ROOMY = 1 << 30;

  @TempDir private Path directory;

  private static WasmModule module(int opcode) {
    var snippets = new Snippets();
    snippets.operationWithConstant(opcode, Snippets.I64, 10);
    return snippets.module();
  }

  /** The value of the module's function, its code taken from the cache as far as it is there. */
  private long run(WasmModule module) {
    CompiledCode code = CompiledModules.load(module, false, new CodeCache(directory, ROOMY));
    return Snippets.instance(
            module,
            wasm ->
                builder ->
                    builder.withMachineFactory(code::machine).withGlobalFactory(code.globals()))
        .export("0")
        .apply(57)[0];
  }

  private static CacheEntry entry(CodeCache cache, WasmModule module) {
    return cache.entry(CompiledModules.key(module, false));
  }

  private Path onlyFile() throws IOException {
    List<Path> files = files();
    assertEquals(1, files.size(), files.toString());
    return files.get(0);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  @Test
  void whatHasBeenStoredIsLoadedAndRuns() throws IOException {
    WasmModule module = module(I64_DIV_U);
    assertEquals(5, run(module));
    // Something else under the key shows that the second run does not compile.
    Path stored = onlyFile();
    Files.delete(stored);
    var cache = new CodeCache(directory, ROOMY);
    UnitSource other =
        Compiler.units(module(I64_REM_U), CompiledModules.prefix(module, false), false);
    CacheEntry entry = entry(cache, module);
    other.units().forEach(unit -> entry.keep(unit, other.emit(unit)));
    assertEquals(7, run(module));
    assertEquals(stored, onlyFile());
  }

  @Test
  void aSecondRunCompilesNothing() throws IOException {
    WasmModule module = module(I64_DIV_U);
    run(module);
    byte[] first = Files.readAllBytes(onlyFile());
    run(module);
    assertArrayEquals(first, Files.readAllBytes(onlyFile()), "nothing has been added");
  }

  @Test
  void aDamagedEntryIsBuiltAnew() throws IOException {
    WasmModule module = module(I64_DIV_U);
    run(module);
    byte[] whole = Files.readAllBytes(onlyFile());
    List<UnaryOperator<byte[]>> damages =
        List.of(
            bytes -> flip(bytes, 0),
            bytes -> flip(bytes, 33),
            bytes -> flip(bytes, bytes.length / 2),
            bytes -> flip(bytes, bytes.length - 1),
            bytes -> Arrays.copyOf(bytes, bytes.length - 1),
            bytes -> Arrays.copyOf(bytes, bytes.length + 1),
            bytes -> Arrays.copyOf(bytes, bytes.length + 100),
            bytes -> Arrays.copyOf(bytes, 31),
            bytes -> Arrays.copyOf(bytes, 33),
            bytes -> new byte[0]);
    for (UnaryOperator<byte[]> damage : damages) {
      Files.write(onlyFile(), damage.apply(whole.clone()));
      assertEquals(5, run(module));
      assertEquals(whole.length, Files.size(onlyFile()));
      run(module);
      assertEquals(whole.length, Files.size(onlyFile()), "what was missing has been added once");
    }
  }

  private static byte[] flip(byte[] bytes, int index) {
    bytes[index] ^= 1;
    return bytes;
  }

  @Test
  void anEntryUnderTheNameOfAnotherIsNotTaken() throws IOException {
    WasmModule division = module(I64_DIV_U);
    run(division);
    Path name = onlyFile();
    Files.delete(name);
    run(module(I64_REM_U));
    Files.move(onlyFile(), name);
    assertEquals(5, run(division));
  }

  @Test
  void whatIsNoOrdinaryFileOrTooLargeIsLeftAlone() throws IOException {
    WasmModule module = module(I64_DIV_U);
    run(module);
    Path name = onlyFile();
    byte[] whole = Files.readAllBytes(name);
    var small = new CodeCache(directory, whole.length - 1);
    String unit = Compiler.units(module, "x/", false).units().get(0);
    assertEquals(Optional.empty(), entry(small, module).find(unit));
    assertArrayEquals(whole, Files.readAllBytes(name));
    Files.delete(name);
    Files.createDirectory(name);
    assertEquals(5, run(module));
    assertTrue(Files.isDirectory(name));
    Files.delete(name);
    Path elsewhere = Files.write(directory.resolve("elsewhere"), whole);
    Files.createSymbolicLink(name, elsewhere);
    assertEquals(5, run(module));
    assertArrayEquals(whole, Files.readAllBytes(elsewhere));
  }

  @Test
  void whateverIsKnownOfTheClassesIsLoadedToo() throws IOException {
    var snippets = new Snippets();
    for (int i = 0; i < 400; i++) {
      snippets.body(1, Snippets.sumOfMillions(1 + i));
    }
    snippets.body(1, Snippets.sumOfMillions(30_000));
    WasmModule module = snippets.module();
    UnitSource source = Compiler.units(module, "x/", false);
    assertTrue(source.units().size() > 4, "one group only");
    CacheEntry written = entry(new CodeCache(directory, ROOMY), module);
    source.units().forEach(unit -> written.keep(unit, source.emit(unit)));
    onlyFile();
    CacheEntry read = entry(new CodeCache(directory, ROOMY), module);
    for (String unit : source.units()) {
      GeneratedUnit generated = source.emit(unit);
      GeneratedUnit found = read.find(unit).orElseThrow();
      assertEquals(generated.classes().keySet(), found.classes().keySet());
      generated
          .classes()
          .forEach((name, bytes) -> assertArrayEquals(bytes, found.classes().get(name), name));
      generated
          .lines()
          .forEach((name, lines) -> assertArrayEquals(lines, found.lines().get(name), name));
    }
  }

  @Test
  void theKeyTellsModulesAndObservedCodeApart() {
    WasmModule module = module(I64_DIV_U);
    String key = CompiledModules.key(module, false);
    assertEquals(key, CompiledModules.key(module(I64_DIV_U), false));
    assertNotEquals(key, CompiledModules.key(module(I64_REM_U), false));
    assertNotEquals(key, CompiledModules.key(module, true));
    assertTrue(key.contains("java " + Runtime.version().feature()), key);
    assertTrue(key.contains("compiler " + Compiler.VERSION), key);
  }

  private static GeneratedUnit unit(byte[] content) {
    return new GeneratedUnit(Map.of("name", content), Map.of("name", new int[] {1, 2}));
  }

  @Test
  void theEntriesUsedLongestAgoGoWhenTheBoundIsReached() throws IOException {
    var cache = new CodeCache(directory, 3500);
    for (String key : List.of("a", "b", "c")) {
      cache.entry(key).keep("unit", unit(new byte[1000]));
      Path newest = newest();
      // Three hours, two hours and one hour ago.
      Files.setLastModifiedTime(
          newest, FileTime.from(Instant.now().minusSeconds(3600L * ('d' - key.charAt(0)))));
    }
    assertTrue(cache.entry("a").find("unit").isPresent(), "now it has been used last");
    cache.entry("d").keep("unit", unit(new byte[1000]));
    assertFalse(cache.entry("b").find("unit").isPresent());
    for (String key : List.of("a", "c", "d")) {
      assertTrue(cache.entry(key).find("unit").isPresent(), key);
    }
  }

  @Test
  void directoriesInTheCacheAreLeftAloneWhenTheBoundIsReached() throws IOException {
    Path foreign = Files.createDirectories(directory.resolve("foreign/full"));
    Files.setLastModifiedTime(foreign.getParent(), FileTime.fromMillis(0));
    var cache = new CodeCache(directory, 1500);
    cache.entry("a").keep("unit", unit(new byte[1000]));
    cache.entry("b").keep("unit", unit(new byte[1000]));
    try (Stream<Path> all = Files.list(directory)) {
      assertEquals(1, all.filter(Files::isRegularFile).count(), "the older one is gone");
    }
    assertTrue(Files.isDirectory(foreign));
  }

  private Path newest() throws IOException {
    Path newest = files().get(0);
    for (Path file : files()) {
      if (Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(newest)) > 0) {
        newest = file;
      }
    }
    return newest;
  }

  @Test
  void writersAndReadersAtOnceSeeWholeUnitsOnly() throws Exception {
    byte[] content = new byte[10_000];
    Arrays.fill(content, (byte) 7);
    var cache = new CodeCache(directory, ROOMY);
    Hammer.strike(
        4,
        thread -> {
          for (int i = 0; i < 20; i++) {
            String name = "unit" + thread + "." + i;
            cache.entry("key").keep(name, unit(content));
            GeneratedUnit read = cache.entry("key").find(name).orElseThrow();
            assertArrayEquals(content, read.classes().get("name"));
          }
        });
    onlyFile();
  }

  @Test
  void aDirectoryThatVanishesIsNoFailure() throws IOException {
    CacheEntry entry = new CodeCache(directory.resolve("gone"), ROOMY).entry("key");
    entry.keep("unit", unit(new byte[10]));
    assertEquals(Optional.empty(), entry.find("unit"));
  }

  @Test
  void theUsersDirectoryIsMadePrivate() throws IOException {
    assumePosix();
    var notices = new ArrayList<String>();
    Path found =
        CacheDirectory.find(Map.of("HOME", directory.toString()), notices::add).orElseThrow();
    assertEquals(directory.resolve(".cache/wasm-run"), found);
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(found)));
    assertEquals(
        Optional.of(directory.resolve("wasm-run")),
        CacheDirectory.find(
            Map.of("HOME", "/nowhere", "XDG_CACHE_HOME", directory.toString()), notices::add));
    assertEquals(List.of(), notices);
  }

  @Test
  void aDirectoryThatOthersCanWriteToIsNotUsed() throws IOException {
    assumePosix();
    for (String permissions : List.of("rwxrwx---", "rwxr-xrwx")) {
      Path caches = Files.createTempDirectory(directory, "caches");
      Path ours = Files.createDirectory(caches.resolve("wasm-run"));
      Files.setPosixFilePermissions(ours, PosixFilePermissions.fromString(permissions));
      assertRefused(caches);
    }
  }

  @Test
  void aLinkToADirectoryIsNotUsed() throws IOException {
    assumePosix();
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Path caches = Files.createDirectory(directory.resolve("caches"));
    Files.createSymbolicLink(caches.resolve("wasm-run"), elsewhere);
    assertRefused(caches);
  }

  private static void assertRefused(Path caches) {
    var notices = new ArrayList<String>();
    assertEquals(
        Optional.empty(),
        CacheDirectory.find(Map.of("XDG_CACHE_HOME", caches.toString()), notices::add));
    assertEquals(1, notices.size(), notices.toString());
    assertTrue(notices.get(0).contains(caches.resolve("wasm-run").toString()), notices.get(0));
  }

  private static void assumePosix() {
    assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
  }
}
