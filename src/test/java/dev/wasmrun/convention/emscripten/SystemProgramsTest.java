package dev.wasmrun.convention.emscripten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.wasi.DirectoryGrant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What programs by {@code emcc -pthread} ask of a system: dates, signals, pipes, mapped files. */
@Timeout(120)
final class SystemProgramsTest {
  private static ProgramRun program(String name) {
    GuestModule module = Fixtures.module("pthreads-" + name);
    return ProgramRun.of(module);
  }

  private static void assertRuns(ProgramRun.Result result) {
    assertEquals(0, result.exitCode(), result::toString);
    assertTrue(result.out().endsWith("all as it should be\n"), result.out());
  }

  /** The files are what the same source prints when GCC compiles it, with glibc. */
  @ParameterizedTest
  @CsvSource({
    "COMPILER, UTC, utc",
    "COMPILER, Europe/Berlin, berlin",
    "INTERPRETER, 'CET-1CEST,M3.5.0,M10.5.0/3', berlin-posix",
    "COMPILER, America/New_York, new-york",
    "COMPILER, Australia/Sydney, sydney",
    "COMPILER, <+0330>-3:30, half-hour",
  })
  void datesAreThoseOfNativeCode(Engine engine, String zone, String expected) throws Exception {
    ProgramRun.Result result =
        program("calendar").on(engine).withEnvironment(Map.of("TZ", zone)).run();
    assertEquals(0, result.exitCode(), result::toString);
    assertEquals(
        Files.readString(Path.of("src/test/resources/calendar", expected + ".txt")), result.out());
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void signalsAreHandledOnTheRightThread(Engine engine) throws Exception {
    assertRuns(program("signals").on(engine).run());
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void devicesPipesAndMappedFilesAreThoseOfASystem(Engine engine, @TempDir Path directory)
      throws Exception {
    ProgramRun.Result result =
        program("system")
            .on(engine)
            .withDirectory(new DirectoryGrant(directory, "/data"))
            .withInput("input\n")
            .run();
    assertRuns(result);
    assertTrue(result.out().startsWith("through a device\n"), result.out());
    assertTrue(Files.readString(directory.resolve("file")).startsWith("Jolly World\n"));
  }

  @Test
  void withoutANetworkThereAreAddressesAndNoSockets() throws Exception {
    ProgramRun.Result result = program("network").run();
    assertEquals(0, result.exitCode(), result::toString);
    assertEquals(
        """
        127.0.0.1 80
        127.0.0.1 0
        10.1.2.3 65535
        2001:db8::1 443
        0.0.0.0 8080
        127.0.0.1 8080
        """,
        result.out());
    assertEquals("socket: Permission denied\n", result.err());
  }
}
