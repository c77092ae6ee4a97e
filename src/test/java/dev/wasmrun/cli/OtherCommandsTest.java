package dev.wasmrun.cli;

import static dev.wasmrun.cli.Ended.fixture;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.parity.WrongModule;
import dev.wasmrun.programs.Catalogue;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands {@code inspect}, {@code list} and {@code parity}, help and version. */
@Timeout(120)
final class OtherCommandsTest {

  @Test
  void inspectShowsTheFactsOfAModule() {
    Ended.run("inspect", fixture("phases"))
        .assertPrints(
            """
            module      phases.wasm
            convention  worker
            imports     memory env.memory
                        function host.emit (i64) -> ()
            exports     function setup (i32, i64, i64) -> ()
                        function work (i32, i32, i64, i64) -> ()
                        function finish (i32, i64, i64) -> ()
            memory      imported, shared, 1 to 1 pages (64 KiB to 64 KiB)
            data        none
            stack       none
            start       none
            features    none
            refused     none
            missing     none
            """);
  }

  @Test
  void inspectSaysWhatWouldBeRefused() {
    var refused = Ended.run("inspect", fixture("unknown-import"), "--json").json().get("refused");
    assertEquals(
        List.of(
            "it imports the function env.mystery (i32) -> (i64), which the host does not provide"),
        refused);
  }

  @Test
  void inspectAsJsonHasEveryFact() {
    var json = Ended.run("inspect", "--json", fixture("start-counts")).json();
    assertEquals("start-counts.wasm", json.get("module"));
    assertEquals("worker", json.get("convention"));
    assertEquals(
        List.of("memory env.memory", "function host.emit (i64) -> ()"), json.get("imports"));
    assertEquals("begin", json.get("start"));
    assertEquals(List.of("threads"), json.get("features"));
    assertEquals(List.of(), json.get("refused"));
    assertEquals(
        "wasi-threads",
        Ended.run("inspect", fixture("wasi-threads"), "--json").json().get("convention"));
  }

  @Test
  void everyBundledModuleIsInspectedWithoutARefusal() {
    for (Catalogue.Entry entry : Catalogue.entries()) {
      for (String module : entry.allModules()) {
        assertEquals(
            List.of(), Ended.run("inspect", "--json", module).json().get("refused"), module);
      }
    }
  }

  @Test
  void listShowsEveryProgramWithItsArguments() {
    var ended = Ended.run("list");
    for (Catalogue.Entry entry : Catalogue.entries()) {
      assertTrue(ended.out().contains(entry.name() + ": " + entry.summary() + "\n"), ended::out);
      entry.allModules().forEach(name -> assertTrue(ended.out().contains(name), name));
    }
    String counter =
        """
        counter: counts atomically with all threads, in 32 and in 64 bits
          modules    counter.wasm, counter-c.wasm
          arguments  [increments]
            increments how often each thread adds 1 (default 1000000)
        """;
    assertTrue(ended.out().contains(counter), ended::out);
    Ended.run("list", "counter").assertPrints(counter);
    Ended.run("list", "counter-c.wasm").assertPrints(counter);
  }

  @Test
  void listAsJsonHasTheSame() {
    assertEquals(
        Map.of(
            "programs",
            List.of(
                Map.of(
                    "name",
                    "counter",
                    "summary",
                    "counts atomically with all threads, in 32 and in 64 bits",
                    "modules",
                    List.of("counter.wasm", "counter-c.wasm"),
                    "parameters",
                    List.of(
                        Map.of(
                            "name", "increments",
                            "default", 1_000_000,
                            "description", "how often each thread adds 1"))))),
        Ended.run("list", "counter", "--json").json());
  }

  @Test
  void helpAndVersionAreCommandsAndOptionsOfEach() {
    String version = Ended.run("--version").out();
    assertTrue(version.startsWith("wasm-run "), version);
    assertEquals(version, Ended.run("version").out());
    assertEquals(Ended.run("--help"), Ended.run("help"));
    for (String name :
        List.of("run", "check", "inspect", "list", "parity", "bench", "serve", "completion")) {
      Ended.run(name, "--version").assertPrints(version);
      assertEquals(Ended.run(name, "--help"), Ended.run("help", name));
    }
    assertNotEquals(Ended.run("help").out(), Ended.run("help", "check").out());
  }

  @Test
  void runMayBeSaid() {
    Ended.run("run", "add.wasm", "--invoke", "add", "2", "3").assertPrints("5\n");
  }

