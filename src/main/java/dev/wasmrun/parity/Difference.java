package dev.wasmrun.parity;

import java.util.List;
import java.util.Optional;

/**
 * The first line in which an output is not the expected one.
 *
 * @param line its number, from 1
 * @param expected the line that was expected, or {@code nothing}
 * @param actual the line that came, or {@code nothing}
 */
public record Difference(int line, String expected, String actual) {

  static Optional<Difference> first(List<String> expected, List<String> actual) {
    for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
      String wanted = i < expected.size() ? expected.get(i) : "nothing";
      String came = i < actual.size() ? actual.get(i) : "nothing";
      if (!wanted.equals(came)) {
        return Optional.of(new Difference(i + 1, wanted, came));
      }
    }
    return Optional.empty();
  }

  /** What is missing after the lines of a run that ended in another way than by returning. */
  static Difference ended(List<String> expected, List<String> lines, String how) {
    String wanted = lines.size() < expected.size() ? expected.get(lines.size()) : "nothing";
    return new Difference(lines.size() + 1, wanted, how);
  }

  @Override
  public String toString() {
    return "line %s: expected %s, got %s".formatted(line, expected, actual);
  }
}
