package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code wasm-run check} with chosen schedules, from the command line to the exit code. */
@Timeout(120)
final class CheckSchedulesTest {
  @TempDir private Path directory;

  private static Ended check(String line) {
    return Ended.run(("check " + line).split(" "));
  }

  @ParameterizedTest
  @CsvSource({
    "counter-racy.wasm 2 --threads 2 --schedules 1000 --expect parity, 68, wrong answer: line 2",
    "counter-racy-c.wasm 2 --threads 2 --exhaustive --expect serial, 68, wrong answer: line 2",
    "mutex-racy-c.wasm 2 --threads 2 --schedules 9999 --depth 3 --expect parity, 68, wrong answer",
    "deadlock.wasm 1 --threads 2 --schedules 100, 67, deadlock: ",
    "counter-racy.wasm 1 --threads 2 --schedules 100 --races, 66, data race: ",
    "counter.wasm -1 --threads 2 --schedules 100, 134, trap: ",
    "counter.wasm 9 --threads 2 --schedules 1 --max-steps 50, 124, too long: ",
    "counter.wasm 2 --threads 2 --schedules 50 --expect parity --races, 0, nothing wrong",
    "counter.wasm 2 --threads 2 --schedules 50 --weak --expect parity, 0, nothing wrong",
    "counter-c.wasm 2 --threads 2 --exhaustive --switch-at atomics --expect parity, 0, nothing",
    "hello-threads.wasm --schedules 5, 0, nothing wrong",
  })
  void theExitCodeSaysWhatWasFound(String line, int code, String found) {
    Ended ended = check(line);
    assertEquals(code, ended.code(), ended::toString);
    String module = line.substring(0, line.indexOf(' '));
    assertTrue(ended.out().startsWith(module + ": " + found), ended::out);
  }

  @ParameterizedTest
  @CsvSource({"'', true", "--expect serial, false", "--races, false", "--quiet, false"})
  void whoLooksForNoWrongAnswerIsToldSo(String option, boolean told) {
    Ended ended = check(("counter-racy.wasm 2 --threads 1 --schedules 3 " + option).strip());
    assertEquals(0, ended.code(), ended::toString);
    assertEquals(told, ended.err().contains("--expect and --races"), ended::err);
  }

  @Test
  void whatWasFoundIsReplayedBySeedByWordsAndByFile() throws IOException {
    String run = "mutex-racy.wasm 2 --threads 2 --expect parity ";
    Map<String, Object> failure = failure(check(run + "--schedules 9999 --json"));
    String schedule = failure.get("schedule").toString();
    Path file = Files.writeString(directory.resolve("schedule"), schedule.replace(' ', '\n'));
    assertEquals(
        failure.get("message"), failure(check(run + "--json --replay " + file)).get("message"));
    Ended words =
        Ended.run(
            "check",
            "mutex-racy.wasm",
            "2",
            "--threads",
            "2",
            "--expect",
            "parity",
            "--json",
            "--replay",
            schedule);
    assertEquals(failure.get("steps"), failure(words).get("steps"));
    Ended seed = check(run + "--json --replay " + failure.get("seed"));
    assertEquals(failure.get("steps"), failure(seed).get("steps"));
    assertEquals(failure.get("seed"), failure(seed).get("seed"));
  }

  @Test
  void aSeedIsReplayedWithTheDepthItWasFoundWith() {
    String run = "mutex-racy.wasm 2 --threads 2 --expect parity --json --depth 3 ";
    Map<String, Object> failure = failure(check(run + "--schedules 9999"));
    Map<String, Object> again = failure(check(run + "--replay " + failure.get("seed")));
    assertEquals(failure.get("schedule"), again.get("schedule"));
    assertEquals(failure.get("steps"), again.get("steps"));
  }

