package dev.wasmrun.check.report;

import dev.wasmrun.check.Finding;
import dev.wasmrun.guest.UsageException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The findings that are known already, as a file has them: a line for each, its fingerprint and
 * what it is about, for people.
 *
 * <pre>
 *   # Findings of wasm-run check that are known; the first word of a line counts.
 *   4f0c1d2e3b4a5968 data-race: put, take
 * </pre>
 *
 * @param lines the lines by their fingerprints, in the order of the file
 */
public record Baseline(Map<String, String> lines) {
  private static final String COMMENT = "#";
  private static final Pattern LINE = Pattern.compile("([0-9a-f]{16})(\\s.*)?");
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\\u2028\\u2029]");

  /** Nothing is known. */
  public static final Baseline EMPTY = new Baseline(Map.of());

  /**
   * Reads the lines of a file.
   *
   * @param file what it is called in messages
   * @throws UsageException if a line is malformed; the message is one line that names it
   */
  public static Baseline of(Path file, List<String> lines) {
    var known = new LinkedHashMap<String, String>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith(COMMENT)) {
        continue;
      }
      var parts = LINE.matcher(line);
      if (!parts.matches()) {
        throw new UsageException(
            "%s:%s: '%s' does not begin with a fingerprint of 16 hexadecimal digits"
                .formatted(file, i + 1, line));
      }
      known.put(parts.group(1), line);
    }
    return new Baseline(known);
  }

  boolean contains(Finding finding) {
    return lines.containsKey(finding.fingerprint());
  }

  /** These and more. */
  public Baseline with(List<Finding> findings) {
    var all = new LinkedHashMap<>(lines);
    for (Finding finding : findings) {
      String about =
          "%s %s: %s"
              .formatted(
                  finding.fingerprint(),
                  finding.kind().id(),
                  String.join(", ", finding.identity()));
      all.putIfAbsent(finding.fingerprint(), UNPRINTABLE.matcher(about).replaceAll("?"));
    }
    return new Baseline(all);
  }

  /** What the file has that says this. */
  public String text() {
    var text =
        new StringBuilder(
            "# Findings of wasm-run check that are known; the first word of a line counts.\n");
    lines.values().stream().sorted().forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }
}
