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
import dev.wasmrun.compiler.Compiler;
import dev.wasmrun.compiler.Execution;
import dev.wasmrun.compiler.emit.GeneratedClasses;
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

  private static long run(WasmModule module, GeneratedClasses classes) {
    return Snippets.instance(module, wasm -> Execution.prepared(wasm, classes))
        .export("0")
        .apply(57)[0];
  }

  private GeneratedClasses load(WasmModule module) {
    return CompiledModules.load(module, false, Optional.of(new CodeCache(directory, ROOMY)))
        .generated();
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
    assertEquals(5, run(module, load(module)));
    // Something else under the key shows that the second load does not compile.
    WasmModule other = module(I64_REM_U);
    var cache = new CodeCache(directory, ROOMY);
    cache.write(
        CompiledModules.key(module, false),
        StoredClasses.store(CompiledModules.load(other, false, Optional.empty()).generated()));
    assertEquals(7, run(module, load(module)));
    onlyFile();
  }

  @Test
  void aDamagedEntryIsBuiltAnew() throws IOException {
    WasmModule module = module(I64_DIV_U);
    load(module);
    byte[] whole = Files.readAllBytes(onlyFile());
    List<UnaryOperator<byte[]>> damages =
        List.of(
            bytes -> flip(bytes, 0),
            bytes -> flip(bytes, bytes.length / 2),
            bytes -> flip(bytes, bytes.length - 1),
            bytes -> Arrays.copyOf(bytes, bytes.length - 1),
            bytes -> Arrays.copyOf(bytes, bytes.length + 1),
            bytes -> Arrays.copyOf(bytes, 31),
            bytes -> new byte[0]);
    for (UnaryOperator<byte[]> damage : damages) {
      Files.write(onlyFile(), damage.apply(whole.clone()));
      assertEquals(5, run(module, load(module)));
      assertArrayEquals(whole, Files.readAllBytes(onlyFile()));
    }
  }

  private static byte[] flip(byte[] bytes, int index) {
    bytes[index] ^= 1;
    return bytes;
  }

  @Test
  void anEntryUnderTheNameOfAnotherIsNotTaken() throws IOException {
    WasmModule division = module(I64_DIV_U);
    load(division);
    Path name = onlyFile();
    Files.delete(name);
    WasmModule remainder = module(I64_REM_U);
    load(remainder);
    Files.move(onlyFile(), name);
    assertEquals(5, run(division, load(division)));
  }

  @Test
  void whateverIsKnownOfTheClassesIsLoadedToo() throws IOException {
    var snippets = new Snippets();
    for (int i = 0; i < 400; i++) {
      snippets.body(1, Snippets.sumOfMillions(1 + i));
    }
    snippets.body(1, Snippets.sumOfMillions(30_000));
    WasmModule module = snippets.module();
    GeneratedClasses compiled = load(module);
    GeneratedClasses loaded = load(module);
    onlyFile();
    assertEquals(compiled.prefix(), loaded.prefix());
    assertTrue(compiled.firstFunctions().length > 2, "one group only");
    assertArrayEquals(compiled.firstFunctions(), loaded.firstFunctions());
    assertEquals(List.copyOf(compiled.classes().keySet()), List.copyOf(loaded.classes().keySet()));
    compiled
        .classes()
        .forEach((name, bytes) -> assertArrayEquals(bytes, loaded.classes().get(name), name));
    assertEquals(compiled.lines().keySet(), loaded.lines().keySet());
    compiled
        .lines()
        .forEach((name, lines) -> assertArrayEquals(lines, loaded.lines().get(name), name));
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

  @Test
  void theEntriesUsedLongestAgoGoWhenTheBoundIsReached() throws IOException {
    var cache = new CodeCache(directory, 3500);
    for (String key : List.of("a", "b", "c")) {
      cache.write(key, Map.of("name", new byte[1000]));
      Path newest = newest();
      // Three hours, two hours and one hour ago.
      Files.setLastModifiedTime(
          newest, FileTime.from(Instant.now().minusSeconds(3600L * ('d' - key.charAt(0)))));
    }
    assertTrue(cache.read("a").isPresent(), "now it has been used last");
    cache.write("d", Map.of("name", new byte[1000]));
    assertFalse(cache.read("b").isPresent());
    for (String key : List.of("a", "c", "d")) {
      assertTrue(cache.read(key).isPresent(), key);
    }
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
  void writersAndReadersAtOnceSeeWholeEntriesOnly() throws Exception {
    byte[] content = new byte[100_000];
    Arrays.fill(content, (byte) 7);
    Hammer.strike(
        4,
        thread -> {
          var cache = new CodeCache(directory, ROOMY);
          for (int i = 0; i < 50; i++) {
            cache.write("key", Map.of("name", content));
            Map<String, byte[]> read = cache.read("key").orElseThrow();
            assertArrayEquals(content, read.get("name"));
          }
        });
    onlyFile();
  }

  @Test
  void aDirectoryThatVanishesIsNoFailure() throws IOException {
    var cache = new CodeCache(directory.resolve("gone"), ROOMY);
    cache.write("key", Map.of("name", new byte[10]));
    assertEquals(Optional.empty(), cache.read("key"));
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
