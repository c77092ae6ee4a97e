package dev.wasmrun.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.engine.Engine;
import dev.wasmrun.parity.Team.Part;
import dev.wasmrun.programs.Catalogue;
import dev.wasmrun.programs.Language;
import dev.wasmrun.programs.Program;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * Every program that shares a structure, in every mixture of the implementations on one memory.
 *
 * <p>The order within a team matters: who is first sets up and finishes, and has thread 0, which
 * conducts, dispatches or produces. So all orders are tried, of two implementations and of three.
 * What all print is what Java alone prints on as many threads.
 *
 * <p>The short form has a thread of each, on the compiler. The system property {@code
 * wasmrun.matrix}, set by the profile {@code matrix}, adds every implementation alone, both
 * engines, both at once, more threads and more arguments.
 */
@Timeout(600)
final class MixtureTest {
  private static final boolean FULL = Boolean.getBoolean("wasmrun.matrix");
  private static final List<Integer> THREADS = FULL ? List.of(1, 2, 3, 4, 8) : List.of(2, 3);

  private static final List<Optional<Language>> IMPLEMENTATIONS =
      List.of(Optional.of(Language.ASSEMBLYSCRIPT), Optional.of(Language.C), Optional.empty());

  /** What runs the guests of a team, by their place in it. */
  private static final List<List<Engine>> ENGINES =
      FULL
          ? List.of(
              List.of(Engine.COMPILER),
              List.of(Engine.INTERPRETER),
              List.of(Engine.INTERPRETER, Engine.COMPILER))
          : List.of(List.of(Engine.COMPILER));

  /** Arguments that the full matrix tries besides each program's sample. */
  private static final Map<String, List<long[]>> MORE_ARGUMENTS =
      Map.ofEntries(
          Map.entry("actors", List.of(args(1, 1, 0, 0), args(37, 3, 7, 0))),
          Map.entry("barrier", List.of(args(1), args(1000))),
          Map.entry("counter", List.of(args(1), args(12_345))),
          Map.entry("happycoin", List.of(args(1, 0, 0), args(5_000, 2074, 7_000))),
          Map.entry(
              "life",
              List.of(
                  args(1, 1, 3, 1, 5),
                  args(3, 50, 30, 2, 0),
                  args(50, 3, 30, 1, 1),
                  args(61, 73, 90, 3, 0),
                  args(64, 64, 200, 4, 0))),
          Map.entry(
              "life-simd",
              List.of(
                  args(1, 1, 3, 1, 5),
                  args(5, 17, 30, 2, 0),
                  args(50, 3, 30, 1, 1),
                  args(61, 73, 90, 3, 0),
                  args(64, 64, 200, 4, 0))),
          Map.entry("mutex", List.of(args(1), args(2_999))),
          Map.entry("notify-order", List.of(args(1, 0), args(50, 0))),
          Map.entry("ring-buffer", List.of(args(1, 68, 0), args(300, 68, 1), args(700, 5_000, 2))),
          Map.entry("rwlock", List.of(args(1), args(500))),
          Map.entry("semaphore", List.of(args(1, 1), args(300, 1), args(300, 100))),
          Map.entry("serialization", List.of(args(1, 0), args(9, 5), args(301, -1))),
          Map.entry(
              "thread-pool",
              List.of(
                  args(1, 1, 1, 1, 0, 0),
                  args(300, 1, 1, 50, 1, 0),
                  args(300, 2, 2, 50, 2, 0),
                  args(300, 3, 1, 50, 3, 0))));

  private static long[] args(long... args) {
    return args;
  }

  @TestFactory
  Stream<DynamicTest> everyMixtureAgreesWithJava() {
    return programs()
        .flatMap(
            entry ->
                THREADS.stream()
                    .map(
                        threads ->
                            DynamicTest.dynamicTest(
                                "%s, %d threads".formatted(entry.name(), threads),
                                () -> assertAgree(entry, threads))));
  }

  @Test
  void everyOrderOfTwoAndOfThreeIsAMixture() {
    assertEquals(List.of(), mixtures(1).stream().filter(mixture -> mixture.size() > 1).toList());
    long pairs = mixtures(2).stream().filter(mixture -> mixture.size() == 2).count();
    long triples = mixtures(3).stream().filter(mixture -> mixture.size() == 3).count();
    assertEquals(6, pairs);
    assertEquals(6, triples);
    assertEquals(mixtures(3).stream().distinct().count(), mixtures(3).size());
  }

  @Test
  void everyProgramHasMoreArgumentsInTheFullMatrix() {
    assertEquals(
        programs().map(Catalogue.Entry::name).sorted().toList(),
        MORE_ARGUMENTS.keySet().stream().sorted().toList());
    programs()
        .forEach(
            entry ->
                MORE_ARGUMENTS
                    .get(entry.name())
                    .forEach(
                        args ->
                            assertEquals(
                                entry.program().orElseThrow().parameters().size(),
                                args.length,
                                entry.name())));
  }

  private static Stream<Catalogue.Entry> programs() {
    return Catalogue.entries().stream()
        .filter(entry -> entry.program().filter(Program::deterministic).isPresent());
  }

  private static void assertAgree(Catalogue.Entry entry, int threads) throws InterruptedException {
    var parity = new Parity(List.of(), false, UnaryOperator.identity(), row -> {});
    var arguments = new ArrayList<long[]>();
    arguments.add(entry.program().orElseThrow().sampleArguments());
    if (FULL) {
      arguments.addAll(MORE_ARGUMENTS.get(entry.name()));
    }
    for (long[] args : arguments) {
      List<String> expected = parity.run(entry, Team.ofJava(threads), args, null).lines();
      for (List<Optional<Language>> mixture : mixtures(threads)) {
        for (List<Engine> engines : ENGINES) {
          ParityRow row = parity.run(entry, team(mixture, engines, threads), args, expected);
          assertTrue(row.agrees(), () -> Arrays.toString(args) + ": " + row);
        }
      }
    }
  }

  /** One implementation, two or three of them in every order, as many as there are threads for. */
  private static List<List<Optional<Language>>> mixtures(int threads) {
    var mixtures = new ArrayList<List<Optional<Language>>>();
    for (Optional<Language> first : IMPLEMENTATIONS) {
      if (FULL) {
        mixtures.add(List.of(first));
      }
      for (Optional<Language> second : IMPLEMENTATIONS) {
        if (second.equals(first) || threads < 2) {
          continue;
        }
        mixtures.add(List.of(first, second));
        for (Optional<Language> third : IMPLEMENTATIONS) {
          if (threads >= 3 && !third.equals(first) && !third.equals(second)) {
            mixtures.add(List.of(first, second, third));
          }
        }
      }
    }
    return mixtures;
  }

  /** The threads shared out as evenly as they go, the first ones getting the rest. */
  private static Team team(List<Optional<Language>> mixture, List<Engine> engines, int threads) {
    var parts = new ArrayList<Part>();
    for (int i = 0; i < mixture.size(); i++) {
      int share = threads / mixture.size() + (i < threads % mixture.size() ? 1 : 0);
      parts.add(new Part(mixture.get(i), engines.get(i % engines.size()), share));
    }
    return new Team(parts);
  }
}
