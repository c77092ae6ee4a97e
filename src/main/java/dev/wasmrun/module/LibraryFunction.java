package dev.wasmrun.module;

import java.util.List;

/**
 * A function of Emscripten's library as it can be told from others: by its types, and by what its
 * JavaScript has in it.
 *
 * <p>A type is a letter for each parameter, a colon, and a letter for the result, {@code v} for
 * none: {@code iji:i}; an asterisk is any. A 64-bit parameter may come in two halves. A plus behind
 * it: the JavaScript may have one parameter more.
 *
 * @param names its names in the releases, and those of others that do the same; an asterisk in one
 *     stands for what the type tells
 * @param byPlace whether its place among others has to tell, too
 */
record LibraryFunction(
    List<String> names, boolean byPlace, List<String> types, List<LibraryFeature> features) {
  private static final String ANY = "*";
  private static final char RESULT = ':';

  /** One line: names, types and features, with colons between them. */
  static LibraryFunction parse(String line) {
    String[] parts = line.split(" : ", 3);
    boolean byPlace = parts[0].startsWith("?");
    return new LibraryFunction(
        List.of(parts[0].substring(byPlace ? 1 : 0).strip().split("\\|")),
        byPlace,
        List.of(parts[1].strip().split(" +")),
        LibraryFeature.parse(parts[2].strip()));
  }

  /** Whether a function may be this one. */
  boolean fits(ScriptFunction function, Signature signature) {
    String type = letters(signature);
    return types.stream().anyMatch(own -> isType(own, type, function.parameters()))
        && features.stream().allMatch(feature -> feature.isIn(function));
  }

  private static boolean isType(String own, String type, int parameters) {
    if (own.equals(ANY)) {
      return parameters <= type.indexOf(RESULT);
    }
    boolean more = own.endsWith("+");
    String plain = more ? own.substring(0, own.length() - 1) : own;
    return (plain.equals(type) || split(plain).equals(type))
        && parameters <= type.indexOf(RESULT) + (more ? 1 : 0);
  }

  private static String split(String type) {
    int result = type.indexOf(RESULT);
    return type.substring(0, result).replace("j", "ii") + type.substring(result);
  }

  /** The names that a function of this type may have. */
  List<String> namesFor(Signature signature) {
    return names.stream().map(name -> nameFor(name, signature)).toList();
  }

  private static String nameFor(String name, Signature signature) {
    int params = signature.params().size();
    return switch (name) {
      case "invoke_*" -> {
        String type = letters(signature);
        yield "invoke_" + type.charAt(type.length() - 1) + type.substring(1, Math.max(1, params));
      }
      case "__cxa_find_matching_catch_*" -> "__cxa_find_matching_catch_" + (params + 2);
      default -> name;
    };
  }

  private static String letters(Signature signature) {
    var letters = new StringBuilder();
    signature.params().forEach(type -> letters.append(letter(type)));
    letters.append(RESULT);
    signature.results().forEach(type -> letters.append(letter(type)));
    return signature.results().isEmpty() ? letters.append('v').toString() : letters.toString();
  }

  private static char letter(ValueType type) {
    return switch (type) {
      case I32 -> 'i';
      case I64 -> 'j';
      case F32 -> 'f';
      case F64 -> 'd';
      default -> '?';
    };
  }
}
