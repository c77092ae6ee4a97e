package dev.wasmrun.source;

import java.util.Arrays;

/** A walk over all entries of a unit. */
final class EntryWalk {
  private static final int DEEPEST = 4096;
  private static final Outer NOTHING = new Outer(-1, -1);

  private EntryWalk() {}

  /**
   * What an entry is part of.
   *
   * @param scope the function, as the visitor has numbered it; -1 for none
   * @param name the entry whose name its own begins with; -1 for none
   */
  record Outer(int scope, int name) {}

  /** Told of each entry, before those that are parts of it. */
  @FunctionalInterface
  interface Visitor {
    /** Visits an entry; the function that its parts are parts of. */
    int visit(int offset, DebugEntry entry, Outer outer);
  }

  static void over(Unit unit, Visitor visitor) {
    SectionReader in = unit.reader(unit.header().firstEntry());
    var outer = new Outer[16];
    outer[0] = NOTHING;
    int depth = 0;
    while (in.remaining() > 0) {
      int offset = in.at();
      DebugEntry entry = unit.next(in);
      if (entry == null) {
        depth--;
        if (depth <= 0) {
          return;
        }
        continue;
      }
      int scope = visitor.visit(offset, entry, outer[depth]);
      if (entry.shape().children()) {
        depth++;
        if (depth == DEEPEST) {
          throw new BadDebugInformation("its entries are nested too deeply");
        }
        if (depth == outer.length) {
          outer = Arrays.copyOf(outer, 2 * depth);
        }
        int name = Tags.qualifies(entry.tag()) ? offset : outer[depth - 1].name();
        outer[depth] = new Outer(scope, name);
      } else if (depth == 0) {
        return;
      }
    }
  }
}
