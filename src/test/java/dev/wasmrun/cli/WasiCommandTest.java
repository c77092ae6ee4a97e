package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modules that import WASI, from the command line. */
final class WasiCommandTest {
  @TempDir Path temporary;
  private Path command;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void write() throws IOException {
    command = Files.write(temporary.resolve("command.wasm"), Fixtures.bytes("wasi-command"));
    Files.createDirectory(temporary.resolve("granted"));
    Files.writeString(temporary.resolve("granted/hello"), "hello, world\n");
  }

  private int run(String... args) {
    out.reset();
    err.reset();
    return Main.run(
        new Console(
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8)),
        args);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aCommandGetsItsArgumentsAndVariables() {
    assertEquals(
        0, run(command.toString(), "e", "--env", "B=2", "two words", "--env=A=1=1", "--", "--dir"));
    assertEquals("command.wasm\0e\0two words\0--dir\0B=2\0A=1=1\0", out());
  }

  @Test
  void aVariableWithoutAValueIsInherited() {
    String path = System.getenv("PATH");
    assertEquals(0, run("--env", "PATH", command.toString(), "e"));
    assertEquals("command.wasm\0e\0PATH=" + path + "\0", out());
    assertEquals(2, run("--env", "NO_SUCH_VARIABLE_HERE", command.toString(), "e"));
    assertTrue(err().contains("NO_SUCH_VARIABLE_HERE is not set here"), err());
    assertEquals(2, run("--env", "=x", command.toString(), "e"));
    assertEquals("", out());
  }

  @Test
  void aCommandSeesNoFileUnlessGranted() {
    assertEquals(0, run(command.toString(), "f"));
    assertEquals("none\n", out());
    String granted = temporary.resolve("granted").toString();
    assertEquals(0, run(command.toString(), "f", "--dir", granted));
    assertEquals("hello, world\n", out());
    assertEquals(0, run("--dir", granted + "::/data", command.toString(), "f"));
    assertEquals("hello, world\n", out());
  }

  @Test
  void whatCannotBeGrantedIsAUsageError() {
    for (String wrong : List.of(temporary.resolve("none").toString(), command.toString(), "x::")) {
      assertEquals(2, run(command.toString(), "f", "--dir", wrong));
      assertEquals(1, err().lines().count(), err());
      assertTrue(err().contains(wrong), err());
    }
  }

  @Test
  void aCommandExitsWithItsCodeOrZero() {
    assertEquals(42, run(command.toString(), "x"));
    assertEquals(0, run(command.toString(), "r"));
    assertEquals(134, run(command.toString()));
    assertEquals("", out());
  }

  @Test
  void aCommandReadsTheInput() {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream("a\nb\n".repeat(100).getBytes(StandardCharsets.UTF_8)));
    try {
      assertEquals(0, run(command.toString(), "i"));
    } finally {
      System.setIn(before);
    }
    assertEquals("a\nb\n".repeat(100), out());
  }

  @Test
  void aCommandRunsOnOneThread() {
    assertEquals(2, run(command.toString(), "r", "--threads", "2"));
    assertTrue(err().contains("runs on one thread"), err());
    assertEquals(1, err().lines().count(), err());
  }

  @Test
  void outputIsPartOfTheJson() {
    assertEquals(42, run(command.toString(), "x", "--json"));
    assertTrue(out().contains("\"exitCode\" : 42"), out());
    String granted = temporary.resolve("granted").toString();
    assertEquals(0, run(command.toString(), "f", "--json", "--dir", granted));
    assertTrue(out().contains("\"output\" : \"hello, world\\n\""), out());
  }

  @Test
  void workersMayImportWasiToo() throws IOException {
    Path workers = Files.write(temporary.resolve("w.wasm"), Fixtures.bytes("wasi-workers"));
    assertEquals(0, run(workers.toString(), "--threads", "4"), err());
    List<String> lines = out().lines().sorted().toList();
    assertEquals(List.of("a".repeat(32), "b".repeat(32), "c".repeat(32), "d".repeat(32)), lines);
  }

  @Test
  void inspectFindsNothingToRefuse() {
    assertEquals(0, run("inspect", command.toString()));
    assertTrue(out().contains("refused     none"), out());
  }
}
