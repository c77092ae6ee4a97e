package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.pictures.TerminalSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands where digits are others, or where {@code i} is no small {@code I}. */
@Timeout(120)
final class LocalesTest {
  private static final Locale ARABIC = Locale.forLanguageTag("ar-EG");

  private final Locale usual = Locale.getDefault();

  @TempDir private Path directory;

  @AfterEach
  void restore() {
    Locale.setDefault(usual);
  }

  @Test
  void arabicDigitsAreOthers() {
    assertEquals("٢", String.format(ARABIC, "%d", 2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "list",
        "list --json",
        "inspect happycoin.wasm",
        "inspect happycoin-pthreads.wasm --json",
        "happycoin.wasm 100000 --threads 2",
        "life.wasm 9 5 2 2 --frames",
        "add.wasm --threads 3 --max-threads 2",
        "add.wasm --invoke add 2 3 --engine INTERPRETER",
        "serialization.wasm 1000000000",
        "thread-pool.wasm 100 --threads 2",
        "deadlock.wasm 1 --threads 2 --engine interpreter --json",
        "counter.wasm -1 --threads 2 --json",
        "check --json counter.wasm 2 --threads 2 --replay 1.1>2",
        "check counter.wasm 9 --threads 2 --schedules 1 --max-steps 50"
      })
  void whatIsWrittenIsTheSameEverywhere(String command) {
    String[] words = command.replace("'", "").split(" ");
    Locale.setDefault(Locale.ROOT);
    String expected = withoutTimes(Ended.run(words));
    for (String tag : List.of("ar-EG", "fa-IR", "hi-IN-u-nu-deva", "tr-TR")) {
      Locale.setDefault(Locale.forLanguageTag(tag));
      assertEquals(expected, withoutTimes(Ended.run(words)), tag);
    }
  }

  @Test
  void aScheduleThatWasFoundIsReplayed() {
    Locale.setDefault(ARABIC);
    String run = "check mutex-racy.wasm 2 --threads 2 --expect parity --json ";
    Map<String, Object> found = failure(Ended.run((run + "--schedules 9999").split(" ")));
    String schedule = found.get("schedule").toString();
    assertTrue(schedule.matches("[0-9.> ]+"), schedule);
    Path file = directory.resolve("schedule");
    try {
      Files.writeString(file, schedule);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    assertEquals(
        found.get("steps"), failure(Ended.run((run + "--replay " + file).split(" "))).get("steps"));
  }

  @Test
  void picturesAreNumberedInOrder() throws IOException {
    Locale.setDefault(ARABIC);
    Path pictures = directory.resolve("at-{generation}.png");
    Ended ended = Ended.run("life.wasm", "9", "5", "2", "2", "--png", pictures.toString());
    assertEquals(0, ended.code(), ended::toString);
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(
          List.of("at-00000.png", "at-00001.png", "at-00002.png"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void tablesHaveTheSameDigits() {
    Locale.setDefault(ARABIC);
    for (String command :
        List.of(
            "happycoin.wasm 1000 --threads 2 --stats",
            "bench add --runs 1 --warmup 0 --no-processes",
            "parity counter --no-node")) {
      Ended ended = Ended.run(command.split(" "));
      assertNotEquals("", ended.out() + ended.err());
      String other = (ended.out() + ended.err()).replaceAll("[^\\p{Nd}]|[0-9]", "");
      assertEquals("", other, ended::toString);
    }
  }

  @Test
  void aTraceIsTheSame() throws IOException {
    Path trace = directory.resolve("trace.json");
    Locale.setDefault(ARABIC);
    Ended ended =
        Ended.run("happycoin.wasm", "1000", "--threads", "2", "--trace", trace.toString());
    assertEquals(0, ended.code(), ended::toString);
    String json = Files.readString(trace);
    assertTrue(json.contains("\"ts\""), json);
    assertEquals("", json.replaceAll("[^\\p{Nd}]|[0-9]", ""));
  }

  @Test
  void aCursorMovesAsFar() {
    assertEquals(drawnIn(Locale.ROOT), drawnIn(ARABIC));
  }

  private static String drawnIn(Locale locale) {
    Locale.setDefault(locale);
    var out = new ByteArrayOutputStream();
    var stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    var size = Optional.of(new TerminalSize(24, 60));
    String[] args = {"life.wasm", "9", "5", "2", "2", "--frames"};
    assertEquals(0, Main.run(new Console(stream, stream, size, size, false), args));
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String withoutTimes(Ended ended) {
    return (ended.code() + ended.out() + ended.err())
        .replaceAll("\"(seconds|nanos|millis)\" : [-0-9.E]+", "")
        .replaceAll("in [0-9.]+ s", "");
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> failure(Ended ended) {
    return (Map<String, Object>) ended.json().get("failure");
  }
}
