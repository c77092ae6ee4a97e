package dev.wasmrun.guest;

import java.util.Map;

/**
 * The name of a type of C++ as programmers write it, of its mangled form in type information:
 * {@code std::runtime_error} of {@code St13runtime_error}.
 *
 * <p>Known are names in namespaces and classes, fundamental types, and pointers to these. Others,
 * such as those of templates, stay as they are mangled.
 */
final class CppTypeName {
  private static final Map<Character, String> FUNDAMENTAL =
      Map.ofEntries(
          Map.entry('v', "void"),
          Map.entry('b', "bool"),
          Map.entry('c', "char"),
          Map.entry('a', "signed char"),
          Map.entry('h', "unsigned char"),
          Map.entry('w', "wchar_t"),
          Map.entry('s', "short"),
          Map.entry('t', "unsigned short"),
          Map.entry('i', "int"),
          Map.entry('j', "unsigned int"),
          Map.entry('l', "long"),
          Map.entry('m', "unsigned long"),
          Map.entry('x', "long long"),
          Map.entry('y', "unsigned long long"),
          Map.entry('f', "float"),
          Map.entry('d', "double"),
          Map.entry('e', "long double"));

  private final String mangled;
  private int at;

  private CppTypeName(String mangled) {
    this.mangled = mangled;
  }

  static String of(String mangled) {
    var name = new CppTypeName(mangled);
    String readable = name.type();
    return readable == null || name.at < mangled.length() ? mangled : readable;
  }

  /** The type at the current place; null if it is none that is known. */
  private String type() {
    if (at >= mangled.length()) {
      return null;
    }
    char c = mangled.charAt(at);
    if (c == 'P') {
      at++;
      return followedBy("*");
    }
    if (c == 'K') {
      at++;
      return followedBy(" const");
    }
    if (FUNDAMENTAL.containsKey(c)) {
      at++;
      return FUNDAMENTAL.get(c);
    }
    return c == 'N' ? nested() : unnested();
  }

  private String followedBy(String suffix) {
    String type = type();
    return type == null ? null : type + suffix;
  }

  private String unnested() {
    String prefix = standard();
    String name = identifier();
    return name == null ? null : prefix + name;
  }

  private String nested() {
    at++;
    var names = new StringBuilder(standard());
    while (at < mangled.length() && mangled.charAt(at) != 'E') {
      String name = identifier();
      if (name == null) {
        return null;
      }
      names.append(name).append("::");
    }
    at++;
    // An inline namespace of a library says nothing to its users.
    return names.isEmpty() ? null : names.substring(0, names.length() - 2).replace("::__2::", "::");
  }

  private String standard() {
    if (mangled.startsWith("St", at)) {
      at += 2;
      return "std::";
    }
    return "";
  }

  private String identifier() {
    int length = 0;
    int start = at;
    while (at < mangled.length() && Character.isDigit(mangled.charAt(at))) {
      length = length * 10 + mangled.charAt(at++) - '0';
    }
    if (at == start || length > mangled.length() - at) {
      return null;
    }
    String name = mangled.substring(at, at + length);
    at += length;
    return name.startsWith("_GLOBAL__N") ? "(anonymous namespace)" : name;
  }
}