  @Test
  void choicesThatCannotBeMadeAreNamed() {
    String[] words = {
      "check", "counter.wasm", "2", "--threads", "2", "--json", "--replay", "1.1>2 1.2>7 1.999>2"
    };
    Ended replayed = Ended.run(words);
    assertEquals(0, replayed.code(), replayed::toString);
    assertTrue(replayed.err().contains("could not be made"), replayed::err);
    assertTrue(replayed.err().contains(": 1.2>7 1.999>2\n"), replayed::err);
    assertEquals("1.2>7 1.999>2", replayed.json().get("unmade"));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> failure(Ended ended) {
    return (Map<String, Object>) ended.json().get("failure");
  }

  @Test
  void jsonSaysHowMuchWasSeen() {
    Map<String, Object> seen = check("counter-c.wasm 1 --threads 2 --exhaustive --json").json();
    assertEquals(true, seen.get("complete"));
    assertEquals(4, seen.get("runs"));
    assertEquals(0, seen.get("exitCode"));
    assertEquals(List.of("1"), seen.get("arguments"));
  }

  @Test
  void anExpectedTextMayBeInAFile() throws IOException {
    Path right = Files.writeString(directory.resolve("right"), "i32 4\ni64 4\n");
    Path wrong = Files.writeString(directory.resolve("wrong"), "i32 4\n");
    String run = "counter.wasm 2 --threads 2 --schedules 5 --expect ";
    assertEquals(0, check(run + right).code());
    Ended differing = check(run + wrong);
    assertEquals(68, differing.code());
    assertTrue(
        differing
            .out()
            .startsWith("counter.wasm: wrong answer: line 2: expected nothing, got i64 4"),
        differing::out);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          counter.wasm --depth 3                       | --depth is for chosen schedules; add --schedules N, --for TIME, --exhaustive or --replay; try --help
          counter.wasm --weak                          | --weak is for chosen schedules; add --schedules N, --for TIME, --exhaustive or --replay; try --help
          counter.wasm --schedules 0                   | --schedules 0 is not at least 1; try --help
          counter.wasm --exhaustive --depth 2          | --exhaustive runs all schedules, of every depth; leave out --depth 2; try --help
          counter.wasm --exhaustive --replay 2         | --replay runs one schedule, --exhaustive all; leave out one of the two; try --help
          counter.wasm --schedules 1 --weak --switch-at atomics | --weak is about plain stores; it needs --switch-at all; try --help
          counter.wasm --replay x                      | --replay x: neither a seed nor a schedule nor a file with one: 'x' is no choice such as 1.12>2; try --help
          counter.wasm --schedules 1 --expect nowhere  | --expect nowhere: neither serial nor parity nor a file of UTF-8 text; try --help
          add.wasm --schedules 1 --expect parity       | --expect parity: add.wasm has no implementation in Java; try --expect serial; try --help
          counter.wasm --exhaustive --seed 4           | --seed is where chance begins; --exhaustive leaves nothing to chance; try --help
          counter.wasm --replay 4 --seed 5             | --seed has no meaning for the one schedule of --replay; try --help
          counter.wasm --replay 4 --schedules 5        | --schedules has no meaning for the one schedule of --replay; try --help
          counter.wasm --replay 1.2>2 --depth 3        | --depth is about seeds; --replay 1.2>2 says itself who goes on; try --help
          counter.wasm --replay 9223372036854775808    | --replay 9223372036854775808: a seed has 64 bits, with a sign; try --help
          counter.wasm --schedules 1 --lock 0x400      | --lock is for one ordinary run; leave it out, or the schedules; try --help
          counter.wasm --replay 1 --max-reports 3      | --max-reports is for one ordinary run; leave it out, or the schedules; try --help
          counter.wasm --exhaustive --suppress f       | --suppress is about data races, which count under chosen schedules with --races; try --help
          counter.wasm --schedules 1 --strict          | --strict is about data races, which count under chosen schedules with --races; try --help
          counter.wasm --schedules 1 --no-deadlock-watch | --no-deadlock-watch: nobody outside can end a wait of a controlled run; try --help
          counter.wasm --schedules 1 --switch-at none  | Invalid value for option '--switch-at': 'none' is none of all, atomics; try --help
          """)
  void whatMakesNoSenseIsRefusedInOneLine(String line, String message) {
    check(line).assertFails(ExitCode.USAGE, "wasm-run: " + message);
  }

  @Test
  void theLimitOfThreadsHolds() {
    Ended ended = check(Ended.fixture("wasi-threads-limit") + " --schedules 1 --max-threads 3");
    assertEquals(3, ended.code(), ended::toString);
    assertTrue(ended.out().contains("exit code 3"), ended::out);
  }
}
