package dev.wasmrun.cli;

import static dev.wasmrun.cli.ChildProcess.exitCode;
import static dev.wasmrun.cli.ChildProcess.signal;
import static dev.wasmrun.cli.Ended.fixture;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wasmrun.trace.Timeline;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What only a process of its own can show: signals, and a standard output that is gone. */
@Timeout(120)
@DisabledOnOs(OS.WINDOWS)
final class ProcessTest {
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void leaveNoneRunning() {
    processes.forEach(Process::destroyForcibly);
  }

  @ParameterizedTest
  @ValueSource(strings = {"compiler", "interpreter"})
  void ctrlCEndsTheRunAndSaysSo(String engine) throws Exception {
    Process process = start(fixture("print-then-loop"), "--threads", "2", "--engine", engine);
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      assertEquals("running", out.readLine());
      assertEquals("running", out.readLine());
      signal(process, "INT");
      assertEquals(ExitCode.INTERRUPTED.code(), exitCode(process));
      assertEquals(null, out.readLine());
    }
    assertEquals("wasm-run: print-then-loop.wasm was interrupted\n", err(process));
  }

  @Test
  void ctrlCLeavesATraceThatIsWhole(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("trace.json");
    Process process =
        start(fixture("print-then-loop"), "--threads", "2", "--trace", file.toString());
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      assertEquals("running", out.readLine());
      assertEquals("running", out.readLine());
      signal(process, "INT");
      assertEquals(ExitCode.INTERRUPTED.code(), exitCode(process));
    }
    Timeline timeline = Timeline.read(Files.readAllBytes(file));
    assertEquals("interrupted", timeline.about("outcome"));
    assertEquals(3, timeline.named("run").size());
  }

  @Test
  void theProgressBarIsSeenAsItIsDrawn() throws Exception {
    Process process =
        ChildProcess.start(
            new ProcessBuilder(),
            List.of("-Dwasmrun.stderr.size=24 60"), // as the launcher says
            List.of("happycoin.wasm", "200000000", "--timeout", "5s"));
    processes.add(process);
    var seen = new byte[4096]; // many bars
    int length = process.getErrorStream().read(seen);
    String first = new String(seen, 0, Math.max(length, 0), StandardCharsets.UTF_8);
    assertTrue(first.startsWith("\r\033[Khappycoin   0%"), first);
    assertTrue(length < 400, () -> "came late, with many others: " + length + " bytes");
  }

  @ParameterizedTest
  @CsvSource({"24 60, '', true", "24 60, 1, false", "'', '', false"})
  void errorsAreInColourOnATerminalUnlessTheEnvironmentSaysNo(
      String terminal, String noColor, boolean colored) throws Exception {
    var builder = new ProcessBuilder();
    builder.environment().put("NO_COLOR", noColor);
    Process process =
        ChildProcess.start(
            builder,
            List.of("-Dwasmrun.stderr.size=" + terminal),
            List.of(fixture("traps"), "--invoke", "unreachable"));
    processes.add(process);
    assertEquals(colored, err(process).contains("\033[1;31mtraps.wasm trapped"));
  }

  @Test
  void aReaderThatLeavesEndsTheRunQuietly() throws Exception {
    Process process = start(fixture("emits"), "0", "--threads", "2"); // emits without end
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      assertEquals("0", out.readLine());
    }
    assertEquals(ExitCode.OUTPUT_CLOSED.code(), exitCode(process));
    assertEquals("", err(process));
  }

  @Test
  void aFullDiskIsToldAndNotTakenForSuccess() throws Exception {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.isWritable(full), "no /dev/full here");
    Process process =
        start(
            new ProcessBuilder().redirectOutput(full.toFile()),
            "add.wasm",
            "--invoke",
            "add",
            "2",
            "3");
    assertEquals(ExitCode.CANNOT_RUN.code(), exitCode(process));
    String said = err(process);
    assertTrue(said.startsWith("wasm-run: cannot write results: "), said);
    assertEquals(1, said.lines().count(), said);
  }

  @Test
  void processesThatCompileOneModuleAtOnceLeaveOneEntryThatWorks(@TempDir Path caches)
      throws Exception {
    var compiling = new ArrayList<Process>();
    for (int i = 0; i < 2; i++) {
      compiling.add(start(withCache(caches), "add.wasm", "--invoke", "add", "2", "3"));
    }
    for (Process process : compiling) {
      assertEquals(ExitCode.OK.code(), exitCode(process));
    }
    try (Stream<Path> entries = Files.list(caches.resolve("wasm-run"))) {
      assertEquals(1, entries.count());
    }
    Process restoring = start(withCache(caches), "add.wasm", "--invoke", "add", "2", "3");
    assertEquals(ExitCode.OK.code(), exitCode(restoring));
    assertEquals("5\n", new String(restoring.getInputStream().readAllBytes()));
  }

  @Test
  void withoutTheCacheNothingIsKept(@TempDir Path caches) throws Exception {
    Process process =
        start(withCache(caches), "add.wasm", "--invoke", "add", "2", "3", "--no-cache");
    assertEquals(ExitCode.OK.code(), exitCode(process));
    assertFalse(Files.exists(caches.resolve("wasm-run")));
  }

  private static ProcessBuilder withCache(Path caches) {
    var builder = new ProcessBuilder();
    builder.environment().put("XDG_CACHE_HOME", caches.toString());
    return builder;
  }

  private Process start(String... args) throws IOException {
    return start(new ProcessBuilder(), args);
  }

  private Process start(ProcessBuilder builder, String... args) throws IOException {
    Process process = ChildProcess.start(builder, List.of(args));
    processes.add(process);
    return process;
  }

  private static String err(Process process) throws IOException {
    return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
