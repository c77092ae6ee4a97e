package dev.wasmrun.module;

import dev.wasmrun.module.ScriptDefinitions.Range;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a JavaScript function has in it that no minifier changes: texts, numbers, properties, words
 * of the language and names of its built-in objects; and the same of the functions that it calls.
 *
 * <p>A name may have several values, as where a program chooses one: they count together.
 */
final class ScriptFunction {
  /** So far calls are followed: a minifier puts functions into others, and leaves others apart. */
  private static final int DEPTH = 3;

  /** What has more tokens than this is no function of the library's but a program. */
  private static final int LONGEST = 6_000;

  /**
   * What has more tokens than this and is no function is a part of the library, such as its files.
   */
  private static final int LONGEST_OBJECT = 150;

  /** The words, texts, numbers and properties in some tokens. */
  private static final class Contents {
    final Set<String> words = new HashSet<>();
    final Set<String> properties = new HashSet<>();
    final Set<String> texts = new HashSet<>();
    final Set<Double> numbers = new HashSet<>();
  }

  private final ScriptTokens tokens;
  private final ScriptDefinitions definitions;
  private final List<Range> values;
  private final Contents own = new Contents();
  private Contents reached;

  private ScriptFunction(ScriptTokens tokens, ScriptDefinitions definitions, List<Range> values) {
    this.tokens = tokens;
    this.definitions = definitions;
    this.values = values;
    values.forEach(value -> read(value, own));
  }

  /** What the value of an import is: a function, or the name of one. */
  static ScriptFunction of(ScriptTokens tokens, ScriptDefinitions definitions, Range value) {
    List<Range> values = List.of(value);
    for (int links = 0; links < DEPTH && values.size() == 1; links++) {
      Range only = values.get(0);
      if (only.length() != 1 || !tokens.isWord(only.from())) {
        break;
      }
      List<Range> named = definitions.of(tokens.text(only.from()), only.from());
      if (named.isEmpty()) {
        break;
      }
      values = named;
    }
    return new ScriptFunction(tokens, definitions, values);
  }

  /** How many parameters it names; -1 if it is not one function. */
  int parameters() {
    if (values.size() != 1) {
      return -1;
    }
    int from = values.get(0).from();
    int at = tokens.is(from, "async") ? from + 1 : from;
    if (tokens.isWord(at) && tokens.is(at + 1, "=>")) {
      return 1;
    }
    while (tokens.isWord(at) || tokens.is(at, "*")) {
      at++;
    }
    if (!tokens.is(at, "(") || tokens.partner(at) < 0) {
      return -1;
    }
    int end = tokens.partner(at);
    int count = end == at + 1 ? 0 : 1;
    for (int i = at + 1; i < end; i++) {
      if (tokens.is(i, ",") && i + 1 < end) {
        count++;
      } else if ((tokens.is(i, "(") || tokens.is(i, "[") || tokens.is(i, "{"))
          && tokens.partner(i) > 0) {
        i = tokens.partner(i);
      }
    }
    return count;
  }

  boolean hasWord(String word, boolean reach) {
    return contents(reach).words.contains(word);
  }

  boolean hasProperty(String name, boolean reach) {
    return contents(reach).properties.contains(name);
  }

  boolean hasNumber(double number, boolean reach) {
    return contents(reach).numbers.contains(number);
  }

  boolean hasText(String part, boolean reach) {
    return contents(reach).texts.stream().anyMatch(text -> text.contains(part));
  }

  /** Whether tokens of such a shape follow each other in it. */
  boolean hasShape(ScriptShape shape) {
    for (Range value : values) {
      for (int i = value.from(); i < value.to(); i++) {
        if (shape.matches(tokens, i, value.to()) >= 0) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether all that it does is of such a shape; each of several values has to be. */
  boolean is(ScriptShape shape) {
    for (Range value : values) {
      Range body = body(value);
      int from = tokens.is(body.from(), "return") ? body.from() + 1 : body.from();
      int to = body.to() > from && tokens.is(body.to() - 1, ";") ? body.to() - 1 : body.to();
      if (body.length() < 0 || shape.matches(tokens, from, to) != to) {
        return false;
      }
    }
    return !values.isEmpty();
  }

  /** What a function does, without its parameters and braces. */
  private Range body(Range function) {
    for (int i = function.from(); i < function.to(); i++) {
      if (tokens.is(i, "(") && tokens.partner(i) > 0) {
        i = tokens.partner(i);
      } else if (tokens.is(i, "=>")) {
        if (!tokens.is(i + 1, "{")) {
          return new Range(i + 1, function.to());
        }
      } else if (tokens.is(i, "{")) {
        return new Range(i + 1, Math.max(i + 1, tokens.partner(i)));
      } else if (!tokens.isWord(i) && !tokens.is(i, "*")) {
        break;
      }
    }
    return new Range(0, -1);
  }

  private Contents contents(boolean reach) {
    if (!reach) {
      return own;
    }
    if (reached == null) {
      reached = new Contents();
      var seen = new HashSet<Range>();
      values.forEach(value -> follow(value, DEPTH, seen));
    }
    return reached;
  }

  private void follow(Range value, int depth, Set<Range> seen) {
    if (!seen.add(value) || value.length() > LONGEST) {
      return;
    }
    read(value, reached);
    if (depth == 0) {
      return;
    }
    for (int i = value.from(); i < value.to(); i++) {
      if (tokens.isWord(i) && !isProperty(i) && (i == value.to() - 1 || !tokens.is(i + 1, ":"))) {
        for (Range called : definitions.of(tokens.text(i), i)) {
          if (!value.contains(called.from())
              && (called.length() <= LONGEST_OBJECT || isFunction(called))) {
            follow(called, depth - 1, seen);
          }
        }
      }
    }
  }

  private boolean isFunction(Range value) {
    int at = tokens.is(value.from(), "async") ? value.from() + 1 : value.from();
    int end = tokens.is(at, "(") ? tokens.partner(at) : at;
    return tokens.is(at, "function") || end >= at && tokens.is(end + 1, "=>");
  }

  private boolean isProperty(int token) {
    return tokens.is(token - 1, ".") || tokens.is(token - 1, "?.");
  }

  private void read(Range value, Contents into) {
    if (value.length() > LONGEST) {
      return;
    }
    for (int i = value.from(); i < value.to(); i++) {
      String text = tokens.text(i);
      switch (tokens.kind(i)) {
        case WORD -> (isProperty(i) ? into.properties : into.words).add(text);
        case TEXT -> into.texts.add(text);
        case NUMBER -> into.numbers.add(number(text));
        default -> {
          // signs and patterns are looked at as parts of shapes
        }
      }
    }
  }

  /** The number that a token is, however it is written; NaN if it is none. */
  static double number(String text) {
    try {
      String plain = text.replace("_", "");
      plain = plain.endsWith("n") ? plain.substring(0, plain.length() - 1) : plain;
      return plain.startsWith("0x") || plain.startsWith("0X")
          ? Long.parseUnsignedLong(plain.substring(2), 16)
          : Double.parseDouble(plain);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
