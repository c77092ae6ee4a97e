package dev.wasmrun.cli;

import static dev.wasmrun.cli.Ended.fixture;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.pictures.TerminalSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that succeed, or that the guest fails: options, output and JSON. */
@Timeout(120)
final class RunCommandTest {
  private static final String COINS = "3070564902305030000\n8349452321516680000\ncount 2\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "happycoin.wasm 100000 42",
        "happycoin-c.wasm 100000 42",
        "happycoin.wasm 100000 42 --threads 3",
        "--threads 3 happycoin-c.wasm 100000 42",
        "happycoin.wasm --threads=3 100000 42",
        "happycoin.wasm 100000 --threads 3 42",
        "happycoin.wasm --threads 3 -- 100000 42",
        "happycoin.wasm 100000 --threads 3 -- 42",
        "happycoin.wasm 0x186a0 0x2a",
        "happycoin.wasm 100000 42 --quiet --timeout 5m --max-memory 64MiB --convention worker",
        "happycoin.wasm 100000 42 --max-threads 9 --threads 9",
      })
  void optionsStandAnywhere(String line) {
    Ended.run(line.split(" ")).assertPrints(COINS);
  }

  @Test
  void theInterpreterGivesTheSameResult() {
    Ended.run("happycoin.wasm", "40000", "2074", "--engine", "interpreter", "--threads", "2")
        .assertPrints(Ended.run("happycoin.wasm", "40000", "2074").out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"counter.wasm", "counter-c.wasm"})
  void eightThreadsLoseNoAddition(String module) {
    Ended.run(module, "100000", "--threads", "8").assertPrints("i32 800000\ni64 800000\n");
  }

  @Test
  void resultsAreUnsigned() {
    Ended.run(fixture("emits"), "1").assertPrints("1\n");
    var phases = Ended.run(fixture("phases"), "-1", "-9223372036854775808");
    assertTrue(
        phases.out().startsWith("1001\n18446744073709551615\n9223372036854775808\n"),
        phases::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          add.wasm --invoke add 2 3                     | 5
          add.wasm --invoke add -2 -3                   | -5
          add.wasm --invoke add -- -2 -3                | -5
          add.wasm -2 --invoke add -3                   | -5
          --invoke=add add.wasm 0xffffffff 1            | 0
          add.wasm --invoke add64 0xffffffffffffffff -1 | -2
          """)
  void invokedValuesArePrinted(String line, String expected) {
    Ended.run(line.split(" ")).assertPrints(expected + "\n");
  }

  @Test
  void negativeFloatsAndInfinitiesAreNumbersToo() {
    Ended.run(fixture("no-work"), "--invoke", "f64", "-.5").assertPrints("-0.5\n");
    Ended.run(fixture("no-work"), "--invoke", "f64", "-inf").assertPrints("-Infinity\n");
  }

  @Test
  void valuesOfSeveralThreadsAreNumbered() {
    Ended.run("add.wasm", "--invoke", "add", "{thread}", "{threads}", "--threads", "3")
        .assertPrints("0: 3\n1: 4\n2: 5\n");
  }

  @Test
  void exportsWithoutValuesPrintNothing() {
    Ended.run(fixture("no-work"), "--invoke", "nothing").assertPrints("");
    Ended.run(fixture("no-work"), "--invoke", "nothing", "--threads", "2").assertPrints("");
  }

  @Test
  void everythingAfterTwoDashesIsTheGuests() {
    Ended.run(fixture("phases"), "--", "--threads")
        .assertFails(
            ExitCode.USAGE,
            "wasm-run: argument 1: '--threads' is not an i64:"
                + " expected a decimal or 0x-hexadecimal integer");
  }

  @Test
  void noticesGoToStandardErrorUnlessQuiet() {
    String module = fixture("own-memory");
    String notice =
        "wasm-run: own-memory.wasm defines its memory rather than importing one;"
            + " each of the 2 threads has its own (--share-memory shares it)\n";
    assertEquals(new Ended(0, "", notice), Ended.run(module, "--threads", "2"));
    assertEquals(new Ended(0, "", ""), Ended.run(module, "--threads", "2", "--quiet"));
    assertEquals(
        new Ended(0, "", "wasm-run: trace: zero coins ✓ 1.5, -2.0\n"),
        Ended.run(fixture("as-abort"), "--invoke", "trace"));
  }

  @Test
  void aMemoryThatTheModuleDefinesIsSharedOnRequest() {
    Ended.run(fixture("shares-on-request"), "--threads", "3", "--share-memory")
        .assertPrints("8\n1\n");
    Ended.run(fixture("wasi-threads"), "--share-memory")
        .assertFails(
            ExitCode.USAGE,
            "wasm-run: --share-memory: wasi-threads.wasm starts its threads itself"
                + " (convention wasi-threads); only workers are made to share");
  }

  @Test
  void textIsPrintedAsItIs() {
    Ended.run(fixture("host-print")).assertPrints("grüße ✓ 🪙\n");
    Ended.run(fixture("host-print"), "--invoke", "invalid-utf8").assertPrints("a\ufffd\ufffd(z");
  }

  @Test
  void aTrapIsToldWithItsThreadAndTheGuestsFunctions() {
    Ended.run(fixture("trap-one-of-four"), "--threads", "4")
        .assertFails(
            ExitCode.TRAPPED,
            "wasm-run: trap-one-of-four.wasm trapped: integer divide by zero",
            "  thread trap-one-of-four.wasm#2",
            "    at divide",
            "    at middle",
            "    at work");
  }

  @Test
  void anEndlessRecursionIsToldShortly() {
    var ended = Ended.run(fixture("recursion"));
    assertEquals(ExitCode.TRAPPED.code(), ended.code());
    assertEquals("wasm-run: recursion.wasm trapped: call stack exhausted", ended.errLines().get(0));
    assertEquals(35, ended.errLines().size());
    assertTrue(ended.errLines().get(34).matches(" {4}… \\d+ more"), ended.errLines().get(34));
  }

  @ParameterizedTest
  @ValueSource(strings = {"happycoin", "counter", "counter-racy"})
  void aNegativeCountIsRefusedByTheGuest(String program) {
    var assemblyScript = Ended.run(program + ".wasm", "-5", "--threads", "2");
    assertEquals(ExitCode.TRAPPED.code(), assemblyScript.code());
    assertEquals("", assemblyScript.out());
    assertTrue(
        assemblyScript
            .errLines()
            .get(0)
            .startsWith(
                "wasm-run: %s.wasm trapped: abort: a count must not be negative at "
                    .formatted(program)),
        assemblyScript::toString);
    var c = Ended.run(program + "-c.wasm", "-5", "--threads", "2");
    assertEquals(ExitCode.TRAPPED.code(), c.code());
    assertEquals("a count must not be negative\n", c.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"busy-loop", "wait-forever"})
  void theTimeLimitEndsTheRun(String name) {
    var ended =
        Ended.run(fixture(name), "--threads", "4", "--timeout", "80ms", "--no-deadlock-watch");
    assertEquals(ExitCode.TIMED_OUT.code(), ended.code());
    assertEquals("", ended.out());
    assertEquals(
        "wasm-run: %s.wasm was still running after 80ms; --timeout sets the limit".formatted(name),
        ended.errLines().get(0));
    // Then, for each thread that the end met in guest code, where that was.
    for (String line : ended.errLines().subList(1, ended.errLines().size())) {
      assertTrue(line.matches("  thread " + name + "\\.wasm#[0-3]|    at (acquire|work)"), line);
    }
  }

  @Test
  void aDeadlockIsToldWithWhatEachThreadWaitsFor() {
    String notify = " waits for a notify at 0x400, where it expected 0; the i32 there is now 0";
    Ended.run(fixture("wait-forever"), "--threads", "2")
        .assertFails(
            ExitCode.DEADLOCK,
            "wasm-run: wait-forever.wasm is deadlocked: all its 3 threads wait,"
                + " and nobody is left to notify; --no-deadlock-watch lets it wait",
            "  thread wait-forever.wasm#leader waits for the end of wait-forever.wasm#0",
            "  thread wait-forever.wasm#0" + notify,
            "    at acquire",
            "    at work",
            "  thread wait-forever.wasm#1" + notify,
            "    at acquire",
            "    at work");
  }

  @Test
  void aLargerStackIsRecursedInAndExhaustedAllTheSame() {
    var ended = Ended.run(fixture("recursion"), "--stack", "16MiB");
    assertEquals(ExitCode.TRAPPED.code(), ended.code());
  }

  @Test
  void threadsThatTheSystemRefusesAreOneClearLine() {
    var ended = Ended.run(fixture("phases"), "--stack", "100000GiB");
    assertEquals(ExitCode.CANNOT_RUN.code(), ended.code());
    assertEquals("", ended.out());
    assertEquals(1, ended.errLines().size(), ended::err);
    assertTrue(
        ended.err().startsWith("wasm-run: cannot start the thread phases.wasm#leader: "),
        ended::err);
  }

  @Test
  void jsonOfASuccessHasEveryFact() {
    var ended = Ended.run("happycoin.wasm", "100000", "42", "--threads", "2", "--json");
    assertEquals("", ended.err());
    assertEquals(
        Map.of(
            "module",
            "happycoin.wasm",
            "arguments",
            List.of("100000", "42"),
            "threads",
            2,
            "engine",
            "compiler",
            "results",
            List.of("3070564902305030000", "8349452321516680000"),
            "output",
            "count 2\n",
            "values",
            List.of(),
            "outcome",
            "finished",
            "exitCode",
            0),
        ended.json());
  }

  @Test
  void jsonHasTheValuesOfInvokedExports() {
    var json =
        Ended.run(
                "--json",
                "add.wasm",
                "--invoke",
                "add",
                "{thread}",
                "-1",
                "--threads",
                "2",
                "--engine",
                "interpreter")
            .json();
    assertEquals(List.of("-1", "0"), json.get("values"));
    assertEquals("interpreter", json.get("engine"));
  }

  @Test
  void jsonOfATrapHasThreadAndBacktrace() {
    var ended = Ended.run(fixture("trap-one-of-four"), "--threads", "4", "--json");
    assertEquals(ExitCode.TRAPPED.code(), ended.code());
    assertEquals("trapped", ended.json().get("outcome"));
    assertEquals(134, ended.json().get("exitCode"));
    assertEquals(
        Map.of(
            "message",
            "trap-one-of-four.wasm trapped: integer divide by zero",
            "threads",
            List.of(
                Map.of(
                    "name",
                    "trap-one-of-four.wasm#2",
                    "backtrace",
                    List.of("divide", "middle", "work")))),
        ended.json().get("error"));
  }

  @Test
  void jsonOfATimeoutHasAMessage() {
    var ended = Ended.run(fixture("busy-loop"), "--timeout", "80ms", "--json");
    assertEquals(ExitCode.TIMED_OUT.code(), ended.code());
    assertEquals("timeout", ended.json().get("outcome"));
    var error = (Map<?, ?>) ended.json().get("error");
    assertEquals(
        "busy-loop.wasm was still running after 80ms; --timeout sets the limit",
        error.get("message"));
  }

  @Test
  void jsonOfADeadlockHasWhatEachThreadWaitsFor() {
    var ended = Ended.run(fixture("wait-forever"), "--json");
    assertEquals(ExitCode.DEADLOCK.code(), ended.code());
    assertEquals("deadlock", ended.json().get("outcome"));
    var error = (Map<?, ?>) ended.json().get("error");
    var worker = (Map<?, ?>) ((List<?>) error.get("threads")).get(1);
    assertEquals("wait-forever.wasm#0", worker.get("name"));
    assertEquals(
        "a notify at 0x400, where it expected 0; the i32 there is now 0", worker.get("waitsFor"));
    assertEquals(List.of("acquire", "work"), worker.get("backtrace"));
  }

  @Test
  void aTrapIsToldInColourWhereThatIsWanted() {
    String[] trap = {fixture("traps"), "--invoke", "unreachable"};
    String plain =
        """
        wasm-run: traps.wasm trapped: unreachable instruction executed
          thread traps.wasm#0
            at unreachable
        """;
    String colored =
        """
        wasm-run: \033[1;31mtraps.wasm trapped: unreachable instruction executed\033[0m
          thread \033[1;36mtraps.wasm#0\033[0m
            at \033[33munreachable\033[0m
        """;
    assertEquals(plain, Ended.run(trap).err());
    assertEquals(plain, Ended.run(with(trap, "--color", "never")).err());
    assertEquals(colored, Ended.run(with(trap, "--color=always")).err());
    assertFalse(Ended.run(with(trap, "--color", "always", "--json")).out().contains("\033"));
  }

  private static String[] with(String[] args, String... more) {
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return all;
  }

  @Test
  void aTerminalGetsAProgressBarAndTheSameResults() {
    String[] args = {"happycoin.wasm", "3000000", "42", "--threads", "2"};
    var plain = Ended.run(args);
    var terminal = Ended.run(true, args);
    assertEquals("", plain.err());
    assertEquals(plain.out(), terminal.out());
    assertTrue(terminal.err().contains("happycoin"), terminal::err);
    String[] quiet = Arrays.copyOf(args, args.length + 1);
    quiet[args.length] = "--quiet";
    assertEquals(plain, Ended.run(true, quiet));
    // There is nothing to measure the progress of an addition by.
    assertEquals("", Ended.run(true, "add.wasm", "--invoke", "add", "1", "2").err());
  }

  @Test
  void wrongArgumentsAreToldTheSameOnATerminal() {
    String[] args = {"happycoin.wasm", "-5", "--threads", "2"};
    Ended plain = Ended.run(args);
    assertEquals(ExitCode.TRAPPED.code(), plain.code());
    assertEquals(plain, Ended.run(true, args));
  }

  @Test
  void resultsAreNotWrittenIntoTheProgressBar() {
    var screen = new ByteArrayOutputStream(); // shows both streams
    var stream = new PrintStream(screen, true, StandardCharsets.UTF_8);
    var size = Optional.of(new TerminalSize(24, 60));
    String[] args = {"happycoin.wasm", "3000000", "42", "--threads", "2"};
    Main.run(new Console(stream, stream, size, size, false), args);
    String written = screen.toString(StandardCharsets.UTF_8);
    assertTrue(written.contains("/3.0M candidates"), written);
    assertEquals(Ended.run(args).out(), written.replaceAll("[^\n]*\r\033\\[K", ""));
  }

  @Test
  void whoPrintsWhereNobodyReadsIsEnded() {
    var full =
        new PrintStream(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("nobody reads");
              }
            });
    var err = new ByteArrayOutputStream();
    // This guest emits without end.
    int code =
        Main.run(new Console(full, new PrintStream(err)), fixture("emits"), "0", "--threads", "2");
    assertEquals(ExitCode.OUTPUT_CLOSED.code(), code);
    assertEquals("", err.toString());
  }

  @Test
  void aMillionResultsAllArrive() {
    var ended = Ended.run(fixture("emits"), "250000", "--threads", "4");
    assertEquals(0, ended.code());
    assertEquals(1_000_000, ended.out().lines().count());
    assertEquals(250_000L * 250_001 * 2, ended.out().lines().mapToLong(Long::parseLong).sum());
    assertFalse(ended.out().contains("\n\n"));
  }

  @Test
  void aFunctionTooLargeForAMethodOfTheJvmIsCompiled(@TempDir Path directory) throws IOException {
    var code = new ByteArrayOutputStream();
    code.writeBytes(new byte[] {0, 0x20, 0}); // no locals, local.get 0
    for (int i = 0; i < 30_000; i++) {
      code.writeBytes(new byte[] {0x41, (byte) 0xC0, (byte) 0x84, 0x3D, 0x6A}); // + 1000000
    }
    code.write(0x0B);
    var module = new ByteArrayOutputStream();
    module.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
    module.writeBytes(new byte[] {1, 6, 1, 0x60, 1, 0x7F, 1, 0x7F, 3, 2, 1, 0});
    module.writeBytes(new byte[] {7, 7, 1, 3, 's', 'u', 'm', 0, 0});
    module.write(10);
    unsigned(module, 1 + 3 + code.size());
    module.write(1);
    unsigned(module, code.size());
    code.writeTo(module);
    Path file = Files.write(directory.resolve("large.wasm"), module.toByteArray());
    for (int i = 0; i < 2; i++) { // the second time from the cache
      Ended ended = Ended.run(file.toString(), "--invoke", "sum", "7");
      assertEquals(0, ended.code(), ended.err());
      assertEquals((int) 30_000_000_007L + "\n", ended.out());
      assertEquals("", ended.err());
    }
  }

  /** Writes a length of three bytes. */
  private static void unsigned(ByteArrayOutputStream out, int value) {
    out.write(value & 0x7F | 0x80);
    out.write(value >>> 7 & 0x7F | 0x80);
    out.write(value >>> 14);
  }
}
