package dev.wasmrun.check.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.check.Finding;
import dev.wasmrun.check.schedule.JavaThreads.Work;
import dev.wasmrun.memory.LinearMemory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The reduction leaves nothing out: random programs end in the same states, deadlocks and exits
 * included, whether all their schedules are run or only those that the reduction leaves.
 */
@Timeout(300)
final class ReductionTest {
  private static final int PROGRAMS = 12;
  private static final int[] PLACES = {0x100, 0x104, 0x200};
  private static final int RESULTS = 0x400;

  /** One thing that a thread does, and where it puts what it has seen. */
  private interface Step {
    int run(LinearMemory memory) throws InterruptedException;
  }

  private static Step step(SplittableRandom random, boolean waits) {
    int place = PLACES[random.nextInt(PLACES.length)];
    int value = 1 + random.nextInt(2);
    return switch (random.nextInt(waits ? 9 : 6)) {
      case 0 -> memory -> memory.getInt(place);
      case 1 ->
          memory -> {
            memory.setInt(place, value);
            return 0;
          };
      case 2 -> memory -> memory.getAndAddInt(place, value);
      case 3 -> memory -> memory.compareAndExchangeInt(place, 0, value);
      case 4 -> memory -> memory.getIntVolatile(place);
      case 5 ->
          memory -> {
            memory.setShort(place + 2, (short) value);
            return 0;
          };
      case 6 -> memory -> memory.wait32(place, 0, -1).code();
      case 7 -> memory -> memory.wait32(place, 0, 1000).code();
      default -> memory -> memory.notify(place, value);
    };
  }

  /** Threads of a few steps each; one of them may end the run. */
  private static List<List<Step>> program(SplittableRandom random, int budget, boolean waits) {
    var threads = new ArrayList<List<Step>>();
    int count = 2 + random.nextInt(2);
    for (int i = 0; i < count; i++) {
      var steps = new ArrayList<Step>();
      for (int j = 0; j < budget / count; j++) {
        steps.add(step(random, waits));
      }
      threads.add(steps);
    }
    return threads;
  }

  private static Set<String> ends(List<List<Step>> program, boolean weak, boolean reduced)
      throws InterruptedException {
    var seen = new CopyOnWriteArrayList<String>();
    var works = new ArrayList<Work>();
    for (int i = 0; i < program.size(); i++) {
      int thread = i;
      works.add(
          (memory, output) -> {
            for (int j = 0; j < program.get(thread).size(); j++) {
              int result = program.get(thread).get(j).run(memory);
              memory.setInt(RESULTS + 64 * thread + 4 * j, result + 1);
            }
          });
    }
    JavaThreads threads =
        JavaThreads.of(works.toArray(Work[]::new))
            .then((memory, output) -> seen.add(state(memory, program)));
    var settings =
        new Settings(SwitchPoints.ALL, weak, 10_000, Duration.ofSeconds(60), 0, Optional.empty());
    var exhaustive = new Exhaustive(reduced);
    var ends = new TreeSet<String>();
    try (var runner = new ScheduleRunner(threads, settings, RaceWatch.NOBODY)) {
      Run run;
      int runs = 0;
      do {
        assertTrue(++runs < 200_000, "too large a program for this test");
        run = runner.run(exhaustive, Journal.Scope.EVENTS);
        if (run.finding().isPresent()) {
          assertEquals(Finding.Kind.DEADLOCK, run.finding().get().kind());
          ends.add(run.finding().get().message());
        }
      } while (exhaustive.advance(run.journal(), run.cutOff()));
    }
    ends.addAll(seen);
    return ends;
  }

  private static String state(LinearMemory memory, List<List<Step>> program) {
    var state = new StringBuilder();
    for (int place : PLACES) {
      state.append(memory.getIntVolatile(place)).append(' ');
    }
    for (int i = 0; i < program.size(); i++) {
      for (int j = 0; j < program.get(i).size(); j++) {
        state.append(memory.getIntVolatile(RESULTS + 64 * i + 4 * j)).append(' ');
      }
    }
    return state.toString();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void accessesWaitsAndTimeouts(long seed) throws Exception {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < PROGRAMS; i++) {
      List<List<Step>> program = program(random, 4, true);
      assertEquals(ends(program, false, false), ends(program, false, true), "program " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5})
  void storeBuffers(long seed) throws Exception {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < PROGRAMS / 2; i++) {
      List<List<Step>> program = program(random, 2, false);
      assertEquals(ends(program, true, false), ends(program, true, true), "program " + i);
    }
  }
}
