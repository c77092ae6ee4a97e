package dev.wasmrun.module;

import dev.wasmrun.Internal;
import java.util.Collection;
import java.util.stream.Collectors;

/**
 * Names that a module has chosen, as people are to read them. A name may be any text: one with line
 * ends, escape sequences of terminals or marks that reverse the direction of writing could pass for
 * something that we say, and one of a megabyte hide it.
 */
@Internal
public final class ShownNames {
  private static final int LONGEST = 200;
  private static final int SHORTENED = 150;
  private static final int MOST_LISTED = 50;

  private ShownNames() {}

  /**
   * A name on one line: what cannot be seen as a character of its own is shown by its number, as in
   * {@code <U+001B>}, and of more than 200 characters the first 150 are left.
   */
  public static String of(String name) {
    int length = name.codePointCount(0, name.length());
    return length <= LONGEST
        ? escaped(name)
        : "%s…(%s characters)"
            .formatted(escaped(name.substring(0, name.offsetByCodePoints(0, SHORTENED))), length);
  }

  /** A text on one line, as {@link #of}, however long it is. */
  public static String inFull(String text) {
    return escaped(text);
  }

  /** Several names, separated by commas; of more than 50 the first ones. */
  public static String list(Collection<String> names) {
    String first =
        names.stream().limit(MOST_LISTED).map(ShownNames::of).collect(Collectors.joining(", "));
    return names.size() <= MOST_LISTED
        ? first
        : "%s and %s more".formatted(first, names.size() - MOST_LISTED);
  }

  private static String escaped(String name) {
    if (name.codePoints().allMatch(ShownNames::isSeen)) {
      return name;
    }
    var text = new StringBuilder();
    name.codePoints()
        .forEach(
            c -> {
              if (isSeen(c)) {
                text.appendCodePoint(c);
              } else {
                text.append("<U+%04X>".formatted(c));
              }
            });
    return text.toString();
  }

  private static boolean isSeen(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.UNASSIGNED -> false;
      case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.PRIVATE_USE -> false;
      default -> true;
    };
  }
}
