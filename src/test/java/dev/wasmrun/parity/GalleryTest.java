package dev.wasmrun.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.convention.worker.GuestSquad;
import dev.wasmrun.convention.worker.Squad;
import dev.wasmrun.convention.worker.TeamRun;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.guest.MemoryModules;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.guest.TableLimit;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryObserver;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.programs.Catalogue;
import dev.wasmrun.programs.GalleryMemory;
import dev.wasmrun.programs.Language;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the programs of the gallery promise beyond one sample of arguments, in every language. */
@Timeout(300)
final class GalleryTest {
  private static final Duration LIMIT = Duration.ofSeconds(120);

  /** Where the program mutex has its mutex. */
  private static final int MUTEX = 0x400;

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 2", "2, 1", "2, 2", "3, 1", "3, 2"})
  void everyStrategyGivesTheSameSumUnderEveryLoad(long strategy, long load) throws Exception {
    List<String> inTurn = outputs("thread-pool", 1, 90, 1, load, 20, 5, 0).get("Java");
    for (int threads : new int[] {1, 2, 5}) {
      outputs("thread-pool", threads, 90, strategy, load, 20, 5, 0)
          .forEach((language, lines) -> assertEquals(inTurn, lines, language));
    }
  }

  /**
   * In round-robin, what a worker has done does not depend on time; the rest has the same shape.
   */
  @Test
  void workersAreDrawnAlikeInEveryLanguage() throws Exception {
    Map<String, List<String>> outputs = outputs("thread-pool", 4, 60, 1, 2, 200, 7, 1);
    List<String> java = outputs.get("Java");
    outputs.forEach(
        (language, lines) -> {
          assertEquals(java.subList(0, 3), lines.subList(0, 3), language);
          assertEquals(6, lines.size(), language);
          for (int i = 3; i < 6; i++) {
            assertTrue(
                lines
                    .get(i)
                    .matches(" {5}\\d  #*\\.*[ \\d]{8}[ \\d]{10}[ \\d]{7}[ \\d]{7}[ \\d]{12}"),
                lines.get(i));
            assertEquals(java.get(i).length(), lines.get(i).length(), language);
            assertEquals(tasksAndTurns(java.get(i)), tasksAndTurns(lines.get(i)), language);
          }
        });
  }

  private static String tasksAndTurns(String line) {
    return line.substring(line.length() - 19);
  }

  @Test
  void aWorkerThatIsAloneIsNeverIdleInAnyLanguage() throws Exception {
    outputs("thread-pool", 1, 50, 1, 1, 30, 0, 1)
        .forEach(
            (language, lines) ->
                assertEquals(
                    "     0  ##############################     100         0      0     50        1500",
                    lines.get(3),
                    language));
  }

  @Test
  void latenciesAreDrawnAlikeInEveryLanguage() throws Exception {
    int rounds = 6;
    outputs("notify-order", 11, rounds, 1)
        .forEach(
            (language, lines) -> {
              assertEquals(List.of("rounds 6", "in-order 6"), lines.subList(0, 2), language);
              assertEquals("place  under us  waiters", lines.get(4), language);
              long waiters = 0;
              for (String line : lines.subList(5, lines.size())) {
                assertTrue(
                    line.matches("( {3}[1-7] | {3}8\\+| {5}) +(\\d+|more) +\\d+  #{1,40}"), line);
                long count = Long.parseLong(line.substring(15, 24).trim());
                assertEquals(
                    Math.min(40, (count * 40 + rounds - 1) / rounds), line.length() - 26, line);
                waiters += count;
              }
              assertEquals(10 * rounds, waiters, language);
            });
  }