  @Test
  void parityPrintsALineForEachRun() {
    var ended =
        Ended.run("parity", "counter", "--threads", "1,3", "--engine", "compiler", "--no-node");
    assertEquals(0, ended.code());
    assertEquals("", ended.err());
    var results = ended.out().lines().map(line -> line.replaceAll(" +", " ")).toList();
    assertEquals("program threads implementation seconds result", results.get(0));
    assertEquals(
        List.of(
            "counter 1 Java … 2 lines, the last: i64 2000",
            "counter 1 AssemblyScript, compiler … 2 lines, the last: i64 2000",
            "counter 1 C, compiler … 2 lines, the last: i64 2000",
            "counter 3 Java … 2 lines, the last: i64 6000",
            "counter 3 AssemblyScript, compiler … 2 lines, the last: i64 6000",
            "counter 3 C, compiler … 2 lines, the last: i64 6000",
            "counter 3 AssemblyScript:1 C:1 Java:1, compiler … 2 lines, the last: i64 6000"),
        results.stream().skip(1).map(line -> line.replaceAll("\\d+\\.\\d{3}", "…")).toList());
  }

  @Test
  void parityComparesTheTeamItIsGiven() {
    var ended = Ended.run("parity", "counter", "--team", "as:2,c:2,java:1", "--engine", "compiler");
    assertEquals(0, ended.code());
    assertEquals(3, ended.out().lines().count(), ended::out);
    assertTrue(ended.out().contains(" AssemblyScript:2 C:2 Java:1, compiler "), ended::out);
  }

  @Test
  void parityAsJsonHasTheOutputOfEachRun() {
    var ended =
        Ended.run(
            "parity",
            "counter",
            "--threads",
            "2",
            "--engine",
            "interpreter",
            "--json",
            "--no-node");
    var runs = (List<?>) ended.json().get("runs");
    assertEquals(4, runs.size());
    for (Object run : runs) {
      var fields = (Map<?, ?>) run;
      assertEquals(List.of("i32 4000", "i64 4000"), fields.get("output"));
      assertEquals(true, fields.get("agrees"));
    }
  }

  @Test
  void parityTellsADifferenceAndExitsWith68() {
    var text =
        parityWithAWrongModule("happycoin", "--threads", "1", "--engine", "compiler", "--no-node");
    assertEquals(ExitCode.PARITY_MISMATCH.code(), text.code());
    assertEquals("wasm-run: 1 of 4 runs differ from Java\n", text.err());
    var differing = text.out().lines().filter(line -> line.contains("DIFFERS")).toList();
    assertEquals(1, differing.size(), text::out);
    assertTrue(
        differing
            .get(0)
            .matches(
                "happycoin +1  AssemblyScript, compiler .* DIFFERS, line 1: expected \\d+, got .+"),
        differing.get(0));

    var json =
        parityWithAWrongModule(
            "happycoin", "--threads=1", "--engine=compiler", "--json", "--no-node");
    assertEquals(ExitCode.PARITY_MISMATCH.code(), json.code());
    var run = (Map<?, ?>) ((List<?>) json.json().get("runs")).get(1);
    assertEquals(false, run.get("agrees"));
    assertTrue(run.get("difference").toString().startsWith("line 1: expected "), json::out);
  }

  private static Ended parityWithAWrongModule(String... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    int code =
        new Commands(console)
            .commandLine(new ParityCommand(console, WrongModule::inPlaceOf))
            .execute(args);
    return new Ended(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h", "add.wasm --help", "--threads 3 -h"})
  void helpNamesEveryCommandOptionAndExitCode(String line) {
    var ended = Ended.run(line.split(" "));
    assertEquals(0, ended.code());
    assertEquals("", ended.err());
    for (String command : List.of("inspect", "list", "parity")) {
      assertTrue(ended.out().contains("wasm-run " + command), command);
    }
    for (var option : new RunCommand(null, List.of()).spec().options()) {
      assertTrue(ended.out().contains(option.longestName()), option.longestName());
    }
    for (ExitCode code : ExitCode.values()) {
      assertTrue(
          code == ExitCode.OK
              || ended.out().matches("(?s).*Exit codes.*\\b" + code.code() + "\\b.*"),
          code.name());
    }
    ended.out().lines().forEach(text -> assertTrue(text.length() <= 80, text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"inspect", "list", "parity"})
  void everyCommandHasHelp(String command) {
    var ended = Ended.run(command, "--help");
    assertEquals(0, ended.code());
    assertTrue(ended.out().startsWith("Usage: wasm-run " + command + " "), ended::out);
  }

  @Test
  void theVersionNamesTheRuntimesBelow() {
    var ended = Ended.run("--version");
    assertEquals(0, ended.code());
    assertTrue(ended.out().matches("wasm-run \\S+ \\(Chicory [\\d.]+, Java \\S+\\)\n"), ended::out);
  }

  @Test
  void guestsArgumentsMayBeCalledLikeCommands() {
    Ended.run("add.wasm", "--invoke", "add", "list", "1")
        .assertFails(
            ExitCode.USAGE,
            "wasm-run: argument 1: 'list' is not an i32:"
                + " expected a decimal or 0x-hexadecimal integer");
  }
}
