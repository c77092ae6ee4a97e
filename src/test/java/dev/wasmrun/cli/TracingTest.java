package dev.wasmrun.cli;

import static dev.wasmrun.cli.Ended.fixture;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wasmrun.trace.Timeline;
import dev.wasmrun.trace.Timeline.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --trace} and {@code --stats}, from the command line to the file and the table. */
@Timeout(120)
final class TracingTest {
  @TempDir Path directory;

  private Path file() {
    return directory.resolve("trace.json");
  }

  /** Runs a command line, where FIXTURE:NAME is the path of a fixture, with a trace. */
  private Ended traced(String line) {
    var args = new ArrayList<String>();
    for (String arg : line.split(" ")) {
      args.add(arg.startsWith("FIXTURE:") ? fixture(arg.substring(8)) : arg);
    }
    args.addAll(List.of("--trace", file().toString()));
    return Ended.run(args.toArray(String[]::new));
  }

  private Timeline timeline() throws IOException {
    return Timeline.read(Files.readAllBytes(file()));
  }

  @ParameterizedTest
  @CsvSource({
    "notify-order.wasm --threads 3, finished",
    "notify-order-c.wasm --threads 3, finished",
    "notify-order.wasm --threads 3 --engine interpreter, finished",
    "happycoin-pthreads.wasm 1000 --threads 3, exited",
    "happycoin-pthreads.wasm 1000 --threads 3 --engine interpreter, exited",
    "FIXTURE:wasi-threads-many, exited",
    "FIXTURE:wasi-threads-many --engine interpreter, exited",
  })
  void everyConventionAndEngineIsTraced(String line, String outcome) throws IOException {
    assertEquals(0, traced(line).code());
    Timeline timeline = timeline();
    assertEquals(outcome, timeline.about("outcome"));
    assertEquals(0, timeline.about("dropped"));
    assertTrue(timeline.named("run").size() >= 3, () -> timeline.events().toString());
    assertEquals(timeline.named("run").size(), timeline.named("start").size());
  }

  @Test
  void notifyOrderShowsWhoWokeWhom() throws IOException {
    traced("notify-order.wasm --threads 3");
    List<Event> woken =
        timeline().named("wait").stream()
            .filter(wait -> wait.argument("ending").equals("woken"))
            .toList();
    assertTrue(woken.size() >= 100, () -> "only " + woken.size());
    assertTrue(woken.stream().allMatch(wait -> wait.argument("woken by") != null));
    assertEquals(woken.size(), timeline().named("waking").size());
  }

  @Test
  void resultsAreTracedWhereTheyWereHandedOver() throws IOException {
    assertEquals(0, traced("happycoin.wasm 100000 42 --threads 2").code());
    assertEquals(
        List.of("3070564902305030000", "8349452321516680000"),
        timeline().named("emit").stream().map(emit -> emit.argument("value")).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "FIXTURE:trap-one-of-four --threads 4, 134, trapped",
    "FIXTURE:wait-and-trap --threads 3, 134, trapped",
    "FIXTURE:busy-loop --timeout 200ms --threads 2, 124, timeout",
    "FIXTURE:wait-forever --threads 2, 67, deadlock",
    "FIXTURE:wasi-threads-ends owt, 134, trapped",
  })
  void howeverARunEndsItsTraceIsWritten(String line, int code, String outcome) throws IOException {
    var ended = traced(line);
    assertEquals(code, ended.code(), ended::toString);
    Timeline timeline = timeline();
    assertEquals(outcome, timeline.about("outcome"));
    assertEquals(outcome.equals("trapped") ? 1 : 0, timeline.named("trap").size());
    assertTrue(
        timeline.named("run").stream()
            .anyMatch(run -> run.argument("ending").equals("interrupted")),
        () -> timeline.events().toString());
  }

  @Test
  void aTrapNamesTheGuestsFunctions() throws IOException {
    traced("FIXTURE:trap-one-of-four --threads 4");
    Event trap = timeline().named("trap").get(0);
    assertEquals("trap-one-of-four.wasm#2", trap.thread());
    assertEquals(List.of("divide", "middle", "work"), trap.argument("functions"));
  }

