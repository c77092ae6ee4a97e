package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program is told what its standard streams are: terminals, files, pipes or devices. */
@Timeout(120)
final class StreamKindsTest {
  private static final String PROGRAM =
      Path.of("src/test/resources/fixtures/pthreads-streams.wasm").toString();

  @TempDir Path directory;

  @BeforeEach
  void onlyWhereTheSystemTells() {
    assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")));
  }

  @Test
  void filesArePassedThroughAndHaveTheirSize() throws Exception {
    Path in = Files.writeString(directory.resolve("in"), "twelve bytes");
    Path out = directory.resolve("out");
    var builder = new ProcessBuilder().redirectInput(in.toFile()).redirectOutput(out.toFile());
    Process process = ChildProcess.start(builder, List.of(PROGRAM));
    assertEquals(
        """
        0: file, no terminal, 12 bytes
        1: file, no terminal, 0 bytes
        2: pipe, no terminal, 0 bytes
        """,
        textOf(process));
  }

  @Test
  void pipesAndDevicesAreNoTerminals() throws Exception {
    var none = Path.of("/dev/null").toFile();
    var builder = new ProcessBuilder().redirectErrorStream(false).redirectOutput(none);
    Process process = ChildProcess.start(builder, List.of(PROGRAM));
    assertEquals(
        """
        0: pipe, no terminal, 0 bytes
        1: device, no terminal, 0 bytes
        2: pipe, no terminal, 0 bytes
        """,
        textOf(process));
  }

  private static String textOf(Process process) throws IOException, InterruptedException {
    String text = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, ChildProcess.exitCode(process), text);
    return text;
  }

  @Test
  void aTerminalIsOne() throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java");
    String command =
        "'%s' -cp '%s' %s '%s' 1"
            .formatted(java, System.getProperty("java.class.path"), Main.class.getName(), PROGRAM);
    Process process;
    try {
      process = new ProcessBuilder("script", "-qec", command, "/dev/null").start();
    } catch (IOException e) {
      assumeTrue(false, "there is no script");
      return;
    }
    process.getOutputStream().close();
    String shown = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String lines =
        shown.replace("\r", "").lines().filter(line -> line.matches("\\d: .*")).toList().toString();
    assertEquals(
        "[0: device, terminal, 0 bytes, 1: device, terminal, 0 bytes, 2: device, terminal, 0 bytes]",
        lines,
        shown);
  }
}
