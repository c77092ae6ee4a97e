package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Modules that are too much of something are run, or refused in one line, within the time limit and
 * in a small heap; whatever is done with them, and whatever was done with others before.
 */
@Timeout(300)
final class BombTest {
  private static final String HEAP = "-Xmx512m";

  /** No more than a hang exceeds: the limit of the runs is two seconds. */
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private static final Set<String> ENDS =
      Set.of("0", "1", "124", "134", "200", "400", "500", "504");

  @TempDir private Path directory;

  @Test
  void noneGoesOff() throws Exception {
    var arguments = new ArrayList<>(List.of(directory.toString()));
    Stream.of(Bomb.values()).map(Bomb::name).forEach(arguments::add);
    Process process =
        ChildProcess.start(
            new ProcessBuilder().redirectError(ProcessBuilder.Redirect.INHERIT),
            List.of(HEAP),
            BombSquad.class,
            arguments);
    var lines = new ArrayList<String>();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      out.lines().forEach(lines::add);
    } finally {
      process.destroyForcibly();
    }
    lines.forEach(BombTest::check);
    assertEquals(6 * Bomb.values().length, lines.size(), () -> "the last: " + lines);
  }

  /** Checks one line of {@link BombSquad}. */
  private static void check(String line) {
    String[] fields = line.split("\t", 4);
    assertEquals(4, fields.length, line);
    String ended = fields[3];
    assertTrue(ENDS.contains(ended.split(" ")[0]), line);
    assertFalse(ended.contains("Error"), line);
    assertFalse(ended.contains("Exception"), line);
    assertTrue(Long.parseLong(fields[2]) < LONGEST.toMillis(), line);
    // One line, and then where the threads were, if any were there.
    assertFalse(ended.contains(" \\ wasm-run: "), line);
  }
}
