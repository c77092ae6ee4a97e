package dev.wasmrun.source;

import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The units of {@code .debug_info}, and which has the code at an address. */
final class UnitIndex {
  private final Sections sections;
  private final WorkLimit limit;
  private final List<UnitHeader> headers = new ArrayList<>();
  private final IntList starts = new IntList();
  private final Map<Integer, SoftReference<Unit>> units = new HashMap<>();
  private final Map<Long, SoftReference<Abbreviations>> abbreviations = new HashMap<>();

  // A range of a unit each, as the units tell.
  private final IntList froms = new IntList();
  private final IntList ends = new IntList();
  private final IntList owners = new IntList();

  /** Likewise as their lines tell; null until it is needed. */
  private UnitIndex byLines;

  private UnitIndex(Sections sections, WorkLimit limit) {
    this.sections = sections;
    this.limit = limit;
  }

  static UnitIndex of(Sections sections, WorkLimit limit) {
    var index = new UnitIndex(sections, limit);
    index.readHeaders();
    for (int i = 0; i < index.headers.size(); i++) {
      int number = i;
      Unit unit = index.unit(i);
      if (unit.root() != null) {
        Ranges.of(unit, unit.root(), (from, end) -> index.add(from, end, number));
      }
    }
    return index;
  }

  private void readHeaders() {
    var in = new SectionReader(sections.info(), 0);
    while (in.remaining() > 0) {
      UnitHeader header = UnitHeader.read(in);
      headers.add(header);
      starts.add(header.start());
    }
  }

  private void add(int from, int end, int owner) {
    froms.add(from);
    ends.add(end);
    owners.add(owner);
  }

  int size() {
    return headers.size();
  }

  /** A unit by its number. */
  Unit unit(int number) {
    SoftReference<Unit> known = units.get(number);
    Unit unit = known == null ? null : known.get();
    if (unit == null) {
      UnitHeader header = headers.get(number);
      unit = new Unit(header, sections, abbreviations(header.abbreviations()), limit);
      units.put(number, new SoftReference<>(unit));
    }
    return unit;
  }

  private Abbreviations abbreviations(long offset) {
    SoftReference<Abbreviations> known = abbreviations.get(offset);
    Abbreviations read = known == null ? null : known.get();
    if (read == null) {
      read = Abbreviations.read(sections.abbreviations(), offset, limit);
      abbreviations.put(offset, new SoftReference<>(read));
    }
    return read;
  }

  /** The unit that has the entry at an offset; null if none has. */
  Unit containing(int offset) {
    int number = starts.lastAtMost(offset, 0, starts.size());
    Unit unit = number < 0 ? null : unit(number);
    return unit != null && unit.contains(offset) ? unit : null;
  }

  /** The units that may have the code at an address, the likeliest first. */
  List<Unit> at(int address) {
    var found = new ArrayList<Unit>();
    collect(address, found);
    if (found.isEmpty()) {
      byLines().collect(address, found);
    }
    return found;
  }

  private void collect(int address, List<Unit> found) {
    for (int i = 0; i < froms.size(); i++) {
      if (froms.get(i) <= address && address < ends.get(i)) {
        Unit unit = unit(owners.get(i));
        if (!found.contains(unit)) {
          found.add(unit);
        }
      }
    }
  }

  /** What the lines tell where what the units tell is not all, or has become wrong. */
  private UnitIndex byLines() {
    if (byLines == null) {
      var index = new UnitIndex(sections, limit);
      index.headers.addAll(headers);
      for (int i = 0; i < headers.size(); i++) {
        int number = i;
        unit(i).lines().ranges((from, end) -> index.add(from, end, number));
      }
      byLines = index;
    }
    return byLines;
  }
}
