package dev.wasmrun.cli;

import static dev.wasmrun.cli.Ended.fixture;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs in shards, on this machine. */
@Timeout(120)
final class ShardsTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"happycoin.wasm", "happycoin-c.wasm", "happycoin-pthreads.wasm"})
  void shardsPrintWhatOneRunPrints(String module) {
    Ended one = Ended.run(module, "300000", "42", "5");
    Ended.run(module, "300000", "42", "5", "--shards", "5").assertPrints(one.out());
  }

  @Test
  void theOutputsOfSingleShardsAreMergedToThatOfOneRun() throws IOException {
    String one = Ended.run("happycoin.wasm", "300000", "42").out();
    var merge = new ArrayList<>(List.of("merge"));
    for (int shard = 0; shard < 4; shard++) {
      Path file = directory.resolve("part-" + shard);
      Ended part = Ended.run("happycoin.wasm", "300000", "42", "--shard", shard + "/4");
      assertEquals(0, part.code());
      Files.writeString(file, part.out());
      merge.add(file.toString());
    }
    Ended.run(merge.toArray(String[]::new)).assertPrints(one);
    Files.writeString(directory.resolve("part-2"), "1076634262427710000\n"); // cut short
    Ended cut = Ended.run(merge.toArray(String[]::new));
    assertEquals(ExitCode.CANNOT_RUN.code(), cut.code());
    assertEquals(
        List.of(
            "wasm-run: %s does not end with 'count', unlike those before it: is each of them whole, and of the same run?"
                .formatted(directory.resolve("part-2"))),
        cut.errLines());
  }

  @Test
  void aModuleOfSomebodyElseIsDividedByTheArgumentsNamed() {
    String[] run = {fixture("squares"), "10", "3"};
    String one = Ended.run(run).out();
    assertTrue(one.startsWith("9\n16\n"), one);
    Ended.run(run[0], run[1], run[2], "--shards", "3", "--range", "1,2").assertPrints(one);
  }

  @Test
  void aFileThatCannotBeUsedIsToldInWords() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "1\n");
    Path nothing = directory.resolve("nothing");
    Ended.run("merge", file.toString(), nothing.toString())
        .assertFails(
            ExitCode.CANNOT_RUN, "wasm-run: cannot read %s: no such file".formatted(nothing));
    Ended.run("happycoin.wasm", "1000", "--shards", "2", "--resume", file.toString())
        .assertFails(
            ExitCode.CANNOT_RUN,
            "wasm-run: cannot keep shards in %s: it is a file, not a directory".formatted(file));
  }

  @Test
  void whatIsKeptIsNotRunAgain() throws Exception {
    String[] run = {"happycoin.wasm", "200000", "--shards", "4", "--resume", directory.toString()};
    Ended first = Ended.run(run);
    assertEquals(0, first.code(), first.err());
    Path second = directory.resolve("shard-1-of-4.txt");
    rewrite(second, output -> "kept\n" + output);
    Files.delete(directory.resolve("shard-3-of-4.txt"));

    Ended resumed = Ended.run(run);

    assertEquals("", resumed.err());
    assertEquals(first.out(), resumed.out().replace("kept\n", ""));
    assertTrue(resumed.out().contains("kept\n"), "the shard that was kept was run again");
    Ended.run("merge", directory.toString()).assertPrints(resumed.out());
    Ended alone =
        Ended.run("happycoin.wasm", "200000", "--shard", "1/4", "--resume", directory.toString());
    assertTrue(alone.out().startsWith("kept\n"), alone.out());
  }

  /** Has a shard's file hold another output, as if that had been the shard's. */
  private static void rewrite(Path file, UnaryOperator<String> change) throws Exception {
    String[] parts = Files.readString(file).split("\n", 2);
    String output = change.apply(parts[1]);
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(output.getBytes(StandardCharsets.UTF_8));
    String first =
        parts[0].replaceFirst("output [0-9a-f]+$", "output " + HexFormat.of().formatHex(digest));
    Files.writeString(file, first + "\n" + output);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cut short", "only its first line", "another number", "more"})
  void aShardThatIsDamagedIsToldBeforeAnyIsRun(String how) throws IOException {
    String dir = directory.toString();
    String[] run = {"happycoin.wasm", "200000", "--shards", "3", "--resume", dir};
    assertEquals(0, Ended.run(run).code());
    Path file = directory.resolve("shard-2-of-3.txt");
    String whole = Files.readString(file);
    int second = whole.indexOf('\n') + 1;
    Files.writeString(
        file,
        switch (how) {
          case "cut short" -> whole.substring(0, whole.length() - 1);
          case "only its first line" -> whole.substring(0, second - 1);
          case "more" -> whole + "count 7\n";
          default -> whole.substring(0, second) + "0" + whole.substring(second + 1);
        });
    String told =
        "wasm-run: %s is damaged: what follows its first line is not the output of shard 2/3; remove it"
            .formatted(file);

    assertEquals(List.of(told), Ended.run("merge", dir).errLines());
    Files.delete(directory.resolve("shard-0-of-3.txt"));
    Ended.run(run).assertFails(ExitCode.CANNOT_RUN, told);
    assertFalse(Files.exists(directory.resolve("shard-0-of-3.txt")), "a shard was run");
  }

  @Test
  void aShardThatIsCalledAsAnotherIsNotTakenForThat() throws IOException {
    String dir = directory.toString();
    String[] run = {"happycoin.wasm", "200000", "--shards", "2", "--resume", dir};
    assertEquals(0, Ended.run(run).code());
    Path second = directory.resolve("shard-1-of-2.txt");
    Files.copy(directory.resolve("shard-0-of-2.txt"), second, StandardCopyOption.REPLACE_EXISTING);
    Ended.run(run)
        .assertFails(
            ExitCode.CANNOT_RUN,
            "wasm-run: %s is not called as shard 0/2, which it is; remove it".formatted(second));
  }

  @Test
  void shardsOfAnotherRunAreRefused() throws IOException {
    String dir = directory.toString();
    assertEquals(0, Ended.run("happycoin.wasm", "9", "--shard", "2/4", "--resume", dir).code());
    Path file = directory.resolve("shard-2-of-4.txt");
    for (String[] other :
        new String[][] {{"10", "4", "happycoin.wasm"}, {"9", "4", "happycoin-c.wasm"}}) {
      Ended.run(other[2], other[0], "--shards", other[1], "--resume", dir)
          .assertFails(
              ExitCode.CANNOT_RUN,
              "wasm-run: %s is a shard of another run than this, with another module, arguments or number of shards; name another directory"
                  .formatted(file));
    }
    Ended.run("merge", dir).assertFails(ExitCode.CANNOT_RUN, "wasm-run: shard 0/4 is missing");
    Files.writeString(file, "no shard");
    Ended.run("happycoin.wasm", "9", "--shards", "4", "--resume", dir)
        .assertFails(
            ExitCode.CANNOT_RUN,
            "wasm-run: %s is called as a shard, but its first line does not say of which; remove it"
                .formatted(file));
  }

  @Test
  void aFailingShardTellsItsBacktraceOnceAndEndsTheRun() {
    Ended ended =
        Ended.run(
            fixture("squares"),
            "8",
            "0",
            "5",
            "--shards",
            "4",
            "--range",
            "1,2",
            "--processes",
            "1");
    assertEquals(ExitCode.TRAPPED.code(), ended.code());
    assertEquals("0\n1\n4\n9\n", ended.out());
    assertEquals(
        List.of(
            "wasm-run: shard 2/4: squares.wasm trapped: unreachable instruction executed",
            "  thread squares.wasm#0",
            "    at square_of",
            "    at work"),
        ended.errLines());
  }

  @Test
  void resultsThatTheHeapHasNoRoomForAreToldInALine() throws Exception {
    Path err = directory.resolve("err");
    Process process =
        ChildProcess.start(
            new ProcessBuilder().redirectError(err.toFile()),
            List.of("-Xmx32m"),
            List.of(fixture("squares"), "6000000", "0", "--shards", "2", "--range", "1,2"));
    assertEquals(ExitCode.CANNOT_RUN.code(), ChildProcess.exitCode(process));
    List<String> told = Files.readAllLines(err);
    assertTrue(
        told.get(0)
            .matches(
                "wasm-run: shard [01]/2: squares.wasm failed: the virtual machine is out of memory:"
                    + " Java heap space"),
        told::toString);
    assertEquals(
        List.of(), told.stream().filter(line -> line.matches(".*(null|Error).*")).toList());
  }

  @Test
  void aTerminalHasAProgressBarOverTheShards() {
    Ended ended = Ended.run(true, "happycoin.wasm", "100000", "--shards", "4");
    assertTrue(ended.err().contains("happycoin.wasm   0% "), ended.err());
    assertTrue(ended.err().contains("4/4 shards"), ended.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "add.wasm --shards 2 | which arguments of add.wasm say how much work there is, and where it"
            + " begins? --range AMOUNT,FIRST names them, for example --range 1,3",
        "happycoin.wasm 1000 --shards 0 | a run has from 1 to 1000000 shards, got 0",
        "happycoin.wasm 3 --shards 4 | 4 shards of an amount of 3 would leave some with nothing to"
            + " do; give at most as many",
        "happycoin.wasm --shards 4 --shard 1/4 | --shards makes all shards, --shard is one of them:"
            + " give one",
        "happycoin.wasm --on local | --on and --processes mean something with --shards only",
        "happycoin.wasm --resume . | --resume and --range mean something with --shards or --shard"
            + " only",
        "happycoin.wasm --shards 2 --processes 0 | --processes 0 starts no process; it is at least"
            + " 1",
        "happycoin.wasm x --shards 2 | 'x' is not an i64: expected a decimal or 0x-hexadecimal"
            + " integer",
      })
  void whatMakesNoSenseIsRefused(String line, String message) {
    Ended.run(line.split(" ")).assertFails(ExitCode.USAGE, "wasm-run: " + message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--shard 4/4",
        "--shard x",
        "--range 1",
        "--range 2,2",
        "--on mars",
        "--json",
        "--stats"
      })
  void aWrongOptionIsAUsageError(String option) {
    var args = new ArrayList<>(List.of("happycoin.wasm", "--shards", "2"));
    args.addAll(List.of(option.split(" ")));
    Ended ended = Ended.run(args.toArray(String[]::new));
    assertEquals(ExitCode.USAGE.code(), ended.code(), ended.err());
    assertEquals(1, ended.errLines().size(), ended.err());
  }

  @Test
  void thePodsOfAJobRunTheShardsOfTheirIndexes() throws Exception {
    Ended one = Ended.run("happycoin.wasm", "200000", "--shard", "1/2");
    Map<String, String> pod = Map.of("JOB_COMPLETION_INDEX", "1", "WASM_RUN_SHARDS", "2");
    assertEquals(one, run(pod, "happycoin.wasm", "200000"));
    assertEquals(
        new Ended(
            ExitCode.USAGE.code(),
            "",
            "wasm-run: WASM_RUN_SHARDS is set, and JOB_COMPLETION_INDEX is not, which would say"
                + " which of the shards to run\n"),
        run(Map.of("WASM_RUN_SHARDS", "2"), "happycoin.wasm", "200000"));
    assertEquals(
        "wasm-run: JOB_COMPLETION_INDEX is '2' and WASM_RUN_SHARDS is '2': shard 2 of 2: they are"
            + " numbered from 0 to 1\n",
        run(Map.of("JOB_COMPLETION_INDEX", "2", "WASM_RUN_SHARDS", "2"), "happycoin.wasm", "200000")
            .err());
  }

  @Test
  void withoutSparkOneLineSaysWhatIsMissing() throws Exception {
    String[] run = {"happycoin.wasm", "200000", "--shards", "2", "--on", "spark://localhost:7077"};
    assertEquals(
        new Ended(
            ExitCode.CANNOT_RUN.code(),
            "",
            "wasm-run: cannot run on spark://localhost:7077: set SPARK_HOME to an installation of"
                + " Spark 4\n"),
        run(Map.of("SPARK_HOME", ""), run));
    Ended ended = run(Map.of("SPARK_HOME", directory.toString()), run);
    assertEquals(
        "wasm-run: cannot run on spark://localhost:7077: there is no bin/spark-submit in %s, which SPARK_HOME names\n"
            .formatted(directory),
        ended.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spark://localhost",
        "spark://localhost:",
        "spark:/localhost:7077",
        "spark://localhost:7077/",
        "spark://a:1,b",
        "local[]",
        "local[two]",
        "nowhere"
      })
  void aPlaceThatIsNoneIsRefused(String place) {
    Ended.run("happycoin.wasm", "1000", "--shards", "2", "--on", place)
        .assertFails(
            ExitCode.USAGE,
            "wasm-run: Invalid value for option '--on': '%s' is neither local nor a master of Spark such as spark://HOST:7077; try --help"
                .formatted(place));
  }

  @Test
  void aMasterThatDoesNotAnswerIsToldInOneLine() throws Exception {
    Path submit = Files.createDirectory(directory.resolve("bin")).resolve("spark-submit");
    assertTrue(Files.createFile(submit).toFile().setExecutable(true));
    try (var bound = new Socket()) { // which nobody listens at
      bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      String master = "spark://127.0.0.1:" + bound.getLocalPort();
      String[] run = {"happycoin.wasm", "200000", "--shards", "2", "--on", master};
      assertEquals(
          new Ended(
              ExitCode.CANNOT_RUN.code(),
              "",
              "wasm-run: no master of Spark answers at %s: Connection refused\n".formatted(master)),
          run(Map.of("SPARK_HOME", directory.toString()), run));
    }
  }

  @Test
  void anInterruptEndsTheProcessesAndSaysHowFarTheyWere() throws Exception {
    Path err = directory.resolve("err");
    Process process =
        ChildProcess.start(
            new ProcessBuilder().redirectError(err.toFile()),
            List.of("happycoin.wasm", "40000000000", "--shards", "8"));
    while (process.children().findAny().isEmpty()) {
      Thread.onSpinWait();
    }
    List<ProcessHandle> children = process.children().toList();
    ChildProcess.signal(process, "INT");
    assertEquals(ExitCode.INTERRUPTED.code(), ChildProcess.exitCode(process));
    assertEquals(
        List.of(
            "wasm-run: interrupted with 0 of 8 shards done; with --resume DIR they would be kept"),
        Files.readAllLines(err));
    for (ProcessHandle child : children) {
      child.onExit().get();
    }
  }

  private Ended run(Map<String, String> environment, String... args) throws Exception {
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    var builder = new ProcessBuilder().redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().putAll(environment);
    int code = ChildProcess.exitCode(ChildProcess.start(builder, List.of(args)));
    return new Ended(
        code,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
