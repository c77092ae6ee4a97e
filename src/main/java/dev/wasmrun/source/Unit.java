package dev.wasmrun.source;

/**
 * A unit of {@code .debug_info}: what was compiled together, usually one source file with all that
 * it includes.
 */
final class Unit {
  private final UnitHeader header;
  private final Sections sections;
  private final WorkLimit limit;
  private final Abbreviations abbreviations;
  private final DebugEntry root;
  private LineTable lines;
  private Scopes scopes;

  Unit(UnitHeader header, Sections sections, Abbreviations abbreviations, WorkLimit limit) {
    this.header = header;
    this.sections = sections;
    this.abbreviations = abbreviations;
    this.limit = limit;
    this.root = header.firstEntry() < header.end() ? entryAt(header.firstEntry()) : null;
  }

  UnitHeader header() {
    return header;
  }

  Sections sections() {
    return sections;
  }

  WorkLimit limit() {
    return limit;
  }

  /** The entry that all others are parts of; null in an empty unit. */
  DebugEntry root() {
    return root;
  }

  /** Its lines; of a unit that has none, none. */
  LineTable lines() {
    if (lines == null) {
      lines =
          root != null && root.has(Tags.AT_STMT_LIST)
              ? LineProgram.run(sections, root.value(Tags.AT_STMT_LIST), directory(), limit)
              : new LineTable(new LineFiles(directory(), 1));
    }
    return lines;
  }

  /** Its functions. */
  Scopes scopes() {
    if (scopes == null) {
      limit.spend(header.end() - header.start());
      scopes = Scopes.of(this);
    }
    return scopes;
  }

  /** A reader at an entry. */
  SectionReader reader(int offset) {
    if (offset < header.firstEntry() || offset > header.end()) {
      throw new BadDebugInformation("it refers to an entry that is not there");
    }
    return new SectionReader(sections.info(), offset, header.end());
  }

  /** The entry at an offset; null for what only ends the parts of another. */
  DebugEntry entryAt(int offset) {
    return next(reader(offset));
  }

  /** Reads an entry, and goes on behind it. */
  DebugEntry next(SectionReader in) {
    long code = in.uleb();
    if (code == 0) {
      return null;
    }
    Abbreviations.Abbreviation shape = abbreviations.of(code);
    int[] forms = shape.forms();
    var values = new long[forms.length];
    for (int i = 0; i < forms.length; i++) {
      values[i] = Form.read(in, forms[i], shape.constants()[i], header);
    }
    return new DebugEntry(shape, values);
  }

  private String directory() {
    return root == null ? "" : text(root, Tags.AT_COMP_DIR);
  }

  /** An attribute that is a text; empty if there is none. */
  String text(DebugEntry entry, int attribute) {
    int form = entry.form(attribute);
    long value = entry.value(attribute);
    limit.spend(64);
    if (form == Form.STRING) {
      return new SectionReader(sections.info(), value).text();
    }
    if (form == Form.STRP) {
      return sections.text(".debug_str", value);
    }
    if (form == Form.LINE_STRP) {
      return sections.text(".debug_line_str", value);
    }
    if (Form.isTextIndex(form)) {
      long at = base(Tags.AT_STR_OFFSETS_BASE) + value * header.offsetSize();
      var offsets = new SectionReader(sections.of(".debug_str_offsets"), at);
      return sections.text(".debug_str", offsets.fixed(header.offsetSize()));
    }
    return "";
  }

  /** An attribute that is an address. */
  long address(DebugEntry entry, int attribute) {
    long value = entry.value(attribute);
    return Form.isAddressIndex(entry.form(attribute)) ? addressOf(value) : value;
  }

  /** The address with an index. */
  long addressOf(long index) {
    long at = base(Tags.AT_ADDR_BASE) + index * header.addressSize();
    return new SectionReader(sections.of(".debug_addr"), at).fixed(header.addressSize());
  }

  /** Where a list of lists begins; without a word of it, behind the header of the first. */
  long base(int attribute) {
    if (root != null && root.has(attribute)) {
      return root.value(attribute);
    }
    int afterHeader = header.offsetSize() == 4 ? 8 : 16;
    return attribute == Tags.AT_RNGLISTS_BASE ? afterHeader + 4 : afterHeader;
  }

  /** The offset of the entry that an attribute refers to; -1 if that cannot be told. */
  int reference(DebugEntry entry, int attribute) {
    int form = entry.form(attribute);
    long value = entry.value(attribute);
    long offset;
    if (Form.isReferenceInUnit(form)) {
      offset = header.start() + value;
    } else if (form == Form.REF_ADDR) {
      offset = value;
    } else {
      return -1;
    }
    return offset >= 0 && offset < sections.info().length ? (int) offset : -1;
  }

  /** Whether an entry of the unit begins at an offset, as far as its extent tells. */
  boolean contains(int offset) {
    return offset >= header.firstEntry() && offset < header.end();
  }
}
