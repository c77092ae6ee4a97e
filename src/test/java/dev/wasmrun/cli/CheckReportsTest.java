package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code wasm-run check} writes to files, and what files say does not count. */
@Timeout(120)
final class CheckReportsTest {
  private static final String RACY = Ended.fixture("wasi-threads-racy");
  private static final String WRONG =
      "counter-racy-c.wasm 1 --threads 2 --schedules 100 --expect parity";

  @TempDir private Path directory;

  private static Ended check(String line, Object... more) {
    var words = new ArrayList<String>(List.of("check"));
    words.addAll(List.of(line.split(" ")));
    Stream.of(more).map(Object::toString).forEach(words::add);
    return Ended.run(words.toArray(String[]::new));
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RACY", WRONG})
  void everyFormHasWhatWasFound(String line) throws IOException {
    String run = line.replace("RACY", RACY);
    Ended ended =
        check(
            run,
            "--html",
            file("a.html"),
            "--sarif",
            file("a.sarif"),
            "--junit",
            file("a.xml"),
            "--github",
            "--json");
    Map<String, Object> found = list(ended.json().get("findings")).get(0);
    String message = found.get("message").toString();
    assertTrue(Files.readString(file("a.html")).contains("<p>" + message + "</p>"), message);
    assertTrue(
        Files.readString(file("a.xml")).contains("<failure type=\"" + found.get("kind") + "\""));
    Map<String, Object> log = JSON.std.mapFrom(Files.readString(file("a.sarif")));
    Map<String, Object> result = list(list(log.get("runs")).get(0).get("results")).get(0);
    assertEquals(found.get("kind"), result.get("ruleId"));
    assertTrue(result.get("message").toString().contains(message), result::toString);
    assertTrue(result.get("partialFingerprints").toString().contains(fingerprint(found)));
    assertTrue(ended.err().contains("::error title="), ended::err);
  }

  private static String fingerprint(Map<String, Object> finding) {
    return finding.get("fingerprint").toString();
  }

  @SuppressWarnings("unchecked") // an array of JSON objects
  private static List<Map<String, Object>> list(Object array) {
    return (List<Map<String, Object>>) array;
  }

  @Test
  void aScheduleIsInThePageWithItsReplayString() throws IOException {
    Ended ended = check(WRONG, "--html", file("a.html"));
    assertEquals(68, ended.code(), ended::toString);
    List<String> lines = ended.out().lines().toList();
    String last = lines.get(lines.size() - 1);
    String replay = last.replaceAll(".*next: (--replay '.*') runs it again", "$1");
    String page = Files.readString(file("a.html"));
    assertTrue(
        page.contains("value=\"" + replay.replace("'", "&#39;").replace(">", "&gt;") + "\""));
    assertTrue(page.contains("data-address=\"0x400\" data-value=\"1\""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"RACY", WRONG, "deadlock.wasm 1 --threads 2", "counter.wasm -1 --threads 2"})
  void whatTheBaselineHasDoesNotFailTheRun(String line) {
    String run = line.replace("RACY", RACY);
    Ended first = check(run, "--write-baseline", file("known"));
    assertTrue(first.code() != 0, first::toString);
    Ended again = check(run, "--baseline", file("known"));
    assertEquals(0, again.code(), again::toString);
    assertTrue((again.out() + again.err()).matches("(?s).*[; ]\\d known.*"), again::toString);
    assertFalse(again.err().contains(": data race at"), again::err);
  }

  /** Of a module of which all code has moved, as after it was compiled anew. */
  @Test
  void aFindingIsKnownAfterCodeHasMoved() throws IOException {
    byte[] module = Files.readAllBytes(Path.of(RACY));
    var moved = new ByteArrayOutputStream();
    moved.write(module, 0, 8);
    moved.writeBytes(new byte[] {0, 5, 1, 'x', 1, 2, 3}); // a custom section before all others
    moved.write(module, 8, module.length - 8);
    Path file = Files.write(file("wasi-threads-racy.wasm"), moved.toByteArray());
    Ended first = check(RACY, "--json", "--write-baseline", file("known"));
    Ended other = check(file.toString(), "--json", "--baseline", file("known"));
    assertEquals(0, other.code(), other::toString);
    assertEquals(fingerprints(first), fingerprints(other));
    assertFalse(first.json().get("findings").equals(other.json().get("findings")));
  }

  private static Set<String> fingerprints(Ended ended) {
    return list(ended.json().get("findings")).stream()
        .map(CheckReportsTest::fingerprint)
        .collect(Collectors.toSet());
  }

  @Test
  void aSearchGoesOnAfterWhatIsKnown() throws IOException {
    Files.writeString(file("list"), "# lost updates\nwrong-answer *\ndata-race work\n");
    Ended ended =
        check(
            "counter-racy-c.wasm 1 --threads 2 --schedules 20 --races",
            "--suppressions",
            file("list"));
    assertEquals(0, ended.code(), ended::toString);
    assertTrue(ended.out().contains("20 runs, "), ended::out);
    assertTrue(ended.out().contains("1 known or suppressed"), ended::out);
    assertTrue(ended.err().contains("list:2: 'wrong-answer *' has suppressed nothing"), ended::err);
  }

  @Test
  void suppressedFindingsAreToldToNobodyButFiles() throws IOException {
    Files.writeString(file("list"), "data-race ad*\n");
    Ended ended =
        check(RACY, "--suppressions", file("list"), "--sarif", file("a.sarif"), "--github");
    assertEquals(0, ended.code(), ended::toString);
    assertFalse(ended.err().contains("data race at"), ended::err);
    assertFalse(ended.err().contains("::error"), ended::err);
    assertTrue(
        ended.err().matches("(?s).*found in this run: \\d suppressed; next: .*"), ended::err);
    assertTrue(Files.readString(file("a.sarif")).contains("\"suppressions\""));
  }

  @Test
  void aReportOnStandardOutputIsAloneThere() throws IOException {
    Ended ended = check(WRONG, "--sarif", "-");
    assertEquals(68, ended.code(), ended::toString);
    assertEquals("2.1.0", ended.json().get("version"));
    assertTrue(ended.err().contains("counter-racy-c.wasm: wrong answer: "), ended::err);
    Ended plain = check("counter-c.wasm 1 --threads 2", "--junit", "-", "--quiet");
    assertTrue(plain.out().startsWith("<?xml"), plain::out);
    assertEquals("i32 2\ni64 2\n", plain.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --html D/no/a.html       | --html D/no/a.html: there is no such directory; name a file that can be written
          --sarif D                | --sarif D: it is a directory; name a file that can be written
          --write-baseline D/n/b   | --write-baseline D/n/b: there is no such directory; name a file that can be written
          --baseline D/none        | --baseline D/none: there is no such file
          --suppressions D/none    | --suppressions D/none: there is no such file
          --suppressions D/list    | D/list:2: 'races' is no kind of finding; there are *, data-race, use-after-free, beyond-a-block, double-free, use-of-a-dead-stack, lock-misuse, lock-order, deadlock, livelock, too-long, wrong-answer, trap, exit, failure
          --baseline D/list        | D/list:2: 'races *' does not begin with a fingerprint of 16 hexadecimal digits
          --baseline D/binary      | --baseline D/binary: it is no file of UTF-8 text
          --json --sarif -         | --json prints to standard output, too; name a file for the report; try --help
          --html - --junit -       | two reports cannot both go to standard output; name a file for one of them; try --help
          """)
  void whatCannotBeReadOrWrittenIsSaidBeforeTheRun(String options, String message)
      throws IOException {
    Files.writeString(file("list"), "# a comment\nraces *\n");
    Files.write(file("binary"), new byte[] {(byte) 0xFF, (byte) 0xFE});
    String here = directory.toString();
    String refused =
        "wasm-run: " + message.replace("D/", here + "/").replace(" D:", " " + here + ":");
    check(
            "counter.wasm 2 --threads 2 "
                + options.replace("D/", here + "/").replaceAll(" D$", " " + here))
        .assertFails(ExitCode.USAGE, refused);
    assertFalse(Files.exists(file("a.html")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"counter.wasm 1 2", "counter.wasm 1 2 --schedules 1"})
  void whatCannotRunLeavesNoReport(String line) {
    check(line, "--junit", file("a.xml"))
        .assertFails(ExitCode.USAGE, "wasm-run: counter.wasm takes at most 1 arguments, got 2");
    assertFalse(Files.exists(file("a.xml")));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void afterCtrlCTheReportsAreWritten() throws Exception {
    Process process =
        ChildProcess.start(
            new ProcessBuilder(),
            List.of(
                "check",
                Ended.fixture("print-then-loop"),
                "--junit",
                file("a.xml").toString(),
                "--html",
                file("a.html").toString()));
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      assertEquals("running", out.readLine());
      ChildProcess.signal(process, "INT");
      assertEquals(ExitCode.INTERRUPTED.code(), ChildProcess.exitCode(process));
    } finally {
      process.destroyForcibly();
    }
    assertTrue(Files.readString(file("a.xml")).endsWith("</testsuites>\n"));
    assertTrue(Files.readString(file("a.html")).endsWith("</html>\n"));
  }
}
