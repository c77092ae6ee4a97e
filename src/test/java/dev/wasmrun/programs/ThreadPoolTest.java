package dev.wasmrun.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.memory.LinearMemory;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ThreadPoolTest {
  private static final int BAR = 1;
  private static final int BUSY = 2;
  private static final int WAITS = 4;
  private static final int TASKS = 5;
  private static final int TURNS = 6;

  private final ThreadPool pool = new ThreadPool();

  @Property(tries = 60)
  void everyTaskIsDoneOnceWhoeverDoesIt(
      @ForAll @IntRange(min = 1, max = 8) int threads,
      @ForAll @IntRange(min = 1, max = 3) int strategy,
      @ForAll @IntRange(min = 1, max = 2) int load,
      @ForAll @IntRange(min = 1, max = 200) int tasks,
      @ForAll long seed)
      throws Exception {
    long sum = 0;
    for (int number = 0; number < tasks; number++) {
      long turns = load == 2 && (Mix64.randomAt(seed, number) & 7) == 0 ? 16 * 5 : 5;
      long result = 0;
      for (long turn = 0; turn < turns; turn++) {
        result = Mix64.digestOf(result, number);
      }
      sum += result;
    }

    assertEquals(
        "done " + tasks + "\nsum " + Long.toUnsignedString(sum) + "\n",
        ProgramTeam.run(pool, threads, tasks, strategy, load, 5, seed).text());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void theDetailsOfTheWorkersAddUp(int threads) throws Exception {
    List<String[]> rows = details(threads, 300, 2, 2, 10, 7, 1);

    assertEquals(Math.max(1, threads - 1), rows.size());
    assertEquals(300, sum(rows, TASKS));
    assertTrue(sum(rows, TURNS) > 300 * 10, "some tasks take longer");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void theBarOfAWorkerIsTheShareOfItsTimeThatItWasBusy(int threads) throws Exception {
    for (String[] row : details(threads, 300, 1, 1, 1000, 0, 1)) {
      int length = row[BAR].replace(".", "").length();
      long percent = Long.parseLong(row[BUSY]);
      assertEquals("#".repeat(length) + ".".repeat(30 - length), row[BAR]);
      assertEquals(length, percent * 30 / 100.0, 0.7);
      assertEquals(threads == 1, row[WAITS].equals("0") && percent == 100);
    }
  }

  @Test
  void aWorkerThatIsIdleMostOfItsTimeHasAShortBar() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(pool, 1, 1, 1, 1, 0, 1);
      pool.setup(memory, 3, args);
      setTimes(memory, 0, 1_000_000, 750_000);
      setTimes(memory, 1, 1_000_000, 0);
      List<String> lines = ProgramTeam.finish(memory, pool, 3, args).text().lines().toList();

      assertEquals(
          List.of(
              "worker  # busy, . idle                  busy %   idle us  waits  tasks       turns",
              "     0  ########......................      25       750      0      0           0",
              "     1  ##############################     100         0      0      0           0"),
          lines.subList(2, 5));
    }
  }

  private static void setTimes(LinearMemory memory, int worker, long time, long idle) {
    memory.setLong(ThreadPoolLayout.lane(worker) + ThreadPoolLayout.TIME, time);
    memory.setLong(ThreadPoolLayout.lane(worker) + ThreadPoolLayout.IDLE, idle);
  }

  @Test
  void roundRobinGivesEveryWorkerItsTurn() throws Exception {
    List<String[]> rows = details(4, 99, 1, 1, 1, 0, 1);

    assertEquals(List.of("33", "33", "33"), rows.stream().map(row -> row[TASKS]).toList());
  }

  @Test
  void progressIsTheShareOfTasksThatAreDone() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(pool, 8);
      pool.setup(memory, 3, args);
      assertEquals(0, pool.progress(memory, 3, args).orElseThrow().share());
      memory.setLong(ThreadPoolLayout.lane(1) + ThreadPoolLayout.DONE, 2);
      assertEquals(0.25, pool.progress(memory, 3, args).orElseThrow().share());
    }
  }

  @Test
  void theLeastBusyWorkerIsTheFirstOfThoseWithTheFewestTasks() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      int[] outstanding = {3, 1, 2, 1};
      for (int worker = 0; worker < outstanding.length; worker++) {
        memory.setInt(
            ThreadPoolLayout.lane(worker) + ThreadPoolLayout.OUTSTANDING, outstanding[worker]);
      }

      assertEquals(1, Dispatch.LEAST_BUSY.choose(memory, 0, 4, 0));
      assertEquals(0, Dispatch.LEAST_BUSY.choose(memory, 0, 1, 0));
    }
  }

  @Test
  void randomReachesEveryWorker() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      boolean[] reached = new boolean[7];
      for (int task = 0; task < 100; task++) {
        reached[Dispatch.RANDOM.choose(memory, task, reached.length, 1)] = true;
      }
      for (boolean each : reached) {
        assertTrue(each);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 4, 0, 0, 'strategy is 1 round-robin, 2 random or 3 least busy, not 4'",
    "1, -1, 0, 0, 'strategy is 1 round-robin, 2 random or 3 least busy, not -1'",
    "1, 0, 3, 0, 'load is 1 fixed or 2 skewed, not 3'",
    "260801, 0, 0, 0, '260801 tasks, the most is 260800'",
    "1, 0, 0, 100000001, '100000001 effort, the most is 100000000'"
  })
  void whatIsNoStrategyNoLoadOrTooMuchIsRefused(
      long tasks, long strategy, long load, long effort, String message) {
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> ProgramTeam.run(pool, 2, tasks, strategy, load, effort));

    assertEquals(message, refusal.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aThreadThatIsInterruptedInALongTaskStops(int threads) throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(pool, 1, 0, 0, 100_000_000);
      pool.setup(memory, threads, args);
      if (threads == 2) {
        pool.work(memory, 0, 2, args);
      }
      Thread.currentThread().interrupt();

      assertThrows(InterruptedException.class, () -> pool.work(memory, threads - 1, threads, args));
    }
  }

  /** The words of each worker's line. */
  private List<String[]> details(int threads, long... args) throws Exception {
    return ProgramTeam.run(pool, threads, args)
        .text()
        .lines()
        .skip(3)
        .map(line -> line.trim().split(" +"))
        .toList();
  }

  private static long sum(List<String[]> rows, int column) {
    return rows.stream().mapToLong(row -> Long.parseLong(row[column])).sum();
  }
}
