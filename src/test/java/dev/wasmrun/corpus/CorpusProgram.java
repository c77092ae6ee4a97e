package dev.wasmrun.corpus;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * A program of a corpus and what is known of it.
 *
 * @param path of its source, from the corpus's directory on
 * @param defects what is wrong with it; nothing if it is correct
 * @param known the names of the checkers that do not judge it so
 * @param reason why they do not; empty if they all do
 */
record CorpusProgram(String path, Set<Defect> defects, Set<String> known, String reason) {

  CorpusProgram {
    defects = Set.copyOf(defects);
    known = Set.copyOf(known);
  }

  /** The program with the words of a table's line: {@code race+locks}, or {@code correct}. */
  static CorpusProgram of(String path, String verdict, String known, String reason) {
    Set<Defect> defects = EnumSet.noneOf(Defect.class);
    if (!verdict.equals("correct")) {
      for (String word : verdict.split("\\+")) {
        defects.add(Defect.valueOf(word.toUpperCase(Locale.ROOT)));
      }
    }
    var checkers = new TreeSet<String>();
    if (known != null) {
      checkers.addAll(Set.of(known.split(",")));
    }
    return new CorpusProgram(path, defects, checkers, reason);
  }

  /** Its path as the name of a file. */
  String fileName() {
    return path.replaceFirst("\\.\\w+$", "").replace('/', '-');
  }
}
