package dev.wasmrun.module;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The names of imports whose JavaScript has lost them to a second minifier, recognised by what each
 * function does.
 *
 * <p>Three things tell: the function's type, the features of its JavaScript, and its place, for
 * Emscripten lists imports by the alphabet of their names. A name is given only where all three fit
 * one function of the library and no other. Where the list turns out not to be sorted, what was
 * recognised contradicts itself, and nothing is, but for a few that stay unknown; so it is where
 * most of a module's functions are like none of the library's, which then is not Emscripten's, or
 * of a release that differs.
 */
final class RecognisedImports {
  private static final String TABLE = "/names/library-functions.txt";

  /** So many names must be in order before the order tells anything. */
  private static final int ENOUGH = 4;

  /** At most one of so many that seem to be certain may be out of order, and is unknown then. */
  private static final int MISTAKEN = 10;

  private static final class Table {
    static final List<LibraryFunction> FUNCTIONS = read();

    private static List<LibraryFunction> read() {
      try (InputStream in = RecognisedImports.class.getResourceAsStream(TABLE)) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .map(LibraryFunction::parse)
            .toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** What a function is whose name is known. */
  private static final LibraryFunction KNOWN =
      new LibraryFunction(List.of(), false, List.of(), List.of());

  /** An import in the order of the script, and the names that it may have. */
  private record Entry(String minified, TreeMap<String, LibraryFunction> names) {
    /** Whether it is known which function it is, of whichever of its names. */
    boolean isOne() {
      return !names.isEmpty() && names.values().stream().distinct().count() == 1;
    }

    boolean isCertain() {
      return names.size() == 1 && !names.firstEntry().getValue().byPlace();
    }
  }

  private final Map<String, Signature> signatures;
  private final Map<String, String> known;
  private final List<Entry> entries = new ArrayList<>();

  private RecognisedImports(Map<String, Signature> signatures, Map<String, String> known) {
    this.signatures = signatures;
    this.known = known;
  }

  /**
   * The original names of imports, as far as they can be recognised.
   *
   * @param signatures the imported functions by their minified names
   * @param known original names of imports that are known already, by the minified ones
   */
  static Map<String, String> in(
      String script, Map<String, Signature> signatures, Map<String, String> known) {
    var imports = new RecognisedImports(signatures, known);
    imports.read(script);
    return imports.recognised();
  }

  private void read(String script) {
    var tokens = new ScriptTokens(script);
    var definitions = new ScriptDefinitions(tokens);
    var wanted = new TreeSet<>(signatures.keySet());
    wanted.addAll(known.keySet());
    ScriptTable.withMost(tokens, definitions, wanted)
        .forEach(
            (minified, value) -> {
              var names = new TreeMap<String, LibraryFunction>();
              if (known.containsKey(minified)) {
                names.put(known.get(minified), KNOWN);
              } else if (signatures.containsKey(minified)) {
                add(names, ScriptFunction.of(tokens, definitions, value), signatures.get(minified));
              }
              entries.add(new Entry(minified, names));
            });
  }

  private static void add(
      Map<String, LibraryFunction> names, ScriptFunction function, Signature signature) {
    for (LibraryFunction candidate : Table.FUNCTIONS) {
      if (candidate.fits(function, signature)) {
        candidate.namesFor(signature).forEach(name -> names.merge(name, candidate, (a, b) -> a));
      }
    }
  }

  private Map<String, String> recognised() {
    forgetRivals();
    List<Entry> certain = entries.stream().filter(Entry::isCertain).toList();
    List<Entry> inOrder = Ordered.most(certain, entry -> entry.names().firstKey());
    if ((certain.size() - inOrder.size()) * MISTAKEN > certain.size()) {
      return Map.of();
    }
    certain.stream().filter(entry -> !inOrder.contains(entry)).forEach(e -> e.names().clear());
    if (inOrder.size() >= ENOUGH) {
      narrow();
    }
    var recognised = new LinkedHashMap<String, String>();
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (entry.isOne()
          && !known.containsKey(entry.minified())
          && (!entry.names().firstEntry().getValue().byPlace() || isBetween(i))) {
        recognised.put(entry.minified(), entry.names().firstKey());
      }
    }
    return recognised.size() * 2 < signatures.size() ? Map.of() : recognised;
  }

  /** Where several seem to be one function, its features are of others, too. */
  private void forgetRivals() {
    var first = new HashMap<String, Entry>();
    var rivals = new ArrayList<Entry>();
    for (Entry entry : entries) {
      if (entry.isCertain()) {
        Entry other = first.putIfAbsent(entry.names().firstKey(), entry);
        if (other != null) {
          rivals.add(other);
          rivals.add(entry);
        }
      }
    }
    rivals.forEach(entry -> entry.names().clear());
  }

  /** Whether the certain names before and after one have their beginning in common. */
  private boolean isBetween(int index) {
    String before = certain(index - 1, -1);
    String after = certain(index + 1, 1);
    return !before.isEmpty() && !after.isEmpty() && before.charAt(0) == after.charAt(0);
  }

  private String certain(int from, int step) {
    for (int i = from; i >= 0 && i < entries.size(); i += step) {
      if (entries.get(i).isCertain()) {
        return entries.get(i).names().firstKey();
      }
    }
    return "";
  }

  /** Leaves of each entry's names those that can stand in the order with some of all others. */
  private void narrow() {
    String lower = "";
    for (Entry entry : entries) {
      if (!entry.names().isEmpty()) {
        entry.names().headMap(lower, true).clear();
        lower = entry.names().isEmpty() ? lower : entry.names().firstKey();
      }
    }
    String upper = null;
    for (int i = entries.size() - 1; i >= 0; i--) {
      TreeMap<String, LibraryFunction> names = entries.get(i).names();
      if (!names.isEmpty()) {
        if (upper != null) {
          names.tailMap(upper, true).clear();
        }
        upper = names.isEmpty() ? upper : names.lastKey();
      }
    }
  }
}
