package dev.wasmrun.module;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the names of a JavaScript program stand for: the functions and other values that are given
 * to each, and where in the program each of them is seen.
 */
final class ScriptDefinitions {
  /** Tokens from one up to, without it, another. */
  record Range(int from, int to) {
    boolean contains(int token) {
      return token >= from && token < to;
    }

    int length() {
      return to - from;
    }
  }

  /** A value of a name, and the function it is seen in. */
  private record Definition(Range scope, Range value) {}

  private static final Set<String> BEFORE_BLOCK =
      Set.of("if", "for", "while", "switch", "with", "catch");

  private static final Set<String> BEGIN_STATEMENT =
      Set.of(
          "var",
          "let",
          "const",
          "function",
          "async",
          "if",
          "for",
          "while",
          "switch",
          "try",
          "return",
          "throw",
          "class",
          "export",
          "import",
          "do");

  /** So many tokens and brackets a value has at most; a program's own has far fewer. */
  private static final int LONGEST = 20_000;

  private final ScriptTokens tokens;
  private final Map<String, List<Definition>> definitions = new HashMap<>();

  ScriptDefinitions(ScriptTokens tokens) {
    this.tokens = tokens;
    collect();
  }

  private void collect() {
    Deque<Range> scopes = new ArrayDeque<>();
    scopes.push(new Range(0, tokens.count()));
    for (int i = 0; i < tokens.count(); i++) {
      while (!scopes.peek().contains(i)) {
        scopes.pop();
      }
      if (tokens.is(i, "{") && tokens.partner(i) > 0 && isFunction(i)) {
        scopes.push(new Range(i, tokens.partner(i) + 1));
      } else if (tokens.isWord(i)) {
        define(i, scopes.peek());
      }
    }
  }

  /** Whether a brace begins the body of a function. */
  private boolean isFunction(int brace) {
    if (tokens.is(brace - 1, "=>")) {
      return true;
    }
    int parameters = tokens.is(brace - 1, ")") ? tokens.partner(brace - 1) : -1;
    return parameters > 0
        && !(tokens.isWord(parameters - 1) && BEFORE_BLOCK.contains(tokens.text(parameters - 1)));
  }

  private void define(int word, Range scope) {
    if (tokens.is(word - 1, "function")
        || tokens.is(word - 1, "*") && tokens.is(word - 2, "function")) {
      if (tokens.is(word + 1, "(")) {
        int from = word - (tokens.is(word - 1, "*") ? 2 : 1);
        put(word, scope, new Range(from, valueEnd(from)));
      }
    } else if (tokens.is(word + 1, "=")
        && !tokens.is(word - 1, ".")
        && !tokens.is(word - 1, "?.")) {
      put(word, scope, new Range(word + 2, valueEnd(word + 2)));
    }
  }

  private void put(int word, Range scope, Range value) {
    definitions
        .computeIfAbsent(tokens.text(word), name -> new ArrayList<>())
        .add(new Definition(scope, value));
  }

  /** Where a value ends that begins at a token. */
  int valueEnd(int from) {
    int at = from;
    boolean function = tokens.is(at, "function") || tokens.is(at, "async");
    for (int steps = 0; at < tokens.count() && steps < LONGEST; steps++) {
      if (tokens.is(at, ",") || tokens.is(at, ";") || isCloser(at)) {
        return at;
      }
      if (at > from && tokens.beginsLine(at) && beginsStatement(at)) {
        return at;
      }
      boolean body = tokens.is(at, "{") && (function || tokens.is(at - 1, "=>"));
      int partner = isOpener(at) ? tokens.partner(at) : at;
      if (partner < 0) {
        return at;
      }
      at = partner + 1;
      if (body && !tokens.is(at, ":") && !tokens.is(at, "(") && !tokens.is(at, ".")) {
        return at;
      }
    }
    return at;
  }

  private boolean beginsStatement(int token) {
    return tokens.isWord(token) && BEGIN_STATEMENT.contains(tokens.text(token));
  }

  private boolean isOpener(int token) {
    return tokens.is(token, "(") || tokens.is(token, "[") || tokens.is(token, "{");
  }

  private boolean isCloser(int token) {
    return tokens.is(token, ")") || tokens.is(token, "]") || tokens.is(token, "}");
  }

  /**
   * The values that a name has where a token stands: those of the smallest function around it that
   * gives it any.
   */
  List<Range> of(String name, int seenFrom) {
    Range smallest = null;
    List<Range> values = new ArrayList<>();
    for (Definition definition : definitions.getOrDefault(name, List.of())) {
      Range scope = definition.scope();
      if (!scope.contains(seenFrom) || smallest != null && scope.length() > smallest.length()) {
        continue;
      }
      if (smallest != null && scope.length() < smallest.length()) {
        values.clear();
      }
      smallest = scope;
      values.add(definition.value());
    }
    return values;
  }
}
