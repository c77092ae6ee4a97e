package dev.wasmrun.check.report;

/** Text in HTML and XML. */
final class Markup {
  private static final char REPLACEMENT = '\uFFFD';

  private Markup() {}

  /**
   * A text as it stands between tags or in a quoted attribute. What no document can hold, control
   * characters and halves of surrogate pairs, is replaced.
   */
  static String escaped(String text) {
    var escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> escaped.appendCodePoint(isAllowed(c) ? c : REPLACEMENT);
      }
    }
    return escaped.toString();
  }

  /** Whether XML 1.0 (clause 2.2) allows a character; HTML takes all of these, too. */
  private static boolean isAllowed(int c) {
    return c == '\t' || c == '\n' || c >= 0x20 && c < 0x7F || c >= 0xA0 && isCharacter(c);
  }

  private static boolean isCharacter(int c) {
    boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    return !surrogate && (c & 0xFFFE) != 0xFFFE && !(c >= 0xFDD0 && c <= 0xFDEF);
  }
}
