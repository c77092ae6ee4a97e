package dev.wasmrun.wast;

import dev.wasmrun.engine.Engine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is known of a suite before it runs: how many scripts it has, how many commands pass at
 * least, and which commands end otherwise than they say. In a file a line states
 *
 * <pre>
 *   scripts NUMBER
 *   passed NUMBER
 *   SCRIPT:LINES ENGINE [sometimes] "PART OF THE MESSAGE" REASON
 * </pre>
 *
 * where {@code LINES} is {@code 7}, {@code 7-9}, {@code 7,12-15} or {@code *}, and {@code ENGINE}
 * is an engine or {@code both}. A difference is to show at each run, at one of its lines at least;
 * {@code sometimes} says that it depends on the JDK or on what is compiled. Empty lines and those
 * that begin with {@code #} mean nothing.
 *
 * <p>Immutable, but for the note of which differences have shown. Safe for any number of threads.
 */
final class Expectations {
  private static final Pattern DIFFERENCE =
      Pattern.compile(
          "(?<script>[^\\s:]+):(?<lines>\\*|[\\d,-]+) +(?<engine>\\w+)"
              + "(?<sometimes> +sometimes)? +\"(?<message>[^\"]+)\" +(?<reason>.+)");
  private static final Pattern COUNT = Pattern.compile("(scripts|passed) +(\\d+)");

  private final List<Difference> differences = new ArrayList<>();
  private final Set<Difference> shown = ConcurrentHashMap.newKeySet();
  private int scripts;
  private int passed;

  private Expectations() {}

  /** The expectation that nothing ends otherwise than its script says, of however many scripts. */
  static Expectations none() {
    return new Expectations();
  }

  /**
   * The expectations for one engine.
   *
   * @throws IllegalArgumentException if a line has no meaning
   */
  static Expectations of(List<String> lines, Engine engine) {
    var expectations = new Expectations();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        expectations.add(i + 1, line, engine);
      }
    }
    return expectations;
  }

  /** The expectations in a file, for one engine. */
  static Expectations read(Path file, Engine engine) throws IOException {
    return of(Files.readAllLines(file, StandardCharsets.UTF_8), engine);
  }

  private void add(int number, String line, Engine engine) {
    Matcher count = COUNT.matcher(line);
    if (count.matches()) {
      int value = Integer.parseInt(count.group(2));
      if (count.group(1).equals("scripts")) {
        scripts = value;
      } else {
        passed = value;
      }
      return;
    }
    Matcher difference = DIFFERENCE.matcher(line);
    if (!difference.matches()) {
      throw new IllegalArgumentException("line %s has no meaning: %s".formatted(number, line));
    }
    String engines = difference.group("engine");
    if (engines.equals("both") || Engine.valueOf(engines.toUpperCase(Locale.ROOT)) == engine) {
      differences.add(
          new Difference(
              number,
              difference.group("script"),
              LineRange.all(difference.group("lines")),
              difference.group("sometimes") != null,
              difference.group("message"),
              difference.group("reason")));
    }
  }

  /** How many scripts the suite has; 0 if any number will do. */
  int scripts() {
    return scripts;
  }

  /** How many commands of the suite pass at least. */
  int passed() {
    return passed;
  }

  /** Why it was to be expected that a command failed, if it was. */
  Optional<String> reason(String script, int line, String message) {
    Optional<Difference> found =
        differences.stream().filter(each -> each.explains(script, line, message)).findFirst();
    found.ifPresent(shown::add);
    return found.map(Difference::reason);
  }

  /** The differences that a script, which has been run, should have shown and has not. */
  List<String> stale(String script) {
    return differences.stream()
        .filter(each -> each.script.equals(script) && !each.sometimes && !shown.contains(each))
        .map(each -> "line %s of the expectations is stale".formatted(each.number))
        .toList();
  }

  /** The scripts that differences are expected of. */
  Set<String> named() {
    var names = new TreeSet<String>();
    differences.forEach(each -> names.add(each.script));
    return names;
  }

  private record Difference(
      int number,
      String script,
      List<LineRange> lines,
      boolean sometimes,
      String message,
      String reason) {
    boolean explains(String script, int line, String message) {
      return this.script.equals(script)
          && lines.stream().anyMatch(range -> range.from <= line && line <= range.to)
          && message.contains(this.message);
    }
  }

  private record LineRange(int from, int to) {
    static List<LineRange> all(String text) {
      var ranges = new ArrayList<LineRange>();
      for (String part : text.split(",")) {
        String[] ends = part.split("-");
        ranges.add(
            part.equals("*")
                ? new LineRange(1, Integer.MAX_VALUE)
                : new LineRange(
                    Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1])));
      }
      return ranges;
    }
  }
}
