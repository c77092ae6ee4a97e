package dev.wasmrun.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmrun.Hammer;
import dev.wasmrun.Snippets;
import dev.wasmrun.compiler.CompiledCode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever somebody makes of an entry of the cache, the module runs, and runs right. */
@Timeout(120)
final class CacheDamageTest {
  private static final int I64_DIV_U = 0x80;
  private static final int KEY = 32;
  private static final int FRAME = 8;
  private static final long BOUND = 256 << 20;

  @TempDir private Path directory;
  private WasmModule module;
  private Path file;
  private byte[] whole;

  @BeforeEach
  void storeOnce() throws IOException {
    var snippets = new Snippets();
    snippets.operationWithConstant(I64_DIV_U, Snippets.I64, 10);
    module = snippets.module();
    runsRight();
    try (var files = Files.list(directory)) {
      file = files.findFirst().orElseThrow();
    }
    whole = Files.readAllBytes(file);
  }

  private void runsRight() {
    CompiledCode code = CompiledModules.load(module, false, new CodeCache(directory, BOUND));
    long result =
        Snippets.instance(
                module,
                wasm ->
                    builder ->
                        builder.withMachineFactory(code::machine).withGlobalFactory(code.globals()))
            .export("0")
            .apply(57)[0];
    assertEquals(5, result);
  }

  private void runsRightWith(byte[] damaged) throws IOException {
    Files.write(file, damaged);
    runsRight();
  }

  private void isRepaired() throws IOException {
    runsRight();
    assertArrayEquals(whole, Files.readAllBytes(file));
  }

  @Test
  void anEntryThatIsCutAnywhereIsRepaired() throws IOException {
    for (int length = 0; length < whole.length; length += Math.max(1, whole.length / 100)) {
      runsRightWith(Arrays.copyOf(whole, length));
      assertArrayEquals(whole, Files.readAllBytes(file), "cut to " + length);
    }
  }

  @Test
  void aBitThatIsFlippedAnywhereIsRepaired() throws IOException {
    var random = new Random(1);
    for (int round = 0; round < 200; round++) {
      byte[] damaged = whole.clone();
      int bit = round < 8 * Integer.BYTES ? KEY * 8 + round : random.nextInt(whole.length * 8);
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      runsRightWith(damaged);
      assertArrayEquals(whole, Files.readAllBytes(file), "bit " + bit);
    }
  }

  @Test
  void bytesAtRandomAreNoEntry() throws IOException {
    var random = new Random(2);
    for (int round = 0; round < 100; round++) {
      byte[] noise = new byte[random.nextInt(3 * whole.length)];
      random.nextBytes(noise);
      boolean rightKey = round % 2 == 0 && noise.length >= KEY;
      System.arraycopy(whole, 0, noise, 0, rightKey ? KEY : 0);
      runsRightWith(noise);
      isRepaired();
    }
  }

  @Test
  void aDigestOfSomethingElseIsAMiss() throws IOException {
    byte[] other = whole.clone();
    Arrays.fill(other, 0, KEY, (byte) 0);
    runsRightWith(other);
    isRepaired();
  }

  /** Lengths that are negative, or larger than what follows, or than memory, and right sums. */
  @Test
  void whatIsNoUnitIsAMissThoughItsSumIsRight() throws IOException {
    byte[] unit = Arrays.copyOfRange(whole, KEY + Integer.BYTES, whole.length - Integer.BYTES);
    int nameEnd = Short.BYTES + ByteBuffer.wrap(unit).getShort();
    for (int claimed : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, unit.length}) {
      byte[] lying = unit.clone();
      ByteBuffer.wrap(lying).putInt(nameEnd, claimed);
      runsRightWith(entry(lying));
      byte[] shorter = Arrays.copyOf(unit, nameEnd + Integer.BYTES + 1);
      runsRightWith(entry(shorter));
      byte[] wrongLength = whole.clone();
      ByteBuffer.wrap(wrongLength).putInt(KEY, claimed);
      runsRightWith(wrongLength);
    }
    runsRightWith(entry(new byte[0]));
  }

  private byte[] entry(byte[] unit) {
    var crc = new CRC32();
    crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(unit.length).flip());
    crc.update(unit);
    return ByteBuffer.allocate(KEY + FRAME + unit.length)
        .put(whole, 0, KEY)
        .putInt(unit.length)
        .put(unit)
        .putInt((int) crc.getValue())
        .array();
  }

  @Test
  void anEntryWithAHugeHoleIsRepaired() throws IOException {
    try (var hole = new RandomAccessFile(file.toFile(), "rw")) {
      hole.setLength(BOUND);
    }
    runsRight();
    assertEquals(whole.length, Files.size(file));
    try (var hole = new RandomAccessFile(file.toFile(), "rw")) {
      hole.setLength(KEY);
      hole.seek(KEY);
      hole.writeInt((int) (BOUND - KEY - FRAME));
      hole.setLength(BOUND);
    }
    isRepaired();
    try (var hole = new RandomAccessFile(file.toFile(), "rw")) {
      hole.setLength(16L << 30);
    }
    runsRight();
    assertEquals(16L << 30, Files.size(file), "left alone");
  }

  @Test
  void whatIsNoOrdinaryFileIsAMissAndStays() throws Exception {
    Path elsewhere = Files.write(directory.resolve("elsewhere"), whole);
    for (Path target :
        List.of(elsewhere, Path.of("/dev/zero"), directory.resolve("none"), file, directory)) {
      Files.deleteIfExists(file);
      Files.createSymbolicLink(file, target);
      runsRight();
      assertTrue(Files.isSymbolicLink(file), target.toString());
    }
    assertArrayEquals(whole, Files.readAllBytes(elsewhere));
    Files.delete(file);
    assumeTrue(new ProcessBuilder("mkfifo", file.toString()).start().waitFor() == 0);
    runsRight();
    assertTrue(Files.exists(file, LinkOption.NOFOLLOW_LINKS));
    Files.delete(file);
    Files.createDirectory(file);
    runsRight();
    assertTrue(Files.isDirectory(file));
  }

  @Test
  void whoWritesNonsenseMeanwhileIsIgnored() throws Exception {
    var running = new AtomicInteger(2);
    Hammer.Work user =
        thread -> {
          try {
            for (int i = 0; i < 100; i++) {
              runsRight();
            }
          } finally {
            running.decrementAndGet();
          }
        };
    Hammer.strike(
        user,
        user,
        thread -> {
          var random = new Random(3);
          while (running.get() > 0) {
            byte[] damaged = Arrays.copyOf(whole, random.nextInt(whole.length + 100));
            random
                .ints(3, 0, damaged.length + 1)
                .filter(at -> at < damaged.length)
                .forEach(at -> damaged[at] ^= 1);
            Files.write(file, damaged);
          }
        });
    runsRight();
    isRepaired();
  }
}
