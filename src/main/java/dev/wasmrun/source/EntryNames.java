package dev.wasmrun.source;

/** What entries are called, and where they are declared, also where another entry tells. */
final class EntryNames {
  private static final int LONGEST_CHAIN = 8;

  private final UnitIndex units;

  EntryNames(UnitIndex units) {
    this.units = units;
  }

  /** An entry in its unit. */
  record Found(Unit unit, int offset, DebugEntry entry) {}

  /** The entry at an offset; null if there is none. */
  Found at(int offset) {
    Unit unit = units.containing(offset);
    DebugEntry entry = unit == null ? null : unit.entryAt(offset);
    return entry == null ? null : new Found(unit, offset, entry);
  }

  /** The first of an entry and those that it stands for that has an attribute; null if none has. */
  Found with(Found start, int attribute) {
    Found found = start;
    for (int i = 0; found != null && i < LONGEST_CHAIN; i++) {
      if (found.entry().has(attribute)) {
        return found;
      }
      found = meant(found);
    }
    return null;
  }

  private Found meant(Found found) {
    int origin = found.unit().reference(found.entry(), Tags.AT_ABSTRACT_ORIGIN);
    int meant = origin >= 0 ? origin : found.unit().reference(found.entry(), Tags.AT_SPECIFICATION);
    return meant < 0 ? null : at(meant);
  }

  /** The name, after the names of what it is declared in; empty if it has none. */
  String of(Found start) {
    Found found = with(start, Tags.AT_NAME);
    if (found == null) {
      return "";
    }
    var name = new StringBuilder(found.unit().text(found.entry(), Tags.AT_NAME));
    int outer = found.unit().scopes().declaredIn(found.offset());
    for (int i = 0; outer >= 0 && i < LONGEST_CHAIN; i++) {
      Found around = at(outer);
      if (around == null) {
        break;
      }
      Found naming = with(around, Tags.AT_NAME);
      String prefix =
          naming == null
              ? anonymous(around.entry())
              : naming.unit().text(naming.entry(), Tags.AT_NAME);
      name.insert(0, prefix + "::");
      outer = around.unit().scopes().declaredIn(outer);
    }
    return name.toString();
  }

  private static String anonymous(DebugEntry entry) {
    return entry.tag() == Tags.NAMESPACE ? "(anonymous namespace)" : "(anonymous)";
  }

  /** Where it is declared; null if that is not known. */
  SourcePlace declaration(Found start) {
    Found found = with(start, Tags.AT_DECL_LINE);
    if (found == null) {
      return null;
    }
    Found file = with(start, Tags.AT_DECL_FILE);
    int line = (int) found.entry().value(Tags.AT_DECL_LINE);
    return file == null || line <= 0
        ? null
        : file.unit().lines().place((int) file.entry().value(Tags.AT_DECL_FILE), line, 0);
  }
}
