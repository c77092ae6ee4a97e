package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.wasmrun.ModuleBytes;
import dev.wasmrun.parity.Parity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code bench} with modules of the user's; nothing depends on how fast they are. */
@Timeout(120)
final class BenchModulesTest {
  private static final int CALL = 0x10;
  private static final int CONST = 0x41;
  private static final int UNREACHABLE = 0;
  private static final int DROP = 0x1A;

  /** Functions that the commands here import: () -> (), and what WASI has of four i32s and two. */
  private static final int MARKER = 0;

  private static final int OF_FOUR = 1;
  private static final int OF_TWO = 2;

  @TempDir Path directory;

  /** Writes a command that imports functions of one module, with the body of its _start. */
  private String command(String file, ModuleBytes imports, int... start) throws IOException {
    var types =
        ModuleBytes.empty()
            .bytes(3, 0x60, 0, 0)
            .bytes(0x60, 4, 0x7F, 0x7F, 0x7F, 0x7F, 1, 0x7F)
            .bytes(0x60, 2, 0x7F, 0x7F, 1, 0x7F);
    int imported = imports.size() == 0 ? 0 : imports.toArray()[0];
    var exports =
        name(ModuleBytes.empty().bytes(2), "memory").bytes(2, 0).append(name("_start")).bytes(0);
    var module = ModuleBytes.header().section(1, types);
    if (imported > 0) {
      module.section(2, imports);
    }
    module
        .section(3, ModuleBytes.empty().bytes(1, 0))
        .section(5, ModuleBytes.empty().bytes(1, 0, 1))
        .section(7, exports.unsigned(imported))
        .section(
            10,
            ModuleBytes.empty()
                .bytes(1)
                .sized(ModuleBytes.empty().bytes(0).bytes(start).bytes(0x0B)));
    if (imported > 0) { // the vector of what to write, and the text
      var data = ModuleBytes.empty().bytes(1, 0, CONST, 0, 0x0B);
      module.section(11, data.sized(ModuleBytes.empty().bytes(8, 0, 0, 0, 5, 0, 0, 0).bytes(OOPS)));
    }
    return Files.write(directory.resolve(file), module.toArray()).toString();
  }

  private static final int[] OOPS = {'o', 'o', 'p', 's', '\n'};

  private static ModuleBytes name(String name) {
    return name(ModuleBytes.empty(), name);
  }

