package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.module.GuestModule;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Modules out of standard input, and in the text format. */
@Timeout(120)
@DisabledOnOs(OS.WINDOWS)
final class ModuleArgumentTest {
  private static final Path ADD = Path.of("wasm-src/wat/add.wat");

  private final InputStream input = System.in;

  @TempDir private Path directory;

  @BeforeEach
  @AfterEach
  void restore() {
    System.setIn(input);
  }

  @Test
  void aMinusIsStandardInput() {
    System.setIn(new ByteArrayInputStream(Fixtures.bytes("traps")));
    Ended ended = Ended.run("inspect", "-");
    assertEquals(0, ended.code(), ended::toString);
    assertEquals("module      stdin", ended.out().lines().findFirst().orElseThrow());
    System.setIn(new ByteArrayInputStream(Fixtures.bytes("traps")));
    Ended trapped = Ended.run("-", "--invoke", "unreachable", "--threads", "2");
    assertEquals(ExitCode.TRAPPED.code(), trapped.code());
    assertEquals(
        "wasm-run: stdin trapped: unreachable instruction executed", trapped.errLines().get(0));
  }

  @Test
  void anEmptyInputIsNoModule() {
    System.setIn(InputStream.nullInputStream());
    Ended.run("-")
        .assertFails(ExitCode.CANNOT_RUN, "wasm-run: cannot load stdin: the file is empty");
  }

  @Test
  void textIsAssembled() throws IOException {
    requireAssembler();
    Ended.run(ADD.toString(), "--invoke", "add", "2", "3").assertPrints("5\n");
    System.setIn(new ByteArrayInputStream(Files.readAllBytes(ADD)));
    Ended.run("-", "--invoke", "add", "2", "3").assertPrints("5\n");
    assertEquals("add.wat", GuestModule.load(ADD.toString()).name());
  }

  @Test
  void aMistakeInTheTextIsToldWithItsPlace() throws IOException {
    requireAssembler();
    Path wrong = Files.writeString(directory.resolve("wrong.wat"), "(module\n  (funk))\n");
    Ended ended = Ended.run(wrong.toString());
    assertEquals(ExitCode.CANNOT_RUN.code(), ended.code());
    assertEquals(1, ended.errLines().size(), ended::toString);
    String start = "wasm-run: cannot assemble wrong.wat:2:4: error: unexpected token \"funk\"";
    assertEquals(start, ended.err().substring(0, start.length()));
  }

  @Test
  void whereThereIsNoAssemblerTheErrorSaysSo() throws Exception {
    var builder = new ProcessBuilder();
    builder.environment().put("PATH", directory.toString());
    Process process = ChildProcess.start(builder, List.of(ADD.toString()));
    assertEquals(ExitCode.CANNOT_RUN.code(), ChildProcess.exitCode(process));
    assertEquals(
        "wasm-run: cannot assemble add.wat: wat2wasm is not installed; install wabt, or give a .wasm file\n",
        new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
  }

  private static void requireAssembler() {
    try {
      assumeTrue(
          ChildProcess.exitCode(new ProcessBuilder("wat2wasm", "--version").start()) == 0,
          "wat2wasm does not work");
    } catch (IOException | InterruptedException e) {
      assumeTrue(false, "no wat2wasm here: " + e);
    }
  }
}
