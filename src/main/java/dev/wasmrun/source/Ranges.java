package dev.wasmrun.source;

/** The addresses that an entry covers (DWARF 5, 2.17). */
final class Ranges {
  /** What linkers write for code that they have left out, -1, or -2 where -1 has a meaning. */
  private static final long TOMBSTONE = 0xFFFFFFFEL;

  private static final long BASE = 0xFFFFFFFFL;

  private final Unit unit;
  private final Receiver receiver;

  /** Told of each range; the end is behind it. */
  @FunctionalInterface
  interface Receiver {
    void range(int from, int end);
  }

  private Ranges(Unit unit, Receiver receiver) {
    this.unit = unit;
    this.receiver = receiver;
  }

  /** Tells of the ranges of an entry that are there. */
  static void of(Unit unit, DebugEntry entry, Receiver receiver) {
    var ranges = new Ranges(unit, receiver);
    if (entry.has(Tags.AT_RANGES)) {
      ranges.list(entry);
    } else if (entry.has(Tags.AT_LOW_PC) && entry.has(Tags.AT_HIGH_PC)) {
      long low = unit.address(entry, Tags.AT_LOW_PC);
      int form = entry.form(Tags.AT_HIGH_PC);
      boolean absolute = form == Form.ADDR || Form.isAddressIndex(form);
      long high = absolute ? unit.address(entry, Tags.AT_HIGH_PC) : entry.value(Tags.AT_HIGH_PC);
      ranges.tell(low, absolute ? high : low + high);
    }
  }

  private void tell(long from, long end) {
    unit.limit().spend(1);
    // At address 0 there is the number of functions, so it stands for code that was left out.
    if (from > 0 && from < end && end <= Integer.MAX_VALUE) {
      receiver.range((int) from, (int) end);
    }
  }

  private void list(DebugEntry entry) {
    long value = entry.value(Tags.AT_RANGES);
    if (unit.header().version() < 5) {
      pairs(value);
      return;
    }
    if (entry.form(Tags.AT_RANGES) == Form.RNGLISTX) {
      long base = unit.base(Tags.AT_RNGLISTS_BASE);
      int size = unit.header().offsetSize();
      var offsets = new SectionReader(unit.sections().of(".debug_rnglists"), base + value * size);
      value = base + offsets.fixed(size);
    }
    kinds(new SectionReader(unit.sections().of(".debug_rnglists"), value));
  }

  private long lowest() {
    return unit.root() == null ? 0 : unit.address(unit.root(), Tags.AT_LOW_PC);
  }

  private void pairs(long offset) {
    var in = new SectionReader(unit.sections().of(".debug_ranges"), offset);
    int size = unit.header().addressSize();
    long base = lowest();
    while (true) {
      long from = in.fixed(size);
      long end = in.fixed(size);
      if (from == 0 && end == 0) {
        return;
      }
      if (from == BASE) {
        base = end;
      } else if (from < TOMBSTONE) {
        tell(base + from, base + end);
      }
    }
  }

  private void kinds(SectionReader in) {
    long base = lowest();
    int size = unit.header().addressSize();
    while (true) {
      int kind = in.u8();
      switch (kind) {
        case 0 -> {
          return;
        }
        case 1 -> base = unit.addressOf(in.uleb());
        case 2 -> tell(unit.addressOf(in.uleb()), unit.addressOf(in.uleb()));
        case 3 -> {
          long from = unit.addressOf(in.uleb());
          tell(from, from + in.uleb());
        }
        case 4 -> {
          long from = base + in.uleb();
          tell(base == BASE ? 0 : from, base + in.uleb());
        }
        case 5 -> base = in.fixed(size);
        case 6 -> tell(in.fixed(size), in.fixed(size));
        case 7 -> {
          long from = in.fixed(size);
          tell(from, from + in.uleb());
        }
        default -> throw new BadDebugInformation("it has an unknown kind of range, " + kind);
      }
    }
  }
}
