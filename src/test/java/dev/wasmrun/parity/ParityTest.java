package dev.wasmrun.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.programs.Catalogue;
import dev.wasmrun.programs.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
final class ParityTest {
  private static final List<Engine> ENGINES = List.of(Engine.values());
  private static final List<Integer> THREADS = List.of(1, 2, 4, 8);

  /** Java; on each of two engines two modules alone and, with several threads, all mixed. */
  private static int teams(int threads) {
    return threads == 1 ? 5 : 7;
  }

  /** Every program whose result is determined: every implementation, engine and thread count. */
  @TestFactory
  Stream<DynamicTest> allImplementationsAgree() {
    return Catalogue.entries().stream()
        .filter(entry -> entry.program().filter(Program::deterministic).isPresent())
        .flatMap(
            entry -> {
              long[] args = entry.program().orElseThrow().sampleArguments();
              return THREADS.stream()
                  .map(
                      threads ->
                          DynamicTest.dynamicTest(
                              "%s, %d threads".formatted(entry.name(), threads),
                              () -> assertAgree(entry, threads, args)));
            });
  }

  private static void assertAgree(Catalogue.Entry entry, int threads, long[] args)
      throws InterruptedException {
    var rows = new ArrayList<ParityRow>();
    var returned =
        new Parity(ENGINES, false, UnaryOperator.identity(), rows::add)
            .compare(entry, List.of(threads), args);
    assertEquals(returned, rows);
    assertEquals(
        teams(threads) + commands(entry),
        rows.stream().map(ParityRow::contender).distinct().count());
    for (ParityRow row : rows) {
      assertTrue(row.agrees(), row::toString);
      assertEquals(rows.get(0).lines(), row.lines(), row.contender());
      assertEquals(threads, row.threads());
    }
  }

  @Test
  void countersCountWhatAllThreadsAdd() throws Exception {
    for (ParityRow row : compare("counter", UnaryOperator.identity(), List.of(3), 2_000)) {
      assertEquals(List.of("i32 6000", "i64 6000"), row.lines(), row.contender());
    }
  }

  @Test
  void happycoinsAreThoseOfTheJdksGenerator() throws Exception {
    long attempts = 40_000;
    long seed = 2074;
    var expected = new ArrayList<String>();
    var random = new SplittableRandom(seed);
    for (long i = 0; i < attempts; i++) {
      long n = random.nextLong();
      if (Long.remainderUnsigned(n, 10_000) == 0 && isHappy(Long.toUnsignedString(n))) {
        expected.add(Long.toUnsignedString(n));
      }
    }
    assertFalse(expected.isEmpty());
    expected.add("count " + expected.size());
    var rows = compare("happycoin", UnaryOperator.identity(), List.of(2), attempts, seed, 0);
    assertEquals(teams(2) + commands(Catalogue.find("happycoin").orElseThrow()), rows.size());
    for (ParityRow row : rows) {
      assertEquals(expected, row.lines(), row.contender());
    }
  }

  /** By the definition, on decimal digits: every unhappy number comes to 4, zero stays zero. */
  private static boolean isHappy(String digits) {
    int sum = digits.chars().map(digit -> (digit - '0') * (digit - '0')).sum();
    return sum == 1 || (sum != 4 && sum != 0 && isHappy(Integer.toString(sum)));
  }

  @Test
  void rangesThatBeginLaterJoinIntoTheWhole() throws Exception {
    var whole = compare("happycoin", UnaryOperator.identity(), List.of(2), 40_000, 2074, 0);
    var begin = compare("happycoin", UnaryOperator.identity(), List.of(2), 15_000, 2074, 0);
    var end = compare("happycoin", UnaryOperator.identity(), List.of(2), 25_000, 2074, 15_000);
    for (int i = 0; i < teams(2); i++) {
      assertEquals(
          coins(whole.get(i)),
          Stream.of(begin.get(i), end.get(i)).flatMap(row -> coins(row).stream()).toList());
    }
  }

  /** How many runs there are of modules that start their threads themselves. */
  private static int commands(Catalogue.Entry entry) {
    return entry.commands().size() * ENGINES.size();
  }

  private static List<String> coins(ParityRow row) {
    return row.lines().subList(0, row.lines().size() - 1);
  }

  @Test
  void oneWrongBitOfAConstantIsADifference() throws Exception {
    var rows = compare("happycoin", WrongModule::inPlaceOf, List.of(2), 40_000, 2074, 0);
    String first = rows.get(0).lines().get(0);
    for (ParityRow row : rows) {
      if (row.contender().contains(":")) {
        continue; // a team in which, by chance, another member may have done all the work
      }
      boolean wrong = row.contender().startsWith("AssemblyScript");
      assertEquals(!wrong, row.agrees(), row::toString);
      if (wrong) {
        var difference = row.difference().orElseThrow();
        assertEquals(1, difference.line());
        assertEquals(first, difference.expected());
        assertEquals(row.lines().get(0), difference.actual());
      }
    }
  }

  @Test
  void aTrapIsADifference() throws Exception {
    var rows =
        compare(
            "counter",
            module ->
                module.name().equals("counter-c.wasm") ? Fixtures.module("unreachable") : module,
            List.of(2),
            100);
    var failed = rows.stream().filter(row -> !row.agrees()).toList();
    assertEquals(
        List.of(
            "C, compiler",
            "AssemblyScript:1 C:1, compiler",
            "C, interpreter",
            "AssemblyScript:1 C:1, interpreter"),
        failed.stream().map(ParityRow::contender).toList());
    assertEquals(
        new Difference(1, "i32 200", "a trap: unreachable instruction executed"),
        failed.get(0).difference().orElseThrow());
  }

  @Test
  void aFailureOfTheReferenceItselfIsNoDifference() {
    var failure =
        assertThrows(
            IllegalStateException.class,
            () -> compare("counter", UnaryOperator.identity(), List.of(2), -5));
    assertEquals(
        "counter in Java on 2 threads ended with a failure:"
            + " java.lang.IllegalArgumentException: increments must not be negative: -5",
        failure.getMessage());
  }

  @Test
  void missingAndAdditionalLinesAreDifferences() {
    var three = List.of("a", "b", "c");
    assertEquals(
        new Difference(3, "c", "nothing"),
        Difference.first(three, three.subList(0, 2)).orElseThrow());
    assertEquals(
        new Difference(3, "nothing", "c"),
        Difference.first(three.subList(0, 2), three).orElseThrow());
    assertTrue(Difference.first(three, three).isEmpty());
  }

  private static List<ParityRow> compare(
      String program, UnaryOperator<GuestModule> modules, List<Integer> threads, long... args)
      throws InterruptedException {
    return new Parity(ENGINES, false, modules, row -> {})
        .compare(Catalogue.find(program).orElseThrow(), threads, args);
  }
}
