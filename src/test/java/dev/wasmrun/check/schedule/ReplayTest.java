package dev.wasmrun.check.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wasmrun.Fixtures;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.run.ModuleRun;
import dev.wasmrun.run.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Failures of every kind are had again from their seed and from their words, with every step alike,
 * by both engines. Of all programs, how often each is asked for, of which of them, and a directory
 * in which a Java version leaves what it saw for the next to compare with:
 *
 * <pre>{@code
 * mvn -q test -Dtest=ReplayTest -Dwasmrun.replays=100
 *     [-Dwasmrun.replays.only=REGEX] [-Dwasmrun.replays.seen=DIR]
 * }</pre>
 */
@Timeout(3600)
final class ReplayTest {
  private static final int TIMES = Integer.getInteger("wasmrun.replays", 1);

  /** Else one of a kind of those that are larger. */
  private static final boolean ALL =
      Boolean.getBoolean("wasmrun.matrix") || System.getProperty("wasmrun.replays") != null;

  private static final Set<String> ONE_OF_A_KIND =
      Set.of(
          "counter",
          "resized-while-used",
          "use-after-free",
          "double-free",
          "beyond-a-block",
          "dead-stack",
          "lock-circle");

  private static final String OF_A_MILLION_STEPS = "waiting-orders-nobody";
  private static final int MOST_RUNS = 10_000;

  /** A longer run is too long, which can be had again, too. */
  private static final int MOST_STEPS = 20_000;

  /** A program that fails, and how its schedules are chosen. */
  private record Failing(String name, Supplier<Schedules> schedules, Chosen chosen) {
    @Override
    public String toString() {
      return name + " " + chosen;
    }

    Schedules by(Engine engine) {
      return schedules.get().maxSteps(MOST_STEPS).engine(engine);
    }
  }

  /** A choice of so many schedules from a seed on. */
  private enum Chosen {
    MIXED {
      @Override
      Schedules of(Schedules program, int count) {
        return program.mixed(count);
      }
    },
    RANDOM {
      @Override
      Schedules of(Schedules program, int count) {
        return program.random(count);
      }
    },
    PRIORITIES {
      @Override
      Schedules of(Schedules program, int count) {
        return program.priorities(count, 3);
      }
    },
    LATE_STORES {
      @Override
      Schedules of(Schedules program, int count) {
        return program.random(count).withStoreBuffers();
      }
    };

    abstract Schedules of(Schedules program, int count);
  }

  private static Stream<Failing> failing() throws InterruptedException {
    var all = new ArrayList<>(gallery());
    all.addAll(cases("pthreads-check-cases"));
    if (ALL) {
      all.addAll(cases("pthreads-check-cases-cxx"));
    }
    all.addAll(workers("as-check-cases"));
    all.addAll(workers("check-cases"));
    Pattern only = Pattern.compile(System.getProperty("wasmrun.replays.only", ""));
    return all.stream().filter(failing -> only.matcher(failing.toString()).find());
  }

  private static List<Failing> gallery() {
    return List.of(
        wrongAnswer("counter-racy.wasm", "2", Chosen.MIXED),
        wrongAnswer("counter-racy-c.wasm", "2", Chosen.PRIORITIES),
        wrongAnswer("mutex-racy.wasm", "3", Chosen.RANDOM),
        wrongAnswer("mutex-racy-c.wasm", "3", Chosen.LATE_STORES),
        wrongAnswer("life-racy.wasm", "8 8 2", Chosen.MIXED),
        wrongAnswer("life-racy-c.wasm", "8 8 2", Chosen.RANDOM),
        wrongAnswer("ring-buffer-racy.wasm", "8", Chosen.MIXED),
        wrongAnswer("ring-buffer-racy-c.wasm", "8", Chosen.PRIORITIES),
        gallery("deadlock.wasm", "1", Chosen.MIXED, program -> program),
        gallery("deadlock-c.wasm", "1", Chosen.LATE_STORES, program -> program),
        gallery("counter-racy.wasm", "1", Chosen.RANDOM, Schedules::forbiddingRaces),
        gallery("counter.wasm", "-1", Chosen.MIXED, program -> program),
        gallery("counter.wasm", "9999", Chosen.PRIORITIES, program -> program),
        fixture("wasi-threads-limit", "", Chosen.MIXED, program -> program.maxThreads(3)),
        fixture("pthreads-check-cases", "exits-first", Chosen.MIXED, program -> program));
  }

