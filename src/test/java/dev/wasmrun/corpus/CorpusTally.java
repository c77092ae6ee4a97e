package dev.wasmrun.corpus;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How often each checker was right. Used by one thread. */
final class CorpusTally {
  private final Map<CorpusChecker, Map<ProgramVerdict.Score, Integer>> counts =
      new EnumMap<>(CorpusChecker.class);

  void add(CorpusChecker checker, ProgramVerdict.Score score) {
    counts
        .computeIfAbsent(checker, first -> new EnumMap<>(ProgramVerdict.Score.class))
        .merge(score, 1, Integer::sum);
  }

  /** A table in Markdown. */
  List<String> lines() {
    var lines = new ArrayList<String>();
    if (counts.isEmpty()) {
      return lines;
    }
    lines.add("| checker | found | missed | told nothing of correct ones | false |");
    lines.add("|---|---|---|---|---|");
    counts.forEach(
        (checker, scores) -> {
          var cells = new ArrayList<String>(List.of(checker.name().toLowerCase(Locale.ROOT)));
          for (ProgramVerdict.Score score : ProgramVerdict.Score.values()) {
            cells.add(Integer.toString(scores.getOrDefault(score, 0)));
          }
          lines.add("| " + String.join(" | ", cells) + " |");
        });
    return lines;
  }
}
