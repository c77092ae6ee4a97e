package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Manual;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * The README and the manual tell the truth: each command of its console blocks prints what follows
 * it there. A line {@code …} stands for any lines, {@code …} within a line for any text.
 */
@Timeout(300)
final class ManualTest {
  private static final String PROMPT = "$ ./wasm-run ";
  private static final String ANYTHING = "…";

  /** A link, or a picture, and where it leads. */
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

  /** A command, without the program's name, and the lines that follow it. */
  private record Example(String command, List<String> output) {

    boolean matches(String printed) {
      String pattern =
          output.stream()
              .map(line -> line.equals(ANYTHING) ? "(?:.*\n)*" : inLine(line) + "\n")
              .collect(Collectors.joining());
      return Pattern.matches(pattern, printed);
    }

    private static String inLine(String line) {
      return Arrays.stream(line.split(ANYTHING, -1))
          .map(Pattern::quote)
          .collect(Collectors.joining(".*"));
    }
  }

  @TestFactory
  Stream<DynamicTest> everyCommandPrintsWhatFollowsIt() throws IOException {
    List<Example> examples = examples();
    assertTrue(examples.size() >= 10, "found only " + examples.size());
    return examples.stream()
        .map(example -> DynamicTest.dynamicTest(example.command(), () -> assertPrinted(example)));
  }

  private static void assertPrinted(Example example) {
    var terminal = new ByteArrayOutputStream(); // shows both streams, as they come
    var stream = new PrintStream(terminal, true, StandardCharsets.UTF_8);
    Main.run(new Console(stream, stream), example.command().split(" "));
    String printed = terminal.toString(StandardCharsets.UTF_8);
    if (!example.matches(printed)) {
      assertEquals(String.join("\n", example.output()) + "\n", printed);
    }
  }

  @Test
  void aWrongExampleWouldBeNoticed() {
    var example = new Example("", List.of("first …", "…", "last"));
    assertTrue(example.matches("first 1\nlast\n"));
    assertTrue(example.matches("first 1\n2\n3\nlast\n"));
    for (String wrong : List.of("", "first 1\n", "first 1\nlast", "last\n", "first 1\nlast\n4\n")) {
      assertTrue(!example.matches(wrong), wrong);
    }
  }

  @Test
  void everyOptionCommandAndExitCodeIsThere() throws IOException {
    String manual = Manual.text();
    for (Command command :
        List.of(
            new RunCommand(null, List.of()),
            new CheckCommand(null, List.of()),
            new InspectCommand(null),
            new ListCommand(null),
            new MergeCommand(null),
            new ParityCommand(null),
            new BenchCommand(null),
            new ServeCommand(null),
            new CompletionCommand(null, List::of, List.of()))) {
      var spec = command.spec();
      assertTrue(manual.contains("`" + spec.name() + " "), spec.name());
      for (var option : spec.options()) {
        for (String name : option.names()) {
          assertTrue(manual.contains(name), name);
        }
      }
    }
    for (ExitCode code : ExitCode.values()) {
      assertTrue(code == ExitCode.OK || manual.contains("\n| " + code.code() + " | "), code.name());
    }
  }

  /** Each link within the repository leads to a file that is there, and to a heading in it. */
  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    var files = new ArrayList<>(Manual.files());
    files.add(Path.of("RATIONALE.md"));
    int followed = 0;
    for (Path file : files) {
      String text = Files.readString(file);
      for (MatchResult link : LINK.matcher(text).results().toList()) {
        String to = link.group(1);
        if (to.matches("https?:.*")) {
          continue;
        }
        String[] parts = to.split("#", 2);
        Path target = parts[0].isEmpty() ? file : file.resolveSibling(parts[0]).normalize();
        assertTrue(Files.exists(target), file + " links to " + to);
        if (parts.length == 2) {
          assertTrue(anchors(target).contains(parts[1]), file + " links to " + to);
        }
        followed++;
      }
    }
    assertTrue(followed > 20, "found only " + followed);
  }

  /** What the headings of a file are called in links. */
  private static Set<String> anchors(Path file) throws IOException {
    var anchors = new HashSet<String>();
    for (String line : Files.readAllLines(file)) {
      if (line.matches("#+ .*")) {
        String title = line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT);
        anchors.add(title.replaceAll("[^\\p{L}\\p{N}_\\- ]", "").replace(' ', '-'));
      }
    }
    return anchors;
  }

  private static List<Example> examples() throws IOException {
    var examples = new ArrayList<Example>();
    boolean inConsole = false;
    for (String line : Manual.lines()) {
      if (line.startsWith("```")) {
        inConsole = line.equals("```console");
      } else if (inConsole && line.startsWith("$ ")) {
        assertTrue(line.startsWith(PROMPT), "no test can run this: " + line);
        examples.add(new Example(line.substring(PROMPT.length()), new ArrayList<>()));
      } else if (inConsole) {
        examples.get(examples.size() - 1).output().add(line);
      }
    }
    return examples;
  }
}
