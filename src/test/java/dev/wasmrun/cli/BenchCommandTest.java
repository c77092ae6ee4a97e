package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.wasmrun.parity.Parity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code bench}; no test here depends on how fast anything is. */
@Timeout(120)
final class BenchCommandTest {
  private static Ended quick(String... more) {
    var args = new ArrayList<>(List.of("bench", "--runs", "1", "--warm-ups", "0"));
    args.addAll(List.of(more));
    return Ended.run(args.toArray(String[]::new));
  }

  @Test
  void everyContenderHasALineForEveryNumberOfThreads() {
    Ended ended = quick("counter", "--args", "200", "--threads", "1,3", "--against", "java");
    assertEquals(0, ended.code(), ended.err());
    List<String> rows = ended.out().lines().filter(line -> line.startsWith("counter  ")).toList();
    assertEquals(
        List.of(
            "1  AssemblyScript, wasm-run ~",
            "1  C, wasm-run ~",
            "1  Java ~",
            "3  AssemblyScript, wasm-run ~",
            "3  C, wasm-run ~",
            "3  Java ~"),
        rows.stream().map(row -> row.substring(15, 44).strip()).toList());
    String verdict = ended.out().lines().filter(line -> !line.isEmpty()).reduce((a, b) -> b).get();
    assertTrue(
        verdict.matches(
            "counter: threads (do not )?pay(( at 50)?, two (from about \\d+ increments on|at no size tried))?: "
                + ".*, but it was still getting faster"),
        verdict);
  }

  @Test
  void theFileHasEveryMeasurement(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("bench.json");
    Ended ended =
        quick(
            "happycoin",
            "--args",
            "2000",
            "--threads",
            "2",
            "--against",
            "java",
            "--json",
            file.toString());
    assertEquals(0, ended.code(), ended.err());
    var measurements = (List<?>) JSON.std.mapFrom(Files.readString(file)).get("measurements");
    assertEquals(3, measurements.size());
    var first = (Map<?, ?>) measurements.get(0);
    assertEquals("happycoin", first.get("program"));
    assertEquals(2, first.get("threads"));
    assertEquals(1.0, first.get("ratio"));
    assertTrue(((Number) first.get("medianNanos")).doubleValue() > 0, first.toString());
  }

  @Test
  void nodeAndNativePrintWhatTheGuestsPrint() throws InterruptedException {
    assumeTrue(Parity.nodeIsInstalled(), "no Node here");
    Ended ended = quick("mutex", "--args", "100", "--threads", "2", "--against", "node,native");
    assertEquals(0, ended.code(), ended.err());
    assertTrue(ended.out().contains("AssemblyScript, Node"), ended.out());
    assertTrue(ended.out().contains("C, Node"), ended.out());
    assertTrue(
        ended.out().contains("C, native") || ended.err().contains("native is missing"),
        ended.out() + ended.err());
  }

  @Test
  void chicoryAsItComesPrintsWhatTheGuestsPrint() {
    // A counter, because nobody waits in it: Chicory's memory may lose a wake-up.
    Ended ended = quick("counter", "--args", "50", "--threads", "2", "--against", "chicory");
    assertEquals(0, ended.code(), ended.err());
    List<String> contenders =
        ended.out().lines().filter(line -> line.contains("Chicory ~")).toList();
    assertEquals(2, contenders.size(), ended.out());
    assertTrue(contenders.stream().noneMatch(line -> line.contains("failed")), ended.out());
  }

  @Test
  void processesHaveAColdStartAndAPeakOfMemory(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("bench.json");
    Ended ended =
        quick(
            "counter",
            "--args",
            "50",
            "--threads",
            "1,2",
            "--against",
            "java",
            "--processes",
            "--json",
            file.toString());
    assertEquals(0, ended.code(), ended.err());
    var processes = (List<?>) JSON.std.mapFrom(Files.readString(file)).get("processes");
    assertEquals(2, processes.size(), ended.out()); // Java alone is no process of its own
    var first = (Map<?, ?>) processes.get(0);
    assertEquals("AssemblyScript, wasm-run", first.get("contender"));
    assertTrue(((Number) first.get("medianNanos")).doubleValue() > 0, first.toString());
    if (Files.exists(Path.of("/proc/self/status"))) {
      assertTrue(((Number) first.get("peakBytesOnMost")).doubleValue() > 1e6, first.toString());
    }
    assertTrue(ended.out().contains("MiB on 2"), ended.out());
  }

  @Test
  void thePlotIsWhatItsNameSays(@TempDir Path directory) throws IOException {
    Path svg = directory.resolve("speed.svg");
    Path png = directory.resolve("speed.PNG");
    for (Path file : List.of(svg, png)) {
      Ended ended =
          quick(
              "counter",
              "--args",
              "50",
              "--threads",
              "1",
              "--against",
              "java",
              "--plot",
              file.toString());
      assertEquals(0, ended.code(), ended.err());
    }
    assertTrue(Files.readString(svg).contains("<svg"), "no SVG");
    byte[] head = Arrays.copyOf(Files.readAllBytes(png), 4);
    assertArrayEquals(new byte[] {(byte) 0x89, 'P', 'N', 'G'}, head);
  }

  @Test
  void aPlotThatCannotBeWrittenIsOneLine(@TempDir Path directory) {
    Path file = directory.resolve("missing").resolve("speed.svg");
    Ended ended =
        quick(
            "counter",
            "--args",
            "50",
            "--threads",
            "1",
            "--against",
            "java",
            "--plot",
            file.toString());
    assertEquals(ExitCode.CANNOT_RUN.code(), ended.code());
    assertEquals(1, ended.err().lines().count(), ended.err());
    assertTrue(ended.err().contains(file.toString()), ended.err());
  }

  @Test
  void wrongArgumentsAreUsageErrors() {
    Ended.run("bench", "--plot", "speed.jpg")
        .assertFails(
            ExitCode.USAGE, "wasm-run: --plot speed.jpg is neither a .png nor a .svg; try --help");
    Ended.run("bench", "--runs", "0")
        .assertFails(ExitCode.USAGE, "wasm-run: at least 1 run and 0 warm-ups: 0, 10; try --help");
    Ended.run("bench", "--threads", "0")
        .assertFails(ExitCode.USAGE, "wasm-run: threads are at least 1: [0]; try --help");
    assertEquals(ExitCode.USAGE.code(), Ended.run("bench", "no-such-program").code());
    assertEquals(ExitCode.USAGE.code(), Ended.run("bench", "--against", "rust").code());
  }

  @Test
  void aFailingProgramIsNamedWithItsReason() {
    Ended ended = quick("counter", "--args", "-1", "--threads", "1", "--against", "java");
    assertEquals(ExitCode.CANNOT_RUN.code(), ended.code(), ended.err());
    assertTrue(ended.err().contains("counter, C, wasm-run on 1 threads: "), ended.err());
    assertTrue(ended.err().contains("must not be negative"), ended.err());
  }
}
