package dev.wasmrun.module;

import dev.wasmrun.Internal;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pieces of JavaScript that a program of Emscripten has in its code ({@code EM_ASM}): the
 * script beside the module has them, each as a function in a table by the number that the module
 * calls it by.
 */
@Internal
public final class ScriptConstants {
  private static final Pattern TABLE = Pattern.compile("\\bASM_CONSTS\\s*=\\s*\\{");
  private static final Pattern ENTRY = Pattern.compile("\\s*,?\\s*(\\d{1,10})\\s*:[^{}]*\\{");

  private ScriptConstants() {}

  /** Those of a module, by their numbers; none if there is no script, or no table in it. */
  public static Map<Integer, String> of(GuestModule module) {
    return module.script().map(ScriptConstants::read).orElse(Map.of());
  }

  private static Map<Integer, String> read(Path script) {
    return Optional.of(ScriptsBeside.text(script)).map(ScriptConstants::parse).orElse(Map.of());
  }

  /** The bodies of the functions, without their braces. */
  static Map<Integer, String> parse(String script) {
    Matcher table = TABLE.matcher(script);
    if (!table.find()) {
      return Map.of();
    }
    var constants = new HashMap<Integer, String>();
    Matcher entry = ENTRY.matcher(script);
    int next = table.end();
    while (entry.region(next, script.length()).lookingAt()) {
      int end = closing(script, entry.end());
      constants.put((int) Long.parseLong(entry.group(1)), script.substring(entry.end(), end));
      next = Math.min(end + 1, script.length());
    }
    return constants;
  }

  /** Where the brace is that closes one before {@code from}, texts in quotes left out. */
  private static int closing(String script, int from) {
    int open = 1;
    char quote = 0;
    for (int i = from; i < script.length(); i++) {
      char character = script.charAt(i);
      if (quote != 0) {
        if (character == '\\') {
          i++;
        } else if (character == quote) {
          quote = 0;
        }
      } else if (character == '"' || character == '\'' || character == '`') {
        quote = character;
      } else if (character == '{') {
        open++;
      } else if (character == '}' && --open == 0) {
        return i;
      }
    }
    return script.length();
  }
}
