package dev.wasmrun.convention.emscripten;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wasmrun.Fixtures;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import dev.wasmrun.wasi.DirectoryGrant;
import dev.wasmrun.wasi.FileStatus;
import dev.wasmrun.wasi.FileType;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Structures that a program shares with its host lie where its library has them. */
final class LibraryAgeTest {
  @ParameterizedTest
  @CsvSource({
    "pthreads-files, NARROW_TIMES",
    "unthreaded-status, NARROW_TIMES",
    "padded-status, PADDED_STATUS",
    "todays-imports, TODAY",
  })
  void itIsReadFromWhatIsImported(String fixture, LibraryAge age) {
    assertEquals(age, LibraryAge.of(Fixtures.module(fixture)));
  }

  @Test
  void aProgramWithoutThreadsReadsTheStatusOfAFile(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("file"), "hello\n");
    ProgramRun.Result result =
        ProgramRun.of(Fixtures.module("unthreaded-status"))
            .withDirectory(new DirectoryGrant(directory, "."))
            .run("file");
    String status =
        ": mode 100644, 6 bytes, 1 blocks, read 1000, written 2000, links 1, an inode\n";
    assertEquals(
        "stat"
            + status
            + "fstat"
            + status
            + "lock: 0, asked for: 0, nobody else has one\n"
            + ".: a directory\n",
        result.out(),
        result::toString);
    assertEquals(0, result.exitCode());
  }

  @Test
  void aPaddedStatusHasTimesOf64Bits() {
    try (var memory = LinearMemory.create(new MemoryType(1, 1, true))) {
      long second = 1_000_000_000L;
      var status =
          new FileStatus(
              7,
              1L << 40,
              FileType.REGULAR_FILE,
              5_000_000_000L,
              1,
              2 * second + 3,
              5_000_000_000L * second);
      LibraryAge.PADDED_STATUS.stat().write(memory, 1024, status);
      assertEquals(7, memory.getInt(1024));
      assertEquals(0100644, memory.getInt(1024 + 12));
      assertEquals(5_000_000_000L, memory.getLong(1024 + 40));
      assertEquals(2, memory.getLong(1024 + 72));
      assertEquals(3, memory.getInt(1024 + 80));
      assertEquals(5_000_000_000L, memory.getLong(1024 + 88));
      assertEquals(1L << 40, memory.getLong(1024 + 104));
    }
  }
}