  @Test
  void aFileThatCannotBeWrittenIsRefusedBeforeTheRun() throws IOException {
    Path missing = directory.resolve("no/trace.json");
    Ended.run("add.wasm", "--invoke", "add", "2", "3", "--trace", missing.toString())
        .assertFails(
            ExitCode.USAGE,
            "wasm-run: --trace %s: there is no such directory; name a file that can be written"
                .formatted(missing));
    Ended.run("add.wasm", "--invoke", "add", "2", "3", "--trace", directory.toString())
        .assertFails(
            ExitCode.USAGE,
            "wasm-run: --trace %s: it is a directory; name a file that can be written"
                .formatted(directory));
  }

  @Test
  void aRunThatIsRefusedLeavesTheFileAsItWas() throws IOException {
    assertEquals(ExitCode.CANNOT_RUN.code(), traced("FIXTURE:imported-global").code());
    assertFalse(Files.exists(file()));
    Files.writeString(file(), "before");
    assertEquals(ExitCode.CANNOT_RUN.code(), traced("FIXTURE:unknown-import").code());
    assertEquals("before", Files.readString(file()));
    assertEquals(0, traced("add.wasm --invoke add 2 3").code());
    assertEquals(1, timeline().named("join").size());
  }

  @Test
  void aFullDiskIsToldAndNotTakenForSuccess() {
    assumeTrue(Files.isWritable(Path.of("/dev/full")), "no /dev/full here");
    var ended = Ended.run("add.wasm", "--invoke", "add", "2", "3", "--trace", "/dev/full");
    assertEquals(ExitCode.CANNOT_RUN.code(), ended.code());
    assertEquals("5\n", ended.out());
    assertEquals(1, ended.errLines().size(), ended::toString);
    assertTrue(
        ended.err().startsWith("wasm-run: cannot write the trace to /dev/full: "), ended::err);
  }

  @ParameterizedTest
  @ValueSource(strings = {"compiler", "interpreter"})
  void statisticsCountEachWorkersAtomics(String engine) {
    var threads = statistics("counter.wasm", "1000", "--threads", "3", "--engine", engine);
    assertEquals(4, threads.size());
    for (Map<?, ?> thread : threads.subList(1, 4)) {
      assertEquals(2000, thread.get("atomics"), thread::toString); // of 32 and of 64 bits
      assertEquals(1 << 24, thread.get("memoryBytes"), thread::toString);
    }
  }

  @Test
  void threadsWithoutACommonMemoryHaveTheirOwn() {
    var threads = statistics(fixture("own-memory"), "--threads", "2");
    for (Map<?, ?> thread : threads.subList(1, 3)) {
      assertEquals(List.of(1, 65536), List.of(thread.get("atomics"), thread.get("memoryBytes")));
    }
    assertEquals(0, threads.get(0).get("memoryBytes"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"happycoin-pthreads.wasm", "wasi-threads-many"})
  void statisticsAreThereForThreadsThatGuestsStart(String module) {
    var threads =
        module.endsWith(".wasm")
            ? statistics(module, "1000", "--threads", "2")
            : statistics(fixture(module));
    assertTrue(threads.size() >= 3, threads::toString);
    assertTrue((int) threads.get(1).get("atomics") > 0, threads::toString);
    assertTrue(threads.stream().allMatch(thread -> (int) thread.get("memoryBytes") > 0));
  }

  private static List<Map<?, ?>> statistics(String... line) {
    var args = new ArrayList<>(List.of(line));
    args.addAll(List.of("--stats", "--json", "--quiet"));
    var ended = Ended.run(args.toArray(String[]::new));
    assertEquals("", ended.err());
    return ((List<?>) ended.json().get("statistics"))
        .stream().<Map<?, ?>>map(thread -> (Map<?, ?>) thread).toList();
  }

  @Test
  void theTableIsOnStandardErrorBelowTheMessage() {
    var ended = Ended.run(fixture("wait-and-trap"), "--threads", "2", "--stats");
    assertEquals(ExitCode.TRAPPED.code(), ended.code());
    assertEquals("", ended.out());
    List<String> lines = ended.errLines();
    String head = "thread .* run +wait +idle +cpu +atomics +waits +notifies +woken +memory";
    int table = lines.size() - 4;
    assertTrue(lines.get(table).matches(head), ended::err);
    assertTrue(lines.get(0).startsWith("wasm-run: wait-and-trap.wasm trapped"), ended::err);
    for (String line : lines.subList(table + 1, lines.size())) {
      assertTrue(
          line.matches("wait-and-trap.wasm#\\w+( +\\d+\\.\\d{6}){4}( +\\d+){5}"), ended::err);
    }
  }
}
