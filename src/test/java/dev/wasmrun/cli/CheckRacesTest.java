package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.engine.Engine;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code wasm-run check} of one ordinary run, from the command line to the exit code. */
@Timeout(300)
final class CheckRacesTest {

  private static Ended check(String line, Object... more) {
    var words = new ArrayList<String>(List.of("check"));
    for (String word : line.split(" ")) {
      words.add(word.startsWith("@") ? Ended.fixture(word.substring(1)) : word);
    }
    Stream.of(more).map(Object::toString).forEach(words::add);
    return Ended.run(words.toArray(String[]::new));
  }

  private static Stream<Arguments> onBothEngines(Stream<String> lines) {
    return lines.flatMap(
        line -> Stream.of(Engine.values()).map(engine -> Arguments.of(line, engine)));
  }

  static Stream<Arguments> broken() {
    return onBothEngines(
        Stream.of(
            "counter-racy.wasm 1000 --threads 4",
            "counter-racy-c.wasm 1000 --threads 4",
            "life-racy.wasm 16 16 10 --threads 4",
            "life-racy-c.wasm 16 16 10 --threads 4",
            "@wasi-threads-racy",
            "@pthreads-racy update"));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void everyRaceIsFoundInOneOrdinaryRun(String line, Engine engine) {
    assertRaces(check(line, "--engine", engine, "--json"));
  }

  static Stream<Arguments> brokenWhereThreadsMeet() {
    return onBothEngines(
        Stream.of(
            "mutex-racy.wasm 20000 --threads 4",
            "mutex-racy-c.wasm 20000 --threads 4",
            "ring-buffer-racy.wasm 20000 --threads 4",
            "ring-buffer-racy-c.wasm 20000 --threads 4"));
  }

  /**
   * On a busy machine each thread may be done before the next one starts: then nothing is wrong.
   */
  @ParameterizedTest
  @MethodSource("brokenWhereThreadsMeet")
  void aRaceOfThreadsThatMeetIsFoundInARunInWhichTheyDo(String line, Engine engine) {
    Ended ended;
    do {
      ended = check(line, "--engine", engine, "--json");
    } while (ended.code() == 0);
    assertRaces(ended);
  }

  private static void assertRaces(Ended ended) {
    assertEquals(66, ended.code(), ended::toString);
    List<Map<String, Object>> races = list(ended.json().get("races"));
    assertFalse(races.isEmpty());
    for (Map<String, Object> race : races) {
      List<Map<String, Object>> sides = list(race.get("accesses"));
      assertFalse(sides.stream().allMatch(side -> side.get("atomic").equals(true)), race::toString);
      assertTrue(sides.stream().anyMatch(side -> side.get("writes").equals(true)), race::toString);
      assertEquals(2, sides.stream().map(side -> side.get("thread")).distinct().count());
      for (Map<String, Object> side : sides) {
        assertTrue((int) side.get("offset") > 0, race::toString);
        assertTrue(isOfTheGuest(side.get("function").toString()), race::toString);
      }
    }
  }

  /** Whether the name is one of the guest's source, rather than a number or one of ours. */
  private static boolean isOfTheGuest(String function) {
    return Stream.of("work", "step", "add", "produce", "consume", "copy", "next", "take", "advance")
        .anyMatch(function::contains);
  }

  static Stream<Arguments> correct() {
    return onBothEngines(
        Stream.of(
            "counter.wasm 1000 --threads 4",
            "counter-c.wasm 1000 --threads 4",
            "mutex.wasm 300 --threads 4",
            "mutex-c.wasm 300 --threads 4",
            "rwlock.wasm 50 --threads 4",
            "rwlock-c.wasm 50 --threads 4",
            "semaphore.wasm 50 --threads 4",
            "semaphore-c.wasm 50 --threads 4",
            "barrier.wasm 100 --threads 4",
            "barrier-c.wasm 100 --threads 4",
            "ring-buffer.wasm 500 --threads 4",
            "ring-buffer-c.wasm 500 --threads 4",
            "life.wasm 24 24 20 --threads 4",
            "life-c.wasm 24 24 20 --threads 4",
            "notify-order.wasm 20 --threads 4",
            "notify-order-c.wasm 20 --threads 4",
            "thread-pool.wasm 100 --threads 4",
            "thread-pool-c.wasm 100 --threads 4",
            "actors.wasm 50 --threads 4",
            "actors-c.wasm 50 --threads 4",
            "serialization.wasm 100 --threads 2",
            "serialization-c.wasm 100 --threads 2",
            "happycoin.wasm 10000 --threads 4",
            "happycoin-c.wasm 10000 --threads 4",
            "happycoin-pthreads.wasm 10000 --threads 4",
            "hello-threads.wasm",
            "hello-threads-cpp.wasm",
            "@pthreads-stdio",
            "@pthreads-conditions",
            "@pthreads-mutexes",
            "@pthreads-c11",
            "@pthreads-detach",
            "@pthreads-growth",
            "@pthreads-jumps",
            "@pthreads-local",
            "@pthreads-throws",
            "@wasi-threads",
            "@wasi-workers --threads 3"));
  }

  @ParameterizedTest
  @MethodSource("correct")
  void nothingIsToldOfACorrectProgram(String line, Engine engine) {
    Ended ended = check(line, "--engine", engine, "--json");
    assertEquals(0, ended.code(), ended::toString);
    assertEquals(List.of(), ended.json().get("races"));
    assertEquals(List.of(), ended.json().get("lockOrders"));
    assertTrue(
        ended
            .err()
            .endsWith(
                ": nothing found in this run; next: --for 60s --races runs it under chosen"
                    + " schedules\n"),
        ended::err);
  }

  @Test
  void theCLibraryIsTakenAsItIsUnlessToldOtherwise() {
    assertEquals(0, check("@pthreads-jumps --quiet").code());
    Ended strict = check("@pthreads-jumps --quiet --strict");
    assertEquals(66, strict.code(), strict::toString);
    assertTrue(strict.err().contains("    at saveSetjmp (0x"), strict::err);
  }

  @Test
  void aReportNamesBothAccessesAndWhatCameBetween() {
    Ended ended = check("@wasi-threads-racy");
    assertEquals(66, ended.code(), ended::toString);
    List<String> report = ended.errLines().subList(0, 7);
    List<String> expected =
        List.of(
            "wasm-run: wasi-threads-racy.wasm: data race at 0x8",
            "  thread wasi-threads-racy.wasm#[12] (reads|writes) 4 bytes at 0x8",
            "    at add \\(0x9[6c]\\)",
            "    at wasi_thread_start",
            "  thread wasi-threads-racy.wasm#[12] (reads|writes) 4 bytes at 0x8",
            "    at add \\(0x9[6c]\\)",
            "  wasi-threads-racy.wasm#[12] has .*; wasi-threads-racy.wasm#[12] before, last, .*");
    for (int i = 0; i < expected.size(); i++) {
      assertTrue(report.get(i).matches(expected.get(i)), ended::err);
    }
  }

  @Test
  void twoPlacesThatRaceAreToldOnceHoweverManyThreadsDo() {
    Ended ended = check("counter-racy-c.wasm 2000 --threads 8 --json --quiet");
    var pairs = new HashSet<Object>();
    for (Map<String, Object> race : CheckRacesTest.list(ended.json().get("races"))) {
      var places = new HashSet<List<Object>>();
      for (Map<String, Object> side : CheckRacesTest.list(race.get("accesses"))) {
        places.add(List.of(side.get("offset"), side.get("writes")));
      }
      assertTrue(pairs.add(places), ended::out);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "@pthreads-racy update --suppress add_without_lock, 0",
    "@pthreads-racy update --suppress add_*, 0",
    "@pthreads-racy update --suppress *lock, 0",
    "@pthreads-racy update --suppress add, 66",
    "@pthreads-racy update --suppress left_then_right, 66",
    "@pthreads-racy order --suppress take_both, 0",
    "@pthreads-racy order --suppress right_then_left, 0",
    "@pthreads-racy order --suppress add_without_lock, 67",
  })
  void functionsMayBeSuppressedByName(String line, int code) {
    Ended ended = check(line);
    assertEquals(code, ended.code(), ended::toString);
  }

  @Test
  void moreReportsThanWantedAreCounted() {
    Ended all = check("life-racy-c.wasm 16 16 10 --threads 4");
    long races = races(all);
    assertTrue(races > 2, all::err);
    Ended one = check("life-racy-c.wasm 16 16 10 --threads 4 --max-reports 1");
    assertEquals(1, races(one), one::err);
    assertTrue(one.err().contains(" more not shown; --max-reports raises the limit\n"), one::err);
    Ended json = check("life-racy-c.wasm 16 16 10 --threads 4 --max-reports 2 --json");
    assertEquals(2, list(json.json().get("races")).size());
  }

  private static long races(Ended ended) {
    return ended.errLines().stream().filter(line -> line.contains(": data race at 0x")).count();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void locksTakenInACircleAreToldThoughTheRunWentWell(Engine engine) {
    Ended ended = check("@pthreads-racy order", "--engine", engine);
    assertEquals(67, ended.code(), ended::toString);
    assertEquals("done\n", ended.out());
    List<String> lines = ended.errLines();
    assertEquals(
        "wasm-run: pthreads-racy.wasm: may deadlock: 2 threads take locks in a circle",
        lines.get(0));
    // Both stacks of both threads, which flag is missing, and what to do next.
    assertEquals(19, lines.size(), ended::err);
    assertTrue(lines.get(18).contains(": found in this run: 1 lock order; next: "), ended::err);
    assertEquals(2, lines.stream().filter("    at left_then_right"::equals).count());
    assertEquals(2, lines.stream().filter("    at right_then_left"::equals).count());
    assertEquals(4, lines.stream().filter("    at take_both"::equals).count());
  }

  @ParameterizedTest
  @CsvSource({
    "@pthreads-attempts scoped, 0",
    "@pthreads-attempts trylock, 0",
    "@pthreads-attempts held, 67",
    "@attempts --threads 2 --invoke attempt {thread}, 0",
    "@attempts --threads 2 --invoke repeat {thread}, 67"
  })
  void anAttemptToTakeALockIsNoPartOfACircle(String line, int code) {
    for (Engine engine : Engine.values()) {
      Ended ended = check(line, "--engine", engine.toString());
      assertEquals(code, ended.code(), ended::toString);
    }
  }

  static Stream<Engine> engines() {
    return Stream.of(Engine.values());
  }

  @Test
  void locksInACircleAreFieldsOfJson() {
    Ended ended = check("@pthreads-racy order --json");
    assertEquals(67, ended.json().get("exitCode"));
    Map<String, Object> order = list(ended.json().get("lockOrders")).get(0);
    List<Map<String, Object>> steps = list(order.get("steps"));
    assertEquals(field(steps.get(0), "held").get("address"), address(steps.get(1), "taken"));
    assertEquals(field(steps.get(1), "held").get("address"), address(steps.get(0), "taken"));
    assertTrue(field(steps.get(0), "held").get("backtrace").toString().contains("take_both"));
  }

  private static Object address(Map<String, Object> step, String lock) {
    return field(step, lock).get("address");
  }

  @SuppressWarnings("unchecked") // a JSON object
  private static Map<String, Object> field(Map<String, Object> object, String name) {
    return (Map<String, Object>) object.get(name);
  }

  @SuppressWarnings("unchecked") // an array of JSON objects
  private static List<Map<String, Object>> list(Object array) {
    return (List<Map<String, Object>>) array;
  }

  /** What ends a run early is told as ever, and what was found until then, too. */
  @ParameterizedTest
  @CsvSource({
    "deadlock.wasm 1 --threads 2, 67, is deadlocked",
    "counter.wasm -1 --threads 2, 134, trapped",
    "@wait-forever --threads 2 --no-deadlock-watch --timeout 100ms, 124, was still running",
    "counter-racy.wasm 100000000 --threads 2 --timeout 3s, 66, was still running",
    "counter-racy.wasm 100000000 --threads 2 --timeout 3s, 66, data race at 0x400",
    "@pthreads-plain, 6, ''",
  })
  void anEarlyEndIsToldToo(String line, int code, String told) {
    Ended ended = check(line);
    assertEquals(code, ended.code(), ended::toString);
    assertTrue(ended.err().contains(told), ended::err);
  }

  @Test
  void whereThreadsShareNothingThereIsNothingToCheck() {
    Ended ended = check("add.wasm --invoke add 2 3 --threads 2");
    assertEquals(0, ended.code(), ended::toString);
    assertTrue(
        ended
            .err()
            .startsWith(
                "wasm-run: there is nothing to check: add.wasm has no memory that threads share\n"),
        ended::err);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          counter.wasm --max-reports 0          | --max-reports 0 tells nothing; it is at least 1; try --help
          counter.wasm --max-reports x          | Invalid value for option '--max-reports': 'x' is not an int; try --help
          counter.wasm --lock here              | Invalid value for option '--lock' (ADDRESS): 'here' is not an address such as 0x400 or 1024; try --help
          counter.wasm --expect parity          | --expect is for chosen schedules; add --schedules N, --for TIME, --exhaustive or --replay; try --help
          counter.wasm --races                  | --races is for chosen schedules; add --schedules N, --for TIME, --exhaustive or --replay; try --help
          counter.wasm --seed 4                 | --seed is for chosen schedules; add --schedules N, --for TIME, --exhaustive or --replay; try --help
          counter.wasm --max-steps 4            | --max-steps is for chosen schedules; add --schedules N, --for TIME, --exhaustive or --replay; try --help
          counter.wasm --switch-at atomics      | --switch-at is for chosen schedules; add --schedules N, --for TIME, --exhaustive or --replay; try --help
          counter.wasm 1 2                      | counter.wasm takes at most 1 arguments, got 2
          counter.wasm --colour                 | Unknown option: '--colour'; did you mean --convention?
          ''                                    | Missing required parameter: 'MODULE'; try --help
          """)
  void whatMakesNoSenseIsRefusedInOneLine(String line, String message) {
    Ended ended = line.isEmpty() ? Ended.run("check") : check(line);
    ended.assertFails(ExitCode.USAGE, "wasm-run: " + message);
  }

  @Test
  void aModuleThatIsNotThereIsNamed() {
    check("nosuch.wasm")
        .assertFails(
            ExitCode.CANNOT_RUN,
            "wasm-run: cannot read nosuch.wasm: no such file, and no bundled module of that name"
                + " (see `wasm-run list`)");
  }
}
