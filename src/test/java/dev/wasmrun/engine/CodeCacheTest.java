package dev.wasmrun.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmrun.Hammer;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodeCacheTest {
  private static final Set<Rewrite> ALL = EnumSet.allOf(Rewrite.class);
  private static final int I64_DIV_U = 0x80;
  private static final int I64_REM_U = 0x82;
  private static final long ROOMY = 1 << 30;

  @TempDir private Path directory;

  private static WasmModule module(int opcode) {
    var snippets = new Snippets();
    snippets.operationWithConstant(opcode, Snippets.I64, 10);
    return snippets.module();
  }

  private static long run(WasmModule module, RewritingCollector collector) {
    Instance instance =
        Instance.builder(module).withMachineFactory(collector.machineFactory()).build();
    return instance.export("0").apply(57)[0];
  }

  private RewritingCollector load(WasmModule module) {
    var cache = new CodeCache(directory, ROOMY);
    return CompiledModules.load(
        module, ALL, false, CompiledModules.key(module, ALL), Optional.of(cache));
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
        CompiledModules.key(module, ALL),
        CompiledModules.load(other, ALL, false, "", Optional.empty()).classBytes());
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
  void functionsTooLargeForAMethodAreInterpretedAndKnownFromTheCacheToo() throws IOException {
    var snippets = new Snippets();
    snippets.body(1, 0x20, 0);
    snippets.body(1, Snippets.sumOfMillions(30_000));
    WasmModule module = snippets.module();
    for (int i = 0; i < 2; i++) {
      RewritingCollector collector = load(module);
      assertEquals(Set.of(1), collector.code().interpreted());
      Instance instance = Instance.builder(module).withMachineFactory(collector.code()).build();
      assertEquals((int) 30_000_000_007L, (int) instance.export("1").apply(7)[0]);
      onlyFile();
    }
  }

  @Test
  void theKeyTellsModulesAndRewritesApart() {
    WasmModule module = module(I64_DIV_U);
    String key = CompiledModules.key(module, ALL);
    assertEquals(key, CompiledModules.key(module(I64_DIV_U), ALL));
    assertNotEquals(key, CompiledModules.key(module(I64_REM_U), ALL));
    assertNotEquals(key, CompiledModules.key(module, EnumSet.of(Rewrite.FLOAT)));
    assertTrue(key.contains("java " + Runtime.version().feature()), key);
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