  @Test
  void pingPongIsTimedInEveryLanguage() throws Exception {
    outputs("actors", 3, 10, 5, 1, 1)
        .forEach(
            (language, lines) -> {
              var details = lines.subList(lines.size() - 4, lines.size());
              assertEquals(List.of("actor 0", "actor 2"), List.of(details.get(0), details.get(2)));
              assertTrue(details.get(1).matches("  ns per round [1-9]\\d*"), language);
              assertTrue(details.get(3).matches("  ns per round [1-9]\\d*"), language);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"counter-racy", "mutex-racy", "life-racy", "ring-buffer-racy"})
  void aRacyProgramIsRightOnOneThreadInEveryLanguage(String name) throws Exception {
    long[] args = entry(name).program().orElseThrow().sampleArguments();
    Map<String, List<String>> outputs = outputs(name, 1, args);
    outputs.forEach((language, lines) -> assertEquals(outputs.get("Java"), lines, language));
    String right = name.replace("-racy", "");
    if (name.startsWith("life") || name.startsWith("ring")) {
      assertEquals(outputs(right, 1, args).get("C"), outputs.get("C"));
    } else {
      assertTrue(outputs.get("C").contains("lost 0"), outputs::toString);
    }
  }

  /**
   * Without the barrier one band may be computed to its end before the other begins. Under this
   * schedule the wrong grid is the same one in every language.
   */
  @Test
  void withoutItsBarrierLifeGoesWrongAlikeInEveryLanguage() throws Exception {
    long[] args = {50, 60, 70, 1, 0};
    List<String> right = outputs("life", 2, args).get("Java");
    List<String> wrong = oneByOne(Optional.empty(), args);
    assertNotEquals(right, wrong);
    assertEquals(right.get(0), wrong.get(0));
    for (Language language : entry("life-racy").modules().keySet()) {
      assertEquals(wrong, oneByOne(Optional.of(language), args), language.label());
    }
  }

  /** Alone, a thread sleeps and notifies only when it asks for the mutex that it already holds. */
  @ParameterizedTest
  @ValueSource(strings = {"mutex.wasm", "mutex-c.wasm", "Java"})
  void aMutexThatNobodyContendsForCostsNoWaitAndNoNotify(String implementation) throws Exception {
    var waits = new AtomicInteger();
    var notifies = new AtomicInteger();
    var memory =
        LinearMemory.create(
            GalleryMemory.TYPE,
            new MemoryObserver() {
              @Override
              public void onLoad(int address, int width, boolean atomic, long value) {}

              @Override
              public void onStore(int address, int width, boolean atomic, long value) {}

              @Override
              public void onUpdate(int address, int width, long seen, long stored) {}

              @Override
              public void onBulkRead(int address, int length) {}

              @Override
              public void onBulkWrite(int address, int length) {}

              @Override
              public void onWait(int address, int width, long expected, long timeoutNanos) {
                waits.addAndGet(address == MUTEX ? 1 : 0);
              }

              @Override
              public void onNotify(int address, int count, int woken) {
                notifies.addAndGet(address == MUTEX ? 1 : 0);
              }
            });
    var output = new CollectedOutput();
    var crew = new Crew("mutex");
    var squad = squad("mutex", implementation, 1, new long[] {500}, output);
    crew.spawn("leader", new TeamRun(List.of(squad), memory, crew, output, false));
    assertEquals(new Outcome.Finished(), crew.await(LIMIT));
    assertEquals(List.of("count 500", "torn 0", "refused 1", "timed-out 1"), output.lines());
    assertEquals(1, notifies.get());
    assertTrue(waits.get() <= 1, "none, if the limit passes before it can sleep");
  }

  private static Squad squad(
      String program, String implementation, int threads, long[] args, CollectedOutput output) {
    return implementation.equals("Java")
        ? new JavaSquad(entry(program).program().orElseThrow(), threads, args, output)
        : new GuestSquad(
            new RunRequest(
                GuestModule.load(implementation),
                Engine.COMPILER,
                threads,
                Optional.empty(),
                Arrays.stream(args).mapToObj(Long::toString).toList(),
                MemoryLimit.NONE,
                TableLimit.DEFAULT,
                true,
                output,
                List.of(),
                false));
  }

  private static List<String> oneByOne(Optional<Language> language, long[] args)
      throws InterruptedException {
    var output = new CollectedOutput();
    var players =
        squad(
            "life-racy",
            language.map(entry("life-racy").modules()::get).orElse("Java"),
            2,
            args,
            output);
    var crew = new Crew("life-racy");
    var memory = LinearMemory.create(GalleryMemory.TYPE);
    var inTurn = new OneByOne(players);
    crew.spawn("leader", new TeamRun(List.of(inTurn), memory, crew, output, false));
    assertEquals(new Outcome.Finished(), crew.await(LIMIT));
    return output.lines();
  }

  /** Two workers of which the second begins when the first has ended. */
  private record OneByOne(Squad players, CountDownLatch firstHasEnded) implements Squad {
    OneByOne(Squad players) {
      this(players, new CountDownLatch(1));
    }

    @Override
    public int workers() {
      return 2;
    }

    @Override
    public void enter(LinearMemory memory, MemoryModules memoryModules) {
      players.enter(memory, memoryModules);
    }

    @Override
    public void setup(int threads) {
      players.setup(threads);
    }

    @Override
    public Returned work(int worker, int thread, int threads) throws InterruptedException {
      if (worker == 1) {
        firstHasEnded.await();
      }
      Returned values = players.work(worker, thread, threads);
      firstHasEnded.countDown();
      return values;
    }

    @Override
    public void finish(int threads) throws InterruptedException {
      players.finish(threads);
    }
  }

  /** What each implementation prints, by its name; guests run on the compiler. */
  private static Map<String, List<String>> outputs(String name, int threads, long... args)
      throws InterruptedException {
    var rows = new ArrayList<ParityRow>();
    var parity = new Parity(List.of(), false, UnaryOperator.identity(), rows::add);
    parity.run(entry(name), Team.ofJava(threads), args, null);
    for (Language language : entry(name).modules().keySet()) {
      parity.run(entry(name), Team.of(language, Engine.COMPILER, threads), args, null);
    }
    assertEquals(3, rows.size());
    return Map.of(
        "Java", rows.get(0).lines(),
        "AssemblyScript", rows.get(1).lines(),
        "C", rows.get(2).lines());
  }

  private static Catalogue.Entry entry(String name) {
    return Catalogue.find(name).orElseThrow();
  }
}