  private static Failing wrongAnswer(String module, String args, Chosen chosen) {
    return gallery(module, args, chosen, Schedules::expectingSerialOutput);
  }

  private static Failing gallery(
      String module, String args, Chosen chosen, UnaryOperator<Schedules> more) {
    return new Failing(
        module + " " + args,
        () -> more.apply(Schedules.of(GuestModule.load(module)).threads(2).args(args.split(" "))),
        chosen);
  }

  private static Failing fixture(
      String module, String args, Chosen chosen, UnaryOperator<Schedules> more) {
    String[] words = args.isEmpty() ? new String[0] : args.split(" ");
    return new Failing(
        module + " " + args,
        () -> more.apply(Schedules.of(Fixtures.module(module)).args(words)),
        chosen);
  }

  private static List<Failing> workers(String module) throws InterruptedException {
    RunConfig listing = RunConfig.builder().args("0").build().onThreads(2);
    List<String> programs =
        ModuleRun.of(Fixtures.module(module), listing).run().output().lines().toList();
    var all = new ArrayList<Failing>();
    for (int i = 0; i < programs.size(); i++) {
      if (programs.get(i).endsWith(" race") || programs.get(i).endsWith(" schedule")) {
        all.add(fixture(module, Integer.toString(i + 1), Chosen.MIXED, Schedules::forbiddingRaces));
      }
    }
    return all;
  }

  /** Those of a module of {@code CheckCasesTest} that are wrong. */
  private static List<Failing> cases(String module) throws InterruptedException {
    String programs = ModuleRun.of(Fixtures.module(module), RunConfig.DEFAULT).run().output();
    return programs
        .lines()
        .filter(line -> !line.endsWith(" right"))
        .map(line -> line.substring(0, line.indexOf(' ')))
        .filter(name -> ALL ? !name.equals(OF_A_MILLION_STEPS) : ONE_OF_A_KIND.contains(name))
        .map(name -> fixture(module, name, Chosen.MIXED, Schedules::forbiddingRaces))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("failing")
  void aFailureIsHadAgainFromItsSeedAndFromItsWords(Failing failing) throws Exception {
    Exploration.Failure found = found(failing, Engine.COMPILER);
    assertEquals(found, found(failing, Engine.INTERPRETER));
    for (Engine engine : Engine.values()) {
      for (int i = 0; i < TIMES; i++) {
        Schedules program = failing.chosen().of(failing.by(engine), 1);
        Exploration bySeed = program.seed(found.seed().orElseThrow()).explore();
        assertSame(found, bySeed);
        assertSame(found, program.replay(Schedule.parse(found.schedule().toString())).explore());
      }
    }
    compareWithOtherRuns(failing, FailureText.of(found));
  }

  private static Exploration.Failure found(Failing failing, Engine engine)
      throws InterruptedException {
    return failing.chosen().of(failing.by(engine), MOST_RUNS).explore().failure().orElseThrow();
  }

  private static void assertSame(Exploration.Failure expected, Exploration exploration) {
    Exploration.Failure again = exploration.failure().orElseThrow();
    assertEquals(List.of(), exploration.unmade().choices());
    assertEquals(expected.finding(), again.finding());
    assertEquals(expected.schedule(), again.schedule());
    assertEquals(expected.interleaving(), again.interleaving());
  }

  private static void compareWithOtherRuns(Failing failing, String text) throws IOException {
    String seen = System.getProperty("wasmrun.replays.seen");
    if (seen != null) {
      Path file = Path.of(seen, failing.toString().replaceAll("\\W+", "-"));
      if (Files.exists(file)) {
        assertEquals(Files.readString(file), text);
      }
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    }
  }
}
