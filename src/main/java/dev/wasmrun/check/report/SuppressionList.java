package dev.wasmrun.check.report;

import dev.wasmrun.check.Finding;
import dev.wasmrun.check.NamePattern;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.source.SourceFrame;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The findings of which nobody wants to hear, as a file says them: a line for each, with a kind and
 * a function or a file, in which {@code *} stands for any text.
 *
 * <pre>
 *   # the queue is known to be careless
 *   data-race   queue_*
 *   *           file:third_party/*
 * </pre>
 *
 * <p>A line suppresses the findings of its kind that have such a function, or such a source file,
 * anywhere in a stack.
 */
public final class SuppressionList {
  /** Suppresses nothing. */
  public static final SuppressionList NONE = new SuppressionList(List.of());

  private static final String COMMENT = "#";
  private static final String ANY = "*";
  private static final String FILE = "file:";
  private static final Pattern LINE = Pattern.compile("(\\S+)\\s+(\\S.*)");

  private final List<Rule> rules;

  /** One line; {@code used} is set once it has matched. */
  private static final class Rule {
    private final String place;
    private final String text;
    private final Optional<Finding.Kind> kind;
    private final boolean ofFile;
    private final Pattern pattern;
    private boolean used;

    Rule(String place, String text, Optional<Finding.Kind> kind, String name) {
      this.place = place;
      this.text = text;
      this.kind = kind;
      this.ofFile = name.startsWith(FILE);
      this.pattern = NamePattern.compile(ofFile ? name.substring(FILE.length()) : name);
    }

    boolean matches(Finding finding) {
      boolean matches =
          kind.map(finding.kind()::equals).orElse(true)
              && names(finding).anyMatch(name -> pattern.matcher(name).matches());
      used |= matches;
      return matches;
    }

    private Stream<String> names(Finding finding) {
      Stream<SourceFrame> frames =
          finding.stacks().stream().flatMap(stack -> stack.frames().stream());
      return ofFile
          ? frames.filter(SourceFrame::hasLine).map(SourceFrame::file)
          : frames.map(SourceFrame::function);
    }
  }

  private SuppressionList(List<Rule> rules) {
    this.rules = rules;
  }

  /**
   * Reads the lines of a file.
   *
   * @param file what it is called in messages
   * @throws UsageException if a line is malformed; the message is one line that names it
   */
  public static SuppressionList of(Path file, List<String> lines) {
    var rules = new ArrayList<Rule>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith(COMMENT)) {
        rules.add(rule("%s:%s".formatted(file, i + 1), line));
      }
    }
    return new SuppressionList(rules);
  }

  private static Rule rule(String place, String line) {
    var parts = LINE.matcher(line);
    if (!parts.matches()) {
      throw new UsageException(
          "%s: '%s' is not a kind of finding and a function, such as 'data-race queue_*'"
              .formatted(place, line));
    }
    Optional<Finding.Kind> kind = Finding.Kind.of(parts.group(1));
    if (kind.isEmpty() && !parts.group(1).equals(ANY)) {
      throw new UsageException(
          "%s: '%s' is no kind of finding; there are *, %s"
              .formatted(
                  place,
                  parts.group(1),
                  Arrays.stream(Finding.Kind.values())
                      .map(Finding.Kind::id)
                      .collect(Collectors.joining(", "))));
    }
    return new Rule(place, line, kind, parts.group(2));
  }

  /** Whether a line suppresses a finding; all that do count as used. */
  boolean matches(Finding finding) {
    boolean any = false;
    for (Rule rule : rules) {
      any |= rule.matches(finding);
    }
    return any;
  }

  /** The lines that have matched nothing, each with its place. */
  List<String> unused() {
    return rules.stream()
        .filter(rule -> !rule.used)
        .map(rule -> "%s: '%s' has suppressed nothing".formatted(rule.place, rule.text))
        .toList();
  }
}
