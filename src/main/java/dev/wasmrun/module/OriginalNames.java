package dev.wasmrun.module;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What imports and exports were called before Emscripten minified their names, as the JavaScript
 * beside the module tells, or the map that {@code --emit-minification-map} writes.
 *
 * <pre>
 *   {a: _emscripten_resize_heap, b: _fd_write, …}              imports by their minified names
 *   _main = Module["_main"] = wasmExports["c"]                 exports
 *   c:main                                                     a line of the map, either
 * </pre>
 */
final class OriginalNames {
  private static final Pattern MAP_LINE = Pattern.compile("([\\w$]+):(\\S+)");

  /** Where a script keeps the exports, in the words of one release or another. */
  private static final String EXPORTS =
      "(?:wasmExports|Module\\[[\"']asm[\"']\\]|[\\w$]+\\.asm|\\basm|exports)";

  private static final String KEY = "(?:\\[[\"']([\\w$]+)[\"']\\]|\\.([\\w$]+))";

  private static final Pattern ASSIGNED =
      Pattern.compile(
          "(?:\\[[\"']([\\w$]++)[\"']\\]|(?<![\\w$])([\\w$]++))\\s*=\\s*" + EXPORTS + KEY);

  /** The same where the script has been minified, too: {@code k._malloc = c.La}. */
  private static final Pattern MINIFIED =
      Pattern.compile(
          "\\.(_[\\w$]++)\\s*=\\s*(?:[\\w$]{1,3}\\s*=\\s*)?([\\w$]{1,3})\\.([\\w$]{1,3})(?![\\w$(])");

  private static final Pattern CONSTRUCTORS =
      Pattern.compile(
          "(?:runtimeInitialized\\s*=\\s*(?:true|!0)|addOnInit\\()[^}]{0,60}?" + EXPORTS + KEY);

  private static final Pattern THREAD_LOCALS =
      Pattern.compile("(?:registerTLSInit|registerTlsInit)\\(" + EXPORTS + KEY);

  /** What a script calls by a name of its own. */
  private static final Map<String, String> RENAMED =
      Map.of("wasmMemory", "memory", "wasmTable", "__indirect_function_table");

  /** The least share of a module's import names that makes a literal the list of them. */
  private static final double ENOUGH = 0.8;

  private final Map<String, String> imports = new LinkedHashMap<>();
  private final Map<String, String> exports = new HashMap<>();

  /**
   * Reads a script or a map.
   *
   * @param imported the names of the module's imports
   * @param exported the names of its exports
   */
  OriginalNames(String text, Set<String> imported, Set<String> exported) {
    if (isMap(text)) {
      readMap(text, imported, exported);
    } else {
      readImports(text, imported);
      readExports(text, exported);
    }
  }

  private static boolean isMap(String text) {
    return text.lines()
        .filter(line -> !line.isBlank())
        .limit(20)
        .allMatch(line -> MAP_LINE.matcher(line.strip()).matches());
  }

  private void readMap(String text, Set<String> imported, Set<String> exported) {
    text.lines()
        .map(line -> MAP_LINE.matcher(line.strip()))
        .filter(Matcher::matches)
        .forEach(
            line -> {
              if (imported.contains(line.group(1))) {
                imports.put(line.group(1), line.group(2));
              } else if (exported.contains(line.group(1))) {
                exports.put(line.group(1), line.group(2));
              }
            });
  }

  private void readImports(String script, Set<String> imported) {
    Map<String, String> literal = ScriptObjects.withMost(script, imported);
    long found = literal.keySet().stream().filter(imported::contains).count();
    if (found < ENOUGH * imported.size()) {
      return;
    }
    literal.forEach(
        (key, value) -> {
          if (imported.contains(key) && isReadable(value)) {
            imports.put(key, original(value));
          }
        });
  }

  /** Names that have been minified once more tell nothing. */
  private static boolean isReadable(String value) {
    return value.startsWith("_") && value.length() > 3
        || value.startsWith("invoke_")
        || RENAMED.containsKey(value)
        || value.length() > 4;
  }

  private void readExports(String script, Set<String> exported) {
    Matcher assigned = ASSIGNED.matcher(script);
    for (int from = 0; assigned.find(from); from = assigned.end()) {
      String value = assigned.group(1) == null ? assigned.group(2) : assigned.group(1);
      put(exported, key(assigned, 3), value);
    }
    if (exports.isEmpty()) {
      readMinified(script, exported);
    }
    Matcher constructors = CONSTRUCTORS.matcher(script);
    if (constructors.find()) {
      put(exported, key(constructors, 1), "___wasm_call_ctors");
    }
    Matcher threadLocals = THREAD_LOCALS.matcher(script);
    if (threadLocals.find()) {
      put(exported, key(threadLocals, 1), "__emscripten_tls_init");
    }
  }

  /** The object that most of the exports are taken from is the one that has them. */
  private void readMinified(String script, Set<String> exported) {
    var objects = new HashMap<String, Map<String, String>>();
    MINIFIED
        .matcher(script)
        .results()
        .filter(found -> exported.contains(found.group(3)))
        .forEach(
            found ->
                objects
                    .computeIfAbsent(found.group(2), object -> new HashMap<>())
                    .putIfAbsent(found.group(3), found.group(1)));
    objects.values().stream()
        .max(Comparator.comparingInt(Map::size))
        .ifPresent(names -> names.forEach((key, value) -> put(exported, key, value)));
  }

  private static String key(Matcher found, int group) {
    return found.group(group) == null ? found.group(group + 1) : found.group(group);
  }

  private void put(Set<String> exported, String key, String value) {
    if (exported.contains(key) && isReadable(value)) {
      exports.putIfAbsent(key, original(value));
    }
  }

  /** A script's name for a function of C's has an underscore more. */
  private static String original(String value) {
    String renamed = RENAMED.get(value);
    return renamed != null ? renamed : value.startsWith("_") ? value.substring(1) : value;
  }

  /** The original names of imports that are known. */
  Map<String, String> imports() {
    return imports;
  }

  /** The original names of exports that are known. */
  Map<String, String> exports() {
    return exports;
  }

  /** The names of these that are not known. */
  static Set<String> unknown(Set<String> names, Map<String, String> known) {
    var unknown = new TreeSet<>(names);
    unknown.removeAll(known.keySet());
    return unknown;
  }
}
