package dev.wasmrun.wast;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wasmrun.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs every script in a directory, on both engines:
 *
 * <pre>{@code
 * mvn -q test -Dtest=WastSuiteTest -Dwast.dir=DIR
 * }</pre>
 *
 * A line per script states the counts, lines below it each failure; the totals follow at the end of
 * each engine.
 */
final class WastSuiteTest {
  private static final String DIRECTORY = "wast.dir";
  private static final Duration DEADLINE = Duration.ofMinutes(3);

  @TestFactory
  Stream<DynamicNode> suite() throws IOException {
    String directory = System.getProperty(DIRECTORY);
    assumeTrue(directory != null, "no suite: name its directory with -D" + DIRECTORY);
    Optional<Assembler> assembler = Assembler.find();
    assumeTrue(assembler.isPresent(), "no wat2wasm: install WABT to run the suite");
    Path root = Path.of(directory);
    List<Path> files = scripts(root);
    return Arrays.stream(Engine.values())
        .map(engine -> new EngineSuite(root, files, engine, assembler.get()).tests());
  }

  private static List<Path> scripts(Path root) throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.filter(file -> file.toString().endsWith(".wast")).sorted().toList();
    }
  }

  private record EngineSuite(
      Path root, List<Path> files, Engine engine, Assembler assembler, Totals totals) {
    EngineSuite(Path root, List<Path> files, Engine engine, Assembler assembler) {
      this(root, files, engine, assembler, new Totals());
    }

    DynamicNode tests() {
      var tests = new ArrayList<DynamicNode>();
      for (Path file : files) {
        String name = root.relativize(file).toString();
        tests.add(
            DynamicTest.dynamicTest(engine + " " + name, file.toUri(), () -> test(name, file)));
      }
      tests.add(
          DynamicTest.dynamicTest(engine + " totals", () -> print("TOTAL", totals.toString())));
      return DynamicContainer.dynamicContainer(engine.toString(), tests);
    }

    private void test(String name, Path file) throws IOException, InterruptedException {
      Script script = Script.read(name, file);
      Optional<Unsupported> unsupported = Unsupported.neededBy(script);
      if (unsupported.isPresent()) {
        totals.skippedScripts++;
        print(name, "skipped, it needs " + unsupported.get().reason());
        assumeTrue(false, "it needs " + unsupported.get().reason());
      }
      Tally tally = Deadline.run(DEADLINE, () -> ScriptRun.run(script, engine, assembler));
      totals.scripts++;
      totals.tally.add(tally);
      print(name, tally.toString());
      tally.failures().forEach(failure -> System.out.println("    " + failure));
      if (!tally.failures().isEmpty()) {
        throw failure(tally.failures());
      }
    }

    private static AssertionError failure(List<Tally.Failure> failures) {
      String lines = failures.stream().map(Object::toString).collect(Collectors.joining("\n"));
      var error = new AssertionError("%d failures:%n%s".formatted(failures.size(), lines));
      error.setStackTrace(new StackTraceElement[0]); // It would tell nothing but this place.
      return error;
    }

    private void print(String name, String result) {
      System.out.printf("%-11s %-40s %s%n", engine, name, result);
    }
  }

  /** The sums of one engine; its tests run one after the other. */
  private static final class Totals {
    private final Tally tally = new Tally();
    private int scripts;
    private int skippedScripts;

    @Override
    public String toString() {
      return "%s; %d scripts run, %d skipped".formatted(tally, scripts, skippedScripts);
    }
  }
}
