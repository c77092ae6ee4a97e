package dev.wasmrun.cli;

import static dev.wasmrun.cli.ChildProcess.exitCode;
import static dev.wasmrun.cli.ChildProcess.signal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.wasmrun.ModuleBytes;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guests that would go on for ever, with much memory, deep stacks or many threads, are ended. */
@Timeout(180)
@DisabledOnOs(OS.WINDOWS)
final class HostileRunsTest {
  private static final int I32 = 0x7F;
  private static final int I64 = 0x7E;
  private static final int GIB = 1 << 30;

  @TempDir private Path directory;

  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void leaveNoneRunning() {
    processes.forEach(Process::destroyForcibly);
  }

  private static ModuleBytes bytes(int... bytes) {
    return ModuleBytes.empty().bytes(bytes);
  }

  private static ModuleBytes name(String text) {
    return ModuleBytes.empty().unsigned(text.length()).append(text(text));
  }

  private static ModuleBytes text(String text) {
    return bytes(text.chars().toArray());
  }

  /**
   * A module that imports a shared memory of so many pages, emit, and thread-spawn if it spawns.
   * Its types are 0 for (i32) -> (i32), 1 for (i64), 2 for none, and 3 for (i32, i32).
   */
  private static ModuleBytes module(int pages, boolean spawns, ModuleBytes functions) {
    var imports =
        bytes(2)
            .append(name("env"))
            .append(name("memory"))
            .bytes(2, 3)
            .unsigned(pages)
            .unsigned(pages)
            .append(name(spawns ? "wasi" : "host"))
            .append(name(spawns ? "thread-spawn" : "emit"))
            .bytes(0, spawns ? 0 : 1);
    return ModuleBytes.header()
        .section(
            1,
            bytes(4, 0x60, 1, I32, 1, I32)
                .bytes(0x60, 1, I64, 0)
                .bytes(0x60, 0, 0)
                .bytes(0x60, 2, I32, I32, 0))
        .section(2, imports)
        .append(functions);
  }

  /** Sections with one function, which is exported; its index is 1. */
  private static ModuleBytes function(int type, String name, ModuleBytes code) {
    return ModuleBytes.empty()
        .section(3, bytes(1, type))
        .section(7, bytes(1).append(name(name)).bytes(0, 1))
        .section(10, bytes(1).sized(bytes(0).append(code).bytes(0x0B)));
  }

  private Process start(ModuleBytes module, List<String> options) throws Exception {
    Path file = directory.resolve("hostile.wasm");
    Files.write(file, module.toArray());
    var arguments = new ArrayList<>(List.of(file.toString(), "--no-cache"));
    arguments.addAll(options);
    Process process = ChildProcess.start(new ProcessBuilder(), List.of("-Xmx1g"), arguments);
    processes.add(process);
    return process;
  }

