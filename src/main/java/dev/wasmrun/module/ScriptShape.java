package dev.wasmrun.module;

import java.util.List;
import java.util.Set;

/**
 * A sequence of tokens, some of them of a kind: {@code $} is any name, {@code #} any number, and
 * {@code ...} what there is up to what follows.
 *
 * <pre>
 *   throw Infinity        $ ( $ ) ( ... )        return - $ . $
 * </pre>
 */
record ScriptShape(List<String> parts) {
  private static final Set<String> WORDS =
      Set.of(
          "return",
          "throw",
          "case",
          "if",
          "else",
          "for",
          "while",
          "do",
          "try",
          "catch",
          "new",
          "typeof",
          "null",
          "true",
          "false",
          "this",
          "void",
          "in",
          "of",
          "function",
          "var",
          "let",
          "const",
          "break",
          "delete",
          "undefined",
          "NaN",
          "Infinity");

  private static final int FARTHEST = 80;

  static ScriptShape of(String text) {
    return new ScriptShape(text.isBlank() ? List.of() : List.of(text.strip().split(" +")));
  }

  /** Where tokens of this shape end that begin at one; -1 if none do, before a bound. */
  int matches(ScriptTokens tokens, int from, int bound) {
    return matches(tokens, from, bound, 0);
  }

  private int matches(ScriptTokens tokens, int from, int bound, int first) {
    int at = from;
    for (int i = first; i < parts.size(); i++) {
      if (parts.get(i).equals("...")) {
        return beyond(tokens, at, bound, i + 1);
      }
      if (at >= bound || !isLike(tokens, at, parts.get(i))) {
        return -1;
      }
      at++;
    }
    return at;
  }

  private int beyond(ScriptTokens tokens, int from, int bound, int next) {
    for (int at = from; at <= bound && at < from + FARTHEST; at++) {
      int end = matches(tokens, at, bound, next);
      if (end >= 0) {
        return end;
      }
    }
    return -1;
  }

  private static boolean isLike(ScriptTokens tokens, int token, String part) {
    return switch (part) {
      case "$" -> tokens.isWord(token) && !WORDS.contains(tokens.text(token));
      case "#" -> tokens.kind(token) == ScriptTokens.Kind.NUMBER;
      case "''" -> tokens.kind(token) == ScriptTokens.Kind.TEXT;
      default ->
          Character.isDigit(part.charAt(0))
              ? tokens.kind(token) == ScriptTokens.Kind.NUMBER
                  && ScriptFunction.number(tokens.text(token)) == ScriptFunction.number(part)
              : tokens.is(token, part);
    };
  }
}
