package dev.wasmrun.convention.emscripten;

import java.util.List;

/** A place in a text that is read from its beginning to its end: numbers, names and spaces. */
final class TextScanner {
  /** What {@link #number} answers if there is none. */
  static final int NONE = Integer.MIN_VALUE;

  private static final int BRIEF = 3;

  private final String text;
  private int at;

  TextScanner(String text) {
    this.text = text;
  }

  /** How many characters have been read. */
  int position() {
    return at;
  }

  /** Whether this comes next, in which case it has been read. */
  boolean reads(char c) {
    boolean there = at < text.length() && text.charAt(at) == c;
    at += there ? 1 : 0;
    return there;
  }

  boolean startsWithDigit() {
    return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  boolean startsWithLetter() {
    return at < text.length() && Character.isLetter(text.charAt(at));
  }

  /** Reads one character, whatever it is. */
  void skip() {
    at++;
  }

  void skipSpace() {
    while (at < text.length() && isSpace(text.charAt(at))) {
      at++;
    }
  }

  /**
   * Reads a number, perhaps after spaces.
   *
   * @param digits how many at most
   * @return {@link #NONE} if there is none, or it is out of range
   */
  int number(int least, int most, int digits) {
    skipSpace();
    int from = at;
    int value = 0;
    while (startsWithDigit() && at - from < digits) {
      value = value * 10 + text.charAt(at++) - '0';
    }
    return at == from || value < least || value > most ? NONE : value;
  }

  /** Reads a number of up to eighteen digits; negative if there is none. */
  long seconds() {
    int from = at;
    long value = 0;
    while (startsWithDigit() && at - from < 18) {
      value = value * 10 + text.charAt(at++) - '0';
    }
    return at == from ? -1 : value;
  }

  /** Reads one of some names, in full or its first three letters; its index, or -1 if none. */
  int name(List<String> names) {
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      String brief = name.substring(0, Math.min(BRIEF, name.length()));
      for (String form : List.of(name, brief)) {
        if (text.regionMatches(true, at, form, 0, form.length())) {
          at += form.length();
          return i;
        }
      }
    }
    return -1;
  }

  static boolean isSpace(char c) {
    return c == ' ' || c >= '\t' && c <= '\r';
  }
}