  private static ModuleBytes name(ModuleBytes to, String name) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    to.unsigned(utf8.length);
    for (byte b : utf8) {
      to.bytes(b);
    }
    return to;
  }

  private static ModuleBytes function(String module, String name, int type) {
    return name(module).append(name(name)).bytes(0, type);
  }

  private static ModuleBytes markers() {
    return ModuleBytes.empty()
        .bytes(2)
        .append(function("bench", "start", MARKER))
        .append(function("bench", "end", MARKER));
  }

  private static ModuleBytes wasi(String name, int type) {
    return ModuleBytes.empty().bytes(1).append(function("wasi_snapshot_preview1", name, type));
  }

  private String plain() throws IOException {
    return command("plain.wasm", ModuleBytes.empty());
  }

  private String marked() throws IOException {
    return command("marked.wasm", markers(), CALL, 0, CALL, 1, CALL, 0, CALL, 1);
  }

  private String failing() throws IOException {
    return command("failing.wasm", ModuleBytes.empty(), UNREACHABLE);
  }

  private static Ended quick(String... more) {
    var args = new ArrayList<>(List.of("bench", "--runs", "3", "--warm-ups", "2"));
    args.addAll(List.of(more));
    return Ended.run(args.toArray(String[]::new));
  }

  /** On this host only. */
  private static Ended alone(String... more) {
    var args = new ArrayList<>(List.of("--against", "java"));
    args.addAll(List.of(more));
    return quick(args.toArray(String[]::new));
  }

  private List<Map<?, ?>> report(Path json) throws IOException {
    var all = new ArrayList<Map<?, ?>>();
    for (Object each : (List<?>) JSON.std.mapFrom(Files.readString(json)).get("modules")) {
      all.add((Map<?, ?>) each);
    }
    return all;
  }

  @Test
  void aModuleHasALineWithOrWithoutMarkers() throws IOException {
    Ended ended = alone(plain(), marked());
    assertEquals(0, ended.code(), ended.err());
    List<String> lines = ended.out().lines().toList();
    assertEquals(3, lines.size(), ended.out());
    assertTrue(lines.get(0).matches("module +host +warm-ups +runs +first +least +median +ratio"));
    String numbers = " +wasm-run +2 ~ +3( +\\d+\\.\\d{3}){3} +1\\.00";
    assertTrue(lines.get(1).matches(".*/plain.wasm" + numbers), lines.get(1));
    assertTrue(lines.get(2).matches(".*/marked.wasm" + numbers), lines.get(2));
    assertEquals("", ended.err());
  }

  @Test
  void theFileHasWhatTheTableHas() throws IOException {
    Path json = directory.resolve("bench.json");
    String marked = marked();
    Ended ended = alone(marked, "missing.wasm", "--json", json.toString());
    assertEquals(ExitCode.CANNOT_RUN.code(), ended.code());
    List<Map<?, ?>> report = report(json);
    Map<?, ?> first = report.get(0);
    assertEquals(marked, first.get("module"));
    assertEquals("wasm-run", first.get("host"));
    assertEquals(2, first.get("warmUps"));
    assertEquals(false, first.get("warm"));
    assertEquals(3, first.get("runs"));
    assertEquals(1.0, first.get("ratio"));
    for (String time : List.of("firstNanos", "minNanos", "medianNanos", "maxNanos")) {
      assertTrue(((Number) first.get(time)).doubleValue() > 0, first.toString());
    }
    assertEquals(List.of("module", "host", "failure"), List.copyOf(report.get(1).keySet()));
  }

  @Test
  void aFailureIsALineAndTheOthersStillRun() throws IOException {
    String failing = failing();
    Ended ended = quick("missing.wasm", failing, "add.wasm", plain());
    assertEquals(ExitCode.CANNOT_RUN.code(), ended.code());
    assertEquals(
        List.of(
            "wasm-run: missing.wasm, wasm-run: cannot read missing.wasm: no such file, and no bundled module of that name (see `wasm-run list`)",
            "wasm-run: %s, wasm-run: failing.wasm trapped: unreachable instruction executed"
                .formatted(failing),
            "wasm-run: add.wasm, wasm-run: add.wasm exports no function 'work'; name one with --invoke: it exports add, add64"),
        ended.errLines().stream().filter(line -> !line.contains("node is missing")).toList());
    assertEquals(3, ended.out().lines().filter(line -> line.endsWith("failed")).count());
    assertTrue(ended.out().contains("plain.wasm"), ended.out());
  }

  @Test
  void aFailureTellsWhatTheGuestSaid() throws IOException {
    int[] complain = {CONST, 2, CONST, 0, CONST, 1, CONST, 32, CALL, 0, DROP, UNREACHABLE};
    Ended ended = alone(command("complains.wasm", wasi("fd_write", OF_FOUR), complain));
    assertTrue(
        ended
            .err()
            .endsWith("trapped: unreachable instruction executed; its standard error: oops\n"),
        ended.err());
  }

  @Test
  void markersThatDoNotCountAreAFailure() throws IOException {
    Ended ended =
        alone(
            command("endless.wasm", markers(), CALL, 0),
            command("reversed.wasm", markers(), CALL, 1));
    assertEquals(ExitCode.CANNOT_RUN.code(), ended.code());
    List<String> lines = ended.errLines();
    assertTrue(
        lines.get(0).endsWith("it did not call bench.start and then bench.end"), ended.err());
    assertTrue(lines.get(1).contains("it called bench.end before bench.start"), ended.err());
  }

  @Test
  void aModuleSeesItsOwnDirectoryUnlessToldOtherwise() throws IOException {
    String own = command("own.wasm", wasi("fd_prestat_get", OF_TWO), expectingName(1));
    String told = command("told.wasm", wasi("fd_prestat_get", OF_TWO), expectingName(4));
    assertEquals(0, quick(own).code());
    assertEquals(0, quick(told, "--dir", directory + "::data").code());
    assertEquals(ExitCode.CANNOT_RUN.code(), quick(told).code());
  }

  /** Traps unless the first directory has a name of so many letters. */
  private static int[] expectingName(int length) {
    return new int[] {
      CONST,
      3,
      CONST,
      32,
      CALL,
      0,
      0x04,
      0x40,
      UNREACHABLE,
      0x0B, // if it fails
      CONST,
      36,
      0x28,
      2,
      0,
      CONST,
      length,
      0x47,
      0x04,
      0x40,
      UNREACHABLE,
      0x0B // i32.load, ne
    };
  }

  @Test
  void nodeIsComparedWith() throws IOException, InterruptedException {
    assumeTrue(Parity.nodeIsInstalled(), "no Node here");
    Path json = directory.resolve("bench.json");
    Ended ended = quick(plain(), marked(), "--json", json.toString());
    assumeTrue(!ended.err().contains("node is missing"), "too old a Node here");
    assertEquals(0, ended.code(), ended.err());
    assertEquals(
        List.of("wasm-run", "Node", "wasm-run", "Node"),
        report(json).stream().map(measured -> measured.get("host")).toList());
  }

  @Test
  void nodeTellsItsFailures() throws IOException, InterruptedException {
    assumeTrue(Parity.nodeIsInstalled(), "no Node here");
    // Node wants a memory to be exported by this name, and this host does not.
    Path file = Path.of(plain());
    byte[] bytes = Files.readAllBytes(file);
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("memory");
    bytes[at] = 'M';
    Files.write(file, bytes);
    Ended ended = quick(file.toString());
    assumeTrue(!ended.err().contains("node is missing"), "too old a Node here");
    assertEquals(ExitCode.CANNOT_RUN.code(), ended.code(), ended.out());
    assertEquals(1, ended.errLines().size(), ended.err());
    assertTrue(ended.err().startsWith("wasm-run: %s, Node: ".formatted(file)), ended.err());
    assertTrue(ended.err().contains("memory"), ended.err());
  }

  @Test
  void anExportIsMeasured() {
    Ended ended = alone("add.wasm", "--invoke", "add", "--args", "2,3");
    assertEquals(0, ended.code(), ended.err());
    String numbers = "add.wasm +wasm-run +2 ~ +3( +\\d+\\.\\d{3}){3} +1\\.00";
    assertTrue(ended.out().lines().toList().get(1).matches(numbers), ended.out());
  }

  @Test
  void aModuleIsMeasuredOnSeveralNumbersOfThreads() {
    for (String module : List.of("counter.wasm", "hello-threads.wasm")) {
      Ended ended = alone(module, "--threads", "1,3");
      assertEquals(0, ended.code(), ended.err());
      List<String> hosts = cells(ended, 1);
      assertEquals(List.of("host", "wasm-run", "wasm-run, 3 threads"), hosts);
    }
  }

  @Test
  void aModuleByTheWorkerConventionIsMeasuredOnNode() {
    Ended ended = quick("counter.wasm", "--threads", "2", "--args", "100");
    assumeTrue(!ended.err().contains("node is missing"), "too old a Node here");
    assertEquals(0, ended.code(), ended.err());
    assertEquals(List.of("host", "wasm-run, 2 threads", "Node, 2 threads"), cells(ended, 1));
  }

  @Test
  void aCommandIsMeasuredBesideAModule() throws IOException {
    Ended ended = alone(plain(), "--command", "echo seen; cat", "--command", "echo no >&2; exit 3");
    assertEquals(ExitCode.CANNOT_RUN.code(), ended.code());
    assertEquals(
        List.of("host", "wasm-run", "echo seen; cat", "echo no >&2; exit 3"), cells(ended, 1));
    assertTrue(
        ended.err().endsWith("exit 3: it exited with code 3; its standard error: no\n"),
        ended.err());
    assertEquals("failed", cells(ended, 6).get(3));
    assertTrue(Double.parseDouble(cells(ended, 6).get(2)) > 0, ended.out());
  }

  @Test
  void aTableIsWrittenAsMarkdownOrCsv() throws IOException {
    String plain = plain();
    List<String> csv = alone(plain, "--format", "csv").out().lines().toList();
    assertEquals("module,host,warm-ups,runs,first,least,median,ratio,warm", csv.get(0));
    assertTrue(
        csv.get(1).matches(".*/plain.wasm,wasm-run,2,3(,\\d+\\.\\d{3}){3},1\\.00,false"),
        csv.get(1));
    List<String> markdown = alone(plain, "--format", "markdown").out().lines().toList();
    assertEquals("|---|---|---:|---:|---:|---:|---:|---:|", markdown.get(1));
    assertEquals(3, markdown.size());
  }

  /** The cells of a column, of a table in which no cell is empty but at the end. */
  private static List<String> cells(Ended ended, int column) {
    return ended
        .out()
        .lines()
        .map(line -> line.split(" {2,}"))
        .map(cells -> cells.length > column ? cells[column] : cells[cells.length - 1])
        .toList();
  }

  @Test
  void programsAndModulesCanBeMeasuredTogether() throws IOException {
    Path json = directory.resolve("bench.json");
    Ended ended =
        alone("counter", plain(), "--args", "50", "--threads", "1", "--json", json.toString());
    assertEquals(0, ended.code(), ended.err());
    Map<String, Object> report = JSON.std.mapFrom(Files.readString(json));
    assertEquals(List.of("measurements", "modules"), List.copyOf(report.keySet()));
    assertFalse(((List<?>) report.get("measurements")).isEmpty());
  }

  @Test
  void optionsThatSayNothingOfAModuleAreRefused() throws IOException {
    String plain = plain();
    Ended.run("bench", plain, "--processes")
        .assertFails(
            ExitCode.USAGE,
            "wasm-run: --processes is for programs of the gallery, and %s is none; try --help"
                .formatted(plain));
    Ended.run("bench", plain, "--threads", "0")
        .assertFails(ExitCode.USAGE, "wasm-run: threads are at least 1: [0]; try --help");
    Ended.run("bench", "counter", "--dir", ".")
        .assertFails(
            ExitCode.USAGE, "wasm-run: --dir is for a FILE.wasm, not for programs; try --help");
    Ended.run("bench", plain, "--runs", "0")
        .assertFails(ExitCode.USAGE, "wasm-run: at least 1 run and 0 warm-ups: 0, 10; try --help");
    assertTrue(
        Ended.run("bench", plain, "no-such-program")
            .err()
            .startsWith("wasm-run: no program 'no-such-program' to compare; there are "));
  }
}
