package dev.wasmrun.module;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Something that a function of Emscripten's library has in its JavaScript, or has not.
 *
 * <pre>
 *   'text'  .property  123  word  `a shape`      in the function itself
 *   ~ before it                                  or in what it calls
 *   = before a shape                             nothing else is in it
 *   ! before it                                  not so
 *   | between two                                one of them
 * </pre>
 */
record LibraryFeature(List<Predicate<ScriptFunction>> choices) {
  private static final Pattern CHOICE =
      Pattern.compile(
          "(?<sep>\\s*|\\|)(?<not>!?)(?<mode>[~=]?)(?:'(?<text>[^']*)'|`(?<shape>[^`]*)`|\\.(?<property>[\\w$]+)|(?<number>\\d[\\w.]*)|(?<word>[\\w$]+))");

  boolean isIn(ScriptFunction function) {
    return choices.stream().anyMatch(choice -> choice.test(function));
  }

  /** The features of a line, in the words of this class's description. */
  static List<LibraryFeature> parse(String line) {
    var features = new ArrayList<LibraryFeature>();
    List<Predicate<ScriptFunction>> choices = new ArrayList<>();
    Matcher found = CHOICE.matcher(line);
    int at = 0;
    for (; found.find(at) && found.start() == at; at = found.end()) {
      if (!found.group("sep").equals("|") && !choices.isEmpty()) {
        features.add(new LibraryFeature(List.copyOf(choices)));
        choices.clear();
      }
      choices.add(choice(found));
    }
    if (at != line.stripTrailing().length()) {
      throw new IllegalArgumentException("no feature: " + line.substring(at));
    }
    if (!choices.isEmpty()) {
      features.add(new LibraryFeature(List.copyOf(choices)));
    }
    return features;
  }

  private static Predicate<ScriptFunction> choice(Matcher found) {
    Predicate<ScriptFunction> choice = positive(found);
    return found.group("not").isEmpty() ? choice : choice.negate();
  }

  private static Predicate<ScriptFunction> positive(Matcher found) {
    boolean reach = found.group("mode").equals("~");
    if (found.group("text") != null) {
      String text = found.group("text");
      return function -> function.hasText(text, reach);
    } else if (found.group("shape") != null) {
      ScriptShape shape = ScriptShape.of(found.group("shape"));
      return found.group("mode").equals("=")
          ? function -> function.is(shape)
          : function -> function.hasShape(shape);
    } else if (found.group("property") != null) {
      String property = found.group("property");
      return function -> function.hasProperty(property, reach);
    } else if (found.group("number") != null) {
      double number = ScriptFunction.number(found.group("number"));
      return function -> function.hasNumber(number, reach);
    }
    String word = found.group("word");
    return function -> function.hasWord(word, reach);
  }
}
