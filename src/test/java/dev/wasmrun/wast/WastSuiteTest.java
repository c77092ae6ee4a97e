package dev.wasmrun.wast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wasmrun.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs every script in a directory, on both engines, and compares with what is expected of it:
 *
 * <pre>{@code
 * mvn -q test -Dtest=WastSuiteTest -Dwast.dir=DIR -Dwast.expectations=FILE
 * }</pre>
 *
 * Files of {@link Expectations} are in {@code src/test/suites}; without one, every command must end
 * as it says. A line per script states the counts, lines below it each failure; the totals follow
 * at the end of each engine.
 */
final class WastSuiteTest {
  private static final String DIRECTORY = "wast.dir";
  private static final String EXPECTATIONS = "wast.expectations";
  private static final Duration DEADLINE = Duration.ofMinutes(3);

  private static Optional<Assembler> assembler = Optional.empty();

  @TestFactory
  Stream<DynamicNode> suite() throws IOException {
    String directory = System.getProperty(DIRECTORY);
    assumeTrue(directory != null, "no suite: name its directory with -D" + DIRECTORY);
    assembler = Assembler.find();
    // Whoever names a suite wants it to be run.
    assertTrue(assembler.isPresent(), Assembler.MISSING);
    Path root = Path.of(directory);
    List<Path> files = scripts(root);
    var suites = new ArrayList<DynamicNode>();
    for (Engine engine : Engine.values()) {
      suites.add(
          new EngineSuite(root, files, engine, assembler.get(), expectations(engine)).tests());
    }
    return suites.stream();
  }

  @AfterAll
  static void endAssembler() {
    assembler.ifPresent(Assembler::close);
  }

  private static List<Path> scripts(Path root) throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.filter(file -> file.toString().endsWith(".wast")).sorted().toList();
    }
  }

  private static Expectations expectations(Engine engine) throws IOException {
    String file = System.getProperty(EXPECTATIONS);
    return file == null ? Expectations.none() : Expectations.read(Path.of(file), engine);
  }

  private record EngineSuite(
      Path root,
      List<Path> files,
      Engine engine,
      Assembler assembler,
      Expectations expectations,
      ScriptTally totals) {
    EngineSuite(
        Path root,
        List<Path> files,
        Engine engine,
        Assembler assembler,
        Expectations expectations) {
      this(root, files, engine, assembler, expectations, new ScriptTally());
    }

    DynamicNode tests() {
      var tests = new ArrayList<DynamicNode>();
      for (Path file : files) {
        String name = name(file);
        tests.add(
            DynamicTest.dynamicTest(engine + " " + name, file.toUri(), () -> test(name, file)));
      }
      tests.add(DynamicTest.dynamicTest(engine + " totals", this::checkTotals));
      return DynamicContainer.dynamicContainer(engine.toString(), tests);
    }

    private String name(Path file) {
      return root.relativize(file).toString().replace('\\', '/');
    }

    private void test(String name, Path file) throws IOException, InterruptedException {
      Script script = Script.read(name, file);
      ScriptTally tally =
          Deadline.run(DEADLINE, () -> ScriptRun.run(script, engine, assembler, expectations));
      totals.add(tally);
      print(name, tally.toString());
      var wrong = new ArrayList<String>();
      tally.failures().forEach(failure -> wrong.add(failure.toString()));
      wrong.addAll(expectations.stale(name));
      wrong.forEach(line -> System.out.println("    " + line));
      if (!wrong.isEmpty()) {
        throw failure(wrong);
      }
    }

    private void checkTotals() {
      print("TOTAL", "%s scripts  %s".formatted(files.size(), totals));
      var unknown = new TreeSet<>(expectations.named());
      unknown.removeAll(files.stream().map(this::name).toList());
      assertEquals(List.of(), List.copyOf(unknown), "scripts with expectations that are not there");
      if (expectations.scripts() > 0) {
        assertEquals(expectations.scripts(), files.size(), "scripts in " + root);
      }
      assertTrue(
          totals.passed() >= expectations.passed(),
          "only %s commands have passed, not %s".formatted(totals.passed(), expectations.passed()));
    }

    private static AssertionError failure(List<String> lines) {
      var error =
          new AssertionError("%s failures:%n%s".formatted(lines.size(), String.join("\n", lines)));
      error.setStackTrace(new StackTraceElement[0]); // It would tell nothing but this place.
      return error;
    }

    private void print(String name, String result) {
      System.out.printf("%-11s %-40s %s%n", engine, name, result);
    }
  }
}
