package dev.wasmrun.module;

import dev.wasmrun.module.ScriptDefinitions.Range;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The object literal of a JavaScript program that gives a module its imports: the value of each of
 * their names, in the order of the program.
 *
 * <pre>
 *   {a: Xa, "b": (c, d) =&gt; …, c, d(e) {…}}
 * </pre>
 */
final class ScriptTable {
  private final ScriptTokens tokens;
  private final ScriptDefinitions definitions;

  private ScriptTable(ScriptTokens tokens, ScriptDefinitions definitions) {
    this.tokens = tokens;
    this.definitions = definitions;
  }

  /**
   * The literal that has most of some names as its keys and, of several such, fewest others; empty
   * if none has any, or if two that differ do equally well.
   */
  static Map<String, Range> withMost(
      ScriptTokens tokens, ScriptDefinitions definitions, Set<String> names) {
    var table = new ScriptTable(tokens, definitions);
    var literals = new HashMap<List<String>, Map<String, Range>>();
    var best = new BestMatch<List<String>>(names, List.of());
    for (int i = 0; i < tokens.count(); i++) {
      if (tokens.is(i, "{")) {
        Map<String, Range> literal = table.literal(i + 1);
        best.offer(
            literal.keySet(),
            () -> {
              List<String> written = table.written(literal);
              literals.put(written, literal);
              return written;
            });
      }
    }
    return literals.getOrDefault(best.result(), Map.of());
  }

  /** The tokens of a literal's keys and values. */
  private List<String> written(Map<String, Range> literal) {
    var written = new ArrayList<String>();
    literal.forEach(
        (key, value) -> {
          written.add(key);
          for (int i = value.from(); i < value.to(); i++) {
            written.add(tokens.text(i));
          }
        });
    return written;
  }

  /** What follows a brace, up to where it is no literal any more. */
  private Map<String, Range> literal(int first) {
    var entries = new LinkedHashMap<String, Range>();
    int at = first;
    while (tokens.isWord(at) || at < tokens.count() && tokens.kind(at) == ScriptTokens.Kind.TEXT) {
      String key = tokens.text(at);
      Range value;
      if (tokens.is(at + 1, ":")) {
        value = new Range(at + 2, definitions.valueEnd(at + 2));
      } else if (tokens.is(at + 1, "(")) {
        int end = tokens.partner(at + 1);
        if (end < 0 || !tokens.is(end + 1, "{") || tokens.partner(end + 1) < 0) {
          return entries;
        }
        value = new Range(at, tokens.partner(end + 1) + 1);
      } else {
        value = new Range(at, at + 1);
      }
      if (!tokens.is(value.to(), ",") && !tokens.is(value.to(), "}")) {
        return entries;
      }
      entries.put(key, value);
      at = value.to() + 1;
    }
    return entries;
  }
}
