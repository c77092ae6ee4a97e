package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code bench --interrupts}; no test here depends on how soon an interrupt ends. */
@Timeout(120)
final class BenchInterruptsTest {
  private static final List<String> KINDS =
      List.of(
          "a loop over memory",
          "an empty loop",
          "a counting loop in an endless one",
          "a recursion");

  private static Ended quick(String... more) {
    var args = new ArrayList<>(List.of("bench", "--interrupts"));
    args.addAll(List.of("--runs", "2", "--warm-ups", "1"));
    args.addAll(List.of(more));
    return Ended.run(args.toArray(String[]::new));
  }

  @Test
  void everyKindOfCodeIsEndedAndHasALine() {
    Ended ended = quick();
    assertEquals(0, ended.code(), ended.err());
    assertEquals("", ended.err());
    List<String> lines = ended.out().lines().toList();
    assertTrue(lines.get(0).matches("guest code +warm-ups +runs +median +longest"), lines.get(0));
    for (int i = 0; i < KINDS.size(); i++) {
      String line = lines.get(i + 1);
      assertTrue(line.matches(KINDS.get(i) + " +1 +2( +\\d+\\.\\d{3}){2}"), line);
    }
    assertEquals(1 + KINDS.size(), lines.size());
  }

  @Test
  void theFileHasEveryKindOfCode(@TempDir Path directory) throws IOException {
    Path json = directory.resolve("interrupts.json");
    assertEquals(0, quick("--json", json.toString()).code());
    var interrupts = (List<?>) JSON.std.mapFrom(Files.readString(json)).get("interrupts");
    assertEquals(
        KINDS, interrupts.stream().map(measured -> ((Map<?, ?>) measured).get("code")).toList());
    var first = (Map<?, ?>) interrupts.get(0);
    assertEquals(1, first.get("warmUps"));
    assertEquals(2, first.get("runs"));
    assertTrue(((Number) first.get("medianNanos")).doubleValue() > 0, first.toString());
  }

  @Test
  void wrongArgumentsAreUsageErrors() {
    quick("counter")
        .assertFails(
            ExitCode.USAGE,
            "wasm-run: --interrupts measures guest code of its own, and nothing else beside it; try --help");
    quick("--threads", "2")
        .assertFails(
            ExitCode.USAGE, "wasm-run: --threads says nothing of --interrupts; try --help");
    Ended.run("bench", "--interrupts", "--runs", "0")
        .assertFails(ExitCode.USAGE, "wasm-run: at least 1 run and 0 warm-ups: 0, 40; try --help");
  }
}
