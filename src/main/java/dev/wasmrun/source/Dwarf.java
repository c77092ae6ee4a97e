package dev.wasmrun.source;

import dev.wasmrun.source.EntryNames.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Debug information as C, C++, Rust, Zig and others leave it, DWARF of the versions 2 to 5. */
final class Dwarf implements DebugInformation {
  private final Sections sections;
  private final int codeStart;
  private final WorkLimit limit;

  // Null until somebody asks.
  private UnitIndex units;
  private StaticVariables variables;

  /**
   * DWARF of which nothing has been read yet.
   *
   * @param codeStart where the content of the code section begins in the module's file: DWARF
   *     counts from there
   */
  Dwarf(Sections sections, int codeStart) {
    this.sections = sections;
    this.codeStart = codeStart;
    this.limit = new WorkLimit(sections.size());
  }

  private UnitIndex units() {
    if (units == null) {
      units = UnitIndex.of(sections, limit);
    }
    return units;
  }

  @Override
  public List<ActiveScope> scopesAt(int offset, int begin) {
    limit.renew();
    int address = offset - codeStart;
    for (Unit unit : units().at(address)) {
      LineTable lines = unit.lines();
      int row = lines.rowAt(address);
      if (row >= 0) {
        return chain(unit, lines, row, innermost(unit, address, lines.place(row)));
      }
    }
    return List.of();
  }

  /**
   * The function that a place in the code is in, by number; negative if that is not clear. Of those
   * that have the address it is the one that is declared last before the line: optimisers that do
   * not know of DWARF all that there is make functions' ranges too large, or too small.
   */
  private int innermost(Unit unit, int address, SourcePlace place) {
    var names = new EntryNames(units());
    int found = -1;
    int foundLine = 0;
    for (int scope : unit.scopes().at(address)) {
      SourcePlace declared = names.declaration(names.at(unit.scopes().entry(scope)));
      boolean before =
          declared != null
              && declared.file().equals(place.file())
              && declared.line() <= place.line();
      if (before && declared.line() >= foundLine) {
        found = scope;
        foundLine = declared.line();
      }
    }
    return found;
  }

  private List<ActiveScope> chain(Unit unit, LineTable lines, int row, int innermost) {
    var names = new EntryNames(units());
    var scopes = new ArrayList<ActiveScope>();
    SourcePlace place = lines.place(row);
    int scope = innermost;
    while (scope >= 0) {
      Found found = names.at(unit.scopes().entry(scope));
      if (found.entry().tag() != Tags.INLINED_SUBROUTINE || unit.scopes().parent(scope) < 0) {
        break;
      }
      scopes.add(new ActiveScope(names.of(found), place, true));
      place =
          lines.place(
              (int) found.entry().value(Tags.AT_CALL_FILE),
              (int) found.entry().value(Tags.AT_CALL_LINE),
              (int) found.entry().value(Tags.AT_CALL_COLUMN));
      scope = unit.scopes().parent(scope);
    }
    String function = scope < 0 ? "" : names.of(names.at(unit.scopes().entry(scope)));
    scopes.add(new ActiveScope(function, place, false));
    return scopes;
  }

  @Override
  public Optional<SourceVariable> variableAt(int address) {
    limit.renew();
    if (variables == null) {
      variables = StaticVariables.of(units(), limit);
    }
    return variables.at(address);
  }
}
