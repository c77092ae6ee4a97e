package dev.wasmrun.module;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The object literals of a JavaScript program, as far as they are a list of names for names, such
 * as <code>{a: _free, "b": _malloc, c}</code>.
 *
 * <p>Of a value that is more than a name only the name that it begins with is kept. Nothing else of
 * the language is understood: what looks like such a literal and is none has few of the names that
 * one looks for.
 */
final class ScriptObjects {
  private static final Set<String> NO_NAMES =
      Set.of("function", "async", "new", "class", "null", "true", "false", "this", "void");

  private final String text;
  private int at;

  private ScriptObjects(String text) {
    this.text = text;
  }

  /**
   * The literal that has most of some names as its keys and, of several such, fewest others; empty
   * if none has any, or if two that differ do equally well.
   */
  static Map<String, String> withMost(String script, Set<String> names) {
    var best = new BestMatch<Map<String, String>>(names, Map.of());
    for (int start = script.indexOf('{'); start >= 0; start = script.indexOf('{', start + 1)) {
      var objects = new ScriptObjects(script);
      objects.at = start + 1;
      Map<String, String> literal = objects.literal();
      best.offer(literal.keySet(), () -> literal);
    }
    return best.result();
  }

  /** What follows a brace, up to where it is no list of names for names any more. */
  private Map<String, String> literal() {
    var entries = new LinkedHashMap<String, String>();
    while (true) {
      String key = key();
      if (key.isEmpty()) {
        return entries;
      }
      String value = key;
      if (next() == ':') {
        at++;
        value = value();
      }
      if (value.isEmpty()) {
        return entries;
      }
      entries.put(key, value);
      if (next() != ',') {
        return entries;
      }
      at++;
    }
  }

  private String key() {
    char quote = next();
    if (quote != '"' && quote != '\'') {
      return identifier();
    }
    int end = text.indexOf(quote, at + 1);
    if (end < 0) {
      return "";
    }
    String key = text.substring(at + 1, end);
    at = end + 1;
    return key;
  }

  /** The name that a value begins with, behind which the rest of it is passed over. */
  private String value() {
    next();
    String name = identifier();
    int depth = 0;
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (depth == 0 && (c == ',' || c == '}')) {
        return name.isEmpty() || NO_NAMES.contains(name) ? "?" : name;
      }
      if (c == '(' || c == '[' || c == '{') {
        depth++;
      } else if (c == ')' || c == ']' || c == '}') {
        depth--;
      } else if (c == '"' || c == '\'' || c == '`') {
        skipText(c);
      }
      if (depth < 0) {
        return "";
      }
    }
    return "";
  }

  private void skipText(char quote) {
    for (at++; at < text.length() && text.charAt(at) != quote; at++) {
      if (text.charAt(at) == '\\') {
        at++;
      }
    }
  }

  private String identifier() {
    int start = at;
    while (at < text.length() && Character.isJavaIdentifierPart(text.charAt(at))) {
      at++;
    }
    return text.substring(start, at);
  }

  /** The next character that is not white space or a comment; stays before it. */
  private char next() {
    while (at < text.length()) {
      if (Character.isWhitespace(text.charAt(at))) {
        at++;
      } else if (text.startsWith("//", at)) {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (text.startsWith("/*", at)) {
        int end = text.indexOf("*/", at);
        at = end < 0 ? text.length() : end + 2;
      } else {
        return text.charAt(at);
      }
    }
    return 0;
  }
}
