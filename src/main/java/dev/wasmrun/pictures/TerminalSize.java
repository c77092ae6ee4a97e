package dev.wasmrun.pictures;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The size of a terminal's window.
 *
 * @param lines at least 3
 * @param columns at least 1
 */
public record TerminalSize(int lines, int columns) {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,5}) (\\d{1,5})");
  private static final TerminalSize USUAL = new TerminalSize(24, 80);

  /** Takes smaller numbers, which a window may really have, as the smallest ones. */
  public TerminalSize {
    lines = Math.max(lines, 3);
    columns = Math.max(columns, 1);
  }

  /**
   * The size that {@code stty size} tells, such as {@code 24 80}; the usual one if it does not
   * know, and empty if there is no text.
   */
  public static Optional<TerminalSize> parse(String text) {
    if (text == null || text.isEmpty()) {
      return Optional.empty();
    }
    Matcher numbers = TEXT.matcher(text);
    if (!numbers.matches() || text.startsWith("0 ")) {
      return Optional.of(USUAL);
    }
    return Optional.of(
        new TerminalSize(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2))));
  }
}