  private static String firstLine(Process process) throws Exception {
    try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
      return err.readLine();
    }
  }

  /** Says that it runs, and then fills a GiB again and again. */
  private static ModuleBytes filling() {
    var fill =
        bytes(0x42, 7, 0x10, 0, 0x03, 0x40, 0x41, 0, 0x41, 1, 0x41)
            .signed(GIB, 1)
            .bytes(0xFC, 11, 0, 0x0C, 0, 0x0B);
    return module(GIB >> 16, false, function(2, "f", fill));
  }

  @ParameterizedTest
  @ValueSource(strings = {"compiler", "interpreter"})
  void fillsOfMuchMemoryEndAtTheTimeLimit(String engine) throws Exception {
    Process process =
        start(
            filling(),
            List.of(
                "--invoke",
                "f",
                "--threads",
                "8",
                "--timeout",
                "3s",
                "--quiet",
                "--engine",
                engine));
    assertEquals(ExitCode.TIMED_OUT.code(), exitCode(process));
    String said = firstLine(process);
    assertTrue(said.contains(" after 3s; --timeout sets the limit"), said);
  }

  @Test
  void fillsOfMuchMemoryEndAtCtrlC() throws Exception {
    Process process = start(filling(), List.of("--invoke", "f", "--threads", "8"));
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      assertEquals("7", out.readLine());
      signal(process, "INT");
      assertEquals(ExitCode.INTERRUPTED.code(), exitCode(process));
    }
    assertEquals("wasm-run: hostile.wasm was interrupted", firstLine(process));
  }

  @ParameterizedTest
  @ValueSource(strings = {"compiler", "interpreter"})
  void deepRecursionsEndAtTheTimeLimit(String engine) throws Exception {
    // f(n) is f(n - 1), and f(0) runs on for ever.
    var code =
        bytes(0x20, 0, 0x04, I32, 0x20, 0, 0x41, 1, 0x6B, 0x10, 1, 0x05)
            .bytes(0x03, 0x40, 0x0C, 0, 0x0B, 0x00, 0x0B);
    Process process =
        start(
            module(1, false, function(0, "f", code)),
            List.of(
                "1000000",
                "--invoke",
                "f",
                "--threads",
                "4",
                "--stack",
                "1GiB",
                "--timeout",
                "2s",
                "--engine",
                engine));
    assertEquals(ExitCode.TIMED_OUT.code(), exitCode(process), () -> "not the limit");
  }

  @Test
  void manyThreadsThatWaitForNobodyAreDeadlocked() throws Exception {
    var code = bytes(0x41, 0, 0x41, 0, 0x42, 0x7F, 0xFE, 0x01, 2, 0, 0x1A);
    Process process =
        start(
            module(1, false, function(2, "f", code)),
            List.of("--invoke", "f", "--threads", "2000", "--max-threads", "3000"));
    String said = firstLine(process);
    assertEquals(ExitCode.DEADLOCK.code(), exitCode(process));
    assertTrue(said.contains("all its 2001 threads wait"), said);
  }

  @Test
  void manyThreadsThatAreStartedEndAtTheTimeLimit() throws Exception {
    var wait = bytes(0x41, 0, 0x41, 0, 0x42, 0x7F, 0xFE, 0x01, 2, 0, 0x1A);
    var spawn = bytes(0x03, 0x40, 0x41, 0, 0x10, 0, 0x1A, 0x0C, 0, 0x0B);
    var functions =
        ModuleBytes.empty()
            .section(3, bytes(2, 3, 2))
            .section(
                7,
                bytes(3)
                    .append(name("memory"))
                    .bytes(2, 0)
                    .append(name("wasi_thread_start"))
                    .bytes(0, 1)
                    .append(name("_start"))
                    .bytes(0, 2))
            .section(
                10,
                bytes(2)
                    .sized(bytes(0).append(wait).bytes(0x0B))
                    .sized(bytes(0).append(spawn).bytes(0x0B)));
    Process process =
        start(module(1, true, functions), List.of("--max-threads", "8000", "--timeout", "3s"));
    String said = firstLine(process);
    assertEquals(ExitCode.TIMED_OUT.code(), exitCode(process), said);
    assertTrue(said.contains("was still running after 3s"), said);
  }

  @Test
  void aModuleThatNeverArrivesEndsAtTheTimeLimit() throws Exception {
    Process process = ChildProcess.start(new ProcessBuilder(), List.of("-", "--timeout", "1s"));
    processes.add(process); // whose standard input stays open
    assertEquals(ExitCode.TIMED_OUT.code(), exitCode(process));
    assertEquals(
        "wasm-run: stdin was still being read after 1s; --timeout sets the limit",
        firstLine(process));
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "check"})
  void aModuleThatNeverArrivesIsAnObjectInJson(String command) throws Exception {
    Process process =
        ChildProcess.start(
            new ProcessBuilder(), List.of(command, "-", "--json", "--timeout", "1s"));
    processes.add(process); // whose standard input stays open
    Map<String, Object> object =
        JSON.std.mapFrom(
            new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    assertEquals(ExitCode.TIMED_OUT.code(), exitCode(process));
    assertEquals("timeout", object.get("outcome"));
    assertEquals(ExitCode.TIMED_OUT.code(), object.get("exitCode"));
    assertEquals(List.of(), object.get("results"));
  }

  @Test
  void aModuleThatNeverArrivesEndsAtCtrlC() throws Exception {
    Process process = ChildProcess.start(new ProcessBuilder(), List.of("-"));
    processes.add(process);
    // It takes bytes, and so is reading, once a pipe's room for 64 KiB and more has been written.
    process.getOutputStream().write(ModuleBytes.header().append(zeros(1 << 20)).toArray());
    process.getOutputStream().flush();
    signal(process, "INT");
    assertEquals(ExitCode.INTERRUPTED.code(), exitCode(process));
    assertEquals("wasm-run: stdin was interrupted", firstLine(process));
  }

  private static ModuleBytes zeros(int count) {
    return ModuleBytes.empty().bytes(new int[count]);
  }
}
