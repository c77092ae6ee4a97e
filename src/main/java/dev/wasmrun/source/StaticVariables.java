package dev.wasmrun.source;

import dev.wasmrun.source.EntryNames.Found;
import java.util.Optional;

/** The variables that have an address which the linker has chosen. */
final class StaticVariables {
  private static final int OP_ADDR = 0x03;
  private static final int OP_ADDRX = 0xa1;
  private static final int LONGEST_CHAIN = 32;
  private static final long TOMBSTONE = 0xFFFFFFFEL;

  private final EntryNames names;
  private final IntList addresses = new IntList();
  private final IntList entries = new IntList();

  private StaticVariables(UnitIndex units) {
    this.names = new EntryNames(units);
  }

  /** Finds those of all units. */
  static StaticVariables of(UnitIndex units, WorkLimit limit) {
    var variables = new StaticVariables(units);
    for (int i = 0; i < units.size(); i++) {
      Unit unit = units.unit(i);
      limit.spend(unit.header().end() - unit.header().start());
      EntryWalk.over(
          unit,
          (offset, entry, outer) -> {
            if (entry.tag() == Tags.VARIABLE && entry.has(Tags.AT_LOCATION)) {
              variables.add(unit, offset, entry);
            }
            return outer.scope();
          });
    }
    return variables;
  }

  /** Adds one whose location is nothing but an address. */
  private void add(Unit unit, int offset, DebugEntry entry) {
    if (!Form.isBlock(entry.form(Tags.AT_LOCATION))) {
      return;
    }
    long block = entry.value(Tags.AT_LOCATION);
    var in =
        new SectionReader(unit.sections().info(), Form.blockStart(block), Form.blockEnd(block));
    int operation = in.remaining() == 0 ? 0 : in.u8();
    long address = 0;
    if (operation == OP_ADDR) {
      address = in.fixed(unit.header().addressSize());
    } else if (operation == OP_ADDRX) {
      address = unit.addressOf(in.uleb());
    }
    if (in.remaining() == 0 && address > 0 && address < TOMBSTONE) {
      addresses.add((int) address);
      entries.add(offset);
    }
  }

  /** The one that has an address. */
  Optional<SourceVariable> at(int address) {
    int best = -1;
    for (int i = 0; i < addresses.size(); i++) {
      boolean before = Integer.compareUnsigned(addresses.get(i), address) <= 0;
      if (before
          && (best < 0 || Integer.compareUnsigned(addresses.get(best), addresses.get(i)) < 0)) {
        best = i;
      }
    }
    if (best < 0) {
      return Optional.empty();
    }
    SourceVariable found = variable(addresses.get(best), names.at(entries.get(best)));
    long distance = Integer.toUnsignedLong(address - addresses.get(best));
    return distance < Math.max(1, found.size()) && !found.name().isEmpty()
        ? Optional.of(found)
        : Optional.empty();
  }

  private SourceVariable variable(int address, Found found) {
    SourcePlace declared = names.declaration(found);
    return new SourceVariable(
        names.of(found),
        address,
        sizeOfTypeOf(names.with(found, Tags.AT_TYPE), LONGEST_CHAIN),
        declared == null ? "" : declared.shown(),
        declared == null ? 0 : declared.line());
  }

  /** The bytes of what an entry's type describes; 0 if that cannot be told. */
  private long sizeOfTypeOf(Found typed, int left) {
    int reference = typed == null ? -1 : typed.unit().reference(typed.entry(), Tags.AT_TYPE);
    Found type = reference < 0 || left == 0 ? null : names.at(reference);
    if (type == null) {
      return 0;
    }
    if (type.entry().has(Tags.AT_BYTE_SIZE)) {
      return type.entry().value(Tags.AT_BYTE_SIZE);
    }
    if (type.entry().tag() == Tags.POINTER_TYPE) {
      return type.unit().header().addressSize();
    }
    long element = sizeOfTypeOf(type, left - 1);
    return type.entry().tag() == Tags.ARRAY_TYPE ? element * lengthOf(type) : element;
  }

  private static long lengthOf(Found array) {
    long length = 1;
    if (!array.entry().shape().children()) {
      return 0;
    }
    SectionReader in = array.unit().reader(array.offset());
    array.unit().next(in);
    for (DebugEntry part = array.unit().next(in); part != null; part = array.unit().next(in)) {
      if (part.tag() == Tags.SUBRANGE_TYPE) {
        length *=
            part.has(Tags.AT_COUNT)
                ? part.value(Tags.AT_COUNT)
                : part.has(Tags.AT_UPPER_BOUND) ? part.value(Tags.AT_UPPER_BOUND) + 1 : 0;
      }
    }
    return length;
  }
}
