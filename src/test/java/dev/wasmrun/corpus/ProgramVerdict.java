package dev.wasmrun.corpus;

import java.util.Set;

/**
 * What a checker says of a program.
 *
 * @param defects what it has found
 * @param text its report
 */
record ProgramVerdict(Set<Defect> defects, String text) {
  ProgramVerdict {
    defects = Set.copyOf(defects);
  }

  /** How it compares with what is known of a program, as far as that is known. */
  Score score(CorpusProgram program, Set<Defect> judged) {
    boolean alarm =
        defects.stream()
            .anyMatch(defect -> judged.contains(defect) && !program.defects().contains(defect));
    if (program.defects().isEmpty()) {
      return alarm ? Score.FALSE : Score.RIGHT;
    }
    boolean found = program.defects().stream().anyMatch(defects::contains);
    return found ? Score.FOUND : Score.MISSED;
  }

  /** How a checker has done. */
  enum Score {
    /** It has told a defect that is there. */
    FOUND,
    /** It has told none of those that are there. */
    MISSED,
    /** It has told nothing of a correct program. */
    RIGHT,
    /** It has told something of a correct program. */
    FALSE
  }
}
