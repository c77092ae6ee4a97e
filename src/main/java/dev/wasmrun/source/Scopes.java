package dev.wasmrun.source;

import java.util.LinkedHashSet;
import java.util.List;

/** The functions of a unit: where their code is, which are in which, and how they are nested. */
final class Scopes {
  private static final int NONE = -1;

  /** So many functions that are part of each other are more than any compiler leaves. */
  private static final int MOST = 256;

  // A function, or a function that has become part of another, each: in the order of the entries.
  private final IntList entries = new IntList();
  private final IntList parents = new IntList();

  // A range of one of them each.
  private final IntList froms = new IntList();
  private final IntList ends = new IntList();
  private final IntList owners = new IntList();

  // Entries that have a name, and in which other each is declared, or NONE.
  private final IntList named = new IntList();
  private final IntList declaredIn = new IntList();

  private Scopes() {}

  /** Reads all entries of a unit. */
  static Scopes of(Unit unit) {
    var scopes = new Scopes();
    EntryWalk.over(
        unit,
        (offset, entry, outer) -> {
          if (Tags.qualifies(entry.tag()) || entry.tag() == Tags.VARIABLE) {
            scopes.named.add(offset);
            scopes.declaredIn.add(outer.name());
          }
          boolean function = entry.tag() == Tags.SUBPROGRAM;
          if (function || entry.tag() == Tags.INLINED_SUBROUTINE) {
            return scopes.add(unit, offset, entry, function ? NONE : outer.scope());
          }
          return outer.scope();
        });
    return scopes;
  }

  private int add(Unit unit, int offset, DebugEntry entry, int parent) {
    int number = entries.size();
    int before = froms.size();
    Ranges.of(
        unit,
        entry,
        (from, end) -> {
          froms.add(from);
          ends.add(end);
          owners.add(number);
        });
    if (froms.size() == before) {
      return parent; // it has no code
    }
    entries.add(offset);
    parents.add(parent);
    return number;
  }

  /**
   * The functions that have an address, by number, each after those that it is part of; those that
   * are part of a function that has not got it are left out.
   */
  List<Integer> at(int address) {
    var found = new LinkedHashSet<Integer>();
    for (int i = 0; i < froms.size() && found.size() < MOST; i++) {
      if (froms.get(i) <= address && address < ends.get(i)) {
        found.add(owners.get(i));
      }
    }
    return found.stream().filter(scope -> found.contains(outermost(scope))).toList();
  }

  private int outermost(int scope) {
    int outer = scope;
    while (parents.get(outer) >= 0) {
      outer = parents.get(outer);
    }
    return outer;
  }

  /** The entry of a function. */
  int entry(int scope) {
    return entries.get(scope);
  }

  /** The function that another is part of; negative if it is none's. */
  int parent(int scope) {
    return parents.get(scope);
  }

  /** The entry in which an entry with a name is declared; negative if it is in none. */
  int declaredIn(int entry) {
    int index = named.indexOf(entry);
    return index < 0 ? NONE : declaredIn.get(index);
  }
}
