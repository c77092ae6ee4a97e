package dev.wasmrun.corpus;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Builds the programs of a public corpus, has them checked, and compares with what is known of
 * them:
 *
 * <pre>{@code
 * mvn -q test -Dtest=CorpusTest -Dcorpus.dir=DIR -Dcorpus.table=FILE
 *     [-Dcorpus.checkers=plain,schedules,races,tsan,helgrind] [-Dcorpus.seconds=10]
 *     [-Dcorpus.only=REGEX] [-Dcorpus.build=target/corpus]
 * }</pre>
 *
 * Files of {@link CorpusTable} are in {@code src/test/suites/corpora}, which says where the sources
 * are. Guests are built by {@code emcc}, programs for other checkers by {@code gcc}. What each
 * checker has said is beside what was built; a table at the end counts.
 */
final class CorpusTest {
  private static final CorpusTally TALLY = new CorpusTally();

  @TestFactory
  Stream<DynamicTest> programs() throws IOException {
    String directory = System.getProperty("corpus.dir");
    assumeTrue(directory != null, "no corpus: name its directory with -Dcorpus.dir");
    String name = System.getProperty("corpus.table");
    assertTrue(name != null, "no table: name its file with -Dcorpus.table");
    CorpusTable table = CorpusTable.read(Path.of(name));
    Path output = Path.of(System.getProperty("corpus.build", "target/corpus"));
    var build = new ProgramBuild(Path.of(directory), table, output.toAbsolutePath());
    Pattern only = Pattern.compile(System.getProperty("corpus.only", ".*"));
    return table.programs().stream()
        .filter(program -> only.matcher(program.path()).find())
        .map(program -> DynamicTest.dynamicTest(program.path(), () -> judge(build, program)));
  }

  private static void judge(ProgramBuild build, CorpusProgram program) throws Exception {
    var differences = new ArrayList<String>();
    var line = new StringBuilder();
    for (CorpusChecker checker : checkers(program.defects())) {
      ProgramVerdict verdict =
          checker.judge(build, program, Integer.getInteger("corpus.seconds", 10));
      String checkerName = checker.name().toLowerCase(Locale.ROOT);
      Files.writeString(
          build.output().resolve(program.fileName() + "." + checkerName + ".txt"), verdict.text());
      ProgramVerdict.Score score = verdict.score(program, build.table().judged());
      TALLY.add(checker, score);
      line.append(" %s=%s%s".formatted(checkerName, score, verdict.defects()));
      boolean right = score == ProgramVerdict.Score.FOUND || score == ProgramVerdict.Score.RIGHT;
      if (checker.isOurs() && !right && !program.known().contains(checkerName)) {
        differences.add("%s %s: %s".formatted(checkerName, score, verdict.text()));
      }
    }
    System.out.println(program.path() + " " + program.defects() + line);
    assertTrue(differences.isEmpty(), () -> String.join("\n", differences));
  }

  /** Those asked for that can tell what is to be told; of a correct program, all. */
  private static List<CorpusChecker> checkers(Set<Defect> defects) {
    return Arrays.stream(System.getProperty("corpus.checkers", "plain,schedules,races").split(","))
        .map(word -> CorpusChecker.valueOf(word.toUpperCase(Locale.ROOT)))
        .filter(checker -> defects.isEmpty() || checker.mayTell(defects))
        .collect(Collectors.toList());
  }

  @AfterAll
  static void tell() {
    TALLY.lines().forEach(System.out::println);
  }
}
