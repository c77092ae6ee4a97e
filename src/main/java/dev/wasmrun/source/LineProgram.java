package dev.wasmrun.source;

/** The program that makes a {@link LineTable} (DWARF 5, 6.2), of versions 2 to 5. */
final class LineProgram {
  private static final long WIDE = 0xFFFFFFFFL;
  private static final int PATH = 1;
  private static final int DIRECTORY = 2;

  private final Sections sections;
  private final SectionReader in;
  private final UnitHeader sizes;
  private LineTable table;

  private int instructionLength;
  private int lineBase;
  private int lineRange;
  private int opcodeBase;
  private int[] operands = {};

  // The registers.
  private long address;
  private long file;
  private long line;
  private long column;

  private LineProgram(Sections sections, SectionReader in, UnitHeader sizes) {
    this.sections = sections;
    this.in = in;
    this.sizes = sizes;
  }

  /**
   * Runs the program at an offset of {@code .debug_line}.
   *
   * @param directory the directory in which the compiler ran
   */
  static LineTable run(Sections sections, long offset, String directory, WorkLimit limit) {
    var in = new SectionReader(sections.lines(), offset);
    long length = in.u32();
    int offsetSize = length == WIDE ? 8 : 4;
    if (length == WIDE) {
      length = in.fixed(8);
    }
    int from = in.at();
    in.skip(length);
    limit.spend(length);
    SectionReader inside = in.range(from, in.at());
    int version = inside.u16();
    if (version < 2 || version > 5) {
      throw new BadDebugInformation("its lines are of DWARF version " + version);
    }
    var sizes = new UnitHeader(0, version, offsetSize, 4, 0, 0, 0);
    return new LineProgram(sections, inside, sizes).run(directory);
  }

  private LineTable run(String directory) {
    int version = sizes.version();
    if (version >= 5) {
      in.skip(2); // the sizes of addresses and segments
    }
    long headerLength = in.fixed(sizes.offsetSize());
    SectionReader body = in.range(in.at(), in.at() + in.remaining());
    body.skip(headerLength);
    readSettings();
    var files = new LineFiles(directory, version >= 5 ? 0 : 1);
    if (version >= 5) {
      readEntries((name, parent) -> files.addDirectory(name));
      readEntries(files::addFile);
    } else {
      readFiles(files);
    }
    table = new LineTable(files);
    execute(body);
    table.finish();
    return table;
  }

  private void readSettings() {
    instructionLength = in.u8();
    if (sizes.version() >= 4) {
      in.skip(1); // the most operations of an instruction
    }
    in.skip(1); // whether rows begin statements
    lineBase = (byte) in.u8();
    lineRange = in.u8();
    opcodeBase = in.u8();
    if (lineRange == 0 || opcodeBase == 0) {
      throw new BadDebugInformation("its lines are not encoded as they could be");
    }
    operands = new int[opcodeBase];
    for (int i = 1; i < opcodeBase; i++) {
      operands[i] = in.u8();
    }
  }

  private void readFiles(LineFiles files) {
    for (String name = in.text(); !name.isEmpty(); name = in.text()) {
      files.addDirectory(name);
    }
    for (String name = in.text(); !name.isEmpty(); name = in.text()) {
      files.addFile(name, in.uleb());
      in.uleb(); // when it was changed
      in.uleb(); // its size
    }
  }

  /** Told of each directory or file. */
  @FunctionalInterface
  private interface NameReceiver {
    void name(String name, long directory);
  }

  private void readEntries(NameReceiver receiver) {
    int formats = in.u8();
    var contents = new long[formats];
    var forms = new int[formats];
    for (int i = 0; i < formats; i++) {
      contents[i] = in.uleb();
      forms[i] = (int) in.uleb();
    }
    long count = in.uleb();
    if (count < 0 || count > in.remaining()) {
      throw new BadDebugInformation("it has more files than bytes");
    }
    for (long i = 0; i < count; i++) {
      String name = "";
      long directory = 0;
      for (int j = 0; j < formats; j++) {
        long value = Form.read(in, forms[j], 0, sizes);
        if (contents[j] == PATH) {
          name = text(forms[j], value);
        } else if (contents[j] == DIRECTORY) {
          directory = value;
        }
      }
      receiver.name(name, directory);
    }
  }

  private String text(int form, long value) {
    return switch (form) {
      case Form.STRING -> new SectionReader(sections.lines(), value).text();
      case Form.LINE_STRP -> sections.text(".debug_line_str", value);
      case Form.STRP -> sections.text(".debug_str", value);
      default -> "";
    };
  }

  private void reset() {
    address = 0;
    file = 1;
    line = 1;
    column = 0;
  }

  private void execute(SectionReader body) {
    reset();
    while (body.remaining() > 0) {
      int opcode = body.u8();
      if (opcode >= opcodeBase) {
        int adjusted = opcode - opcodeBase;
        advance(adjusted / lineRange);
        line += lineBase + adjusted % lineRange;
        row();
      } else if (opcode == 0) {
        extended(body);
      } else {
        standard(opcode, body);
      }
    }
  }

  private void row() {
    table.row(address, file, line, column);
  }

  private void advance(long instructions) {
    address += instructions * instructionLength;
  }

  private void standard(int opcode, SectionReader body) {
    switch (opcode) {
      case 1 -> row();
      case 2 -> advance(body.uleb());
      case 3 -> line += body.sleb();
      case 4 -> file = body.uleb();
      case 5 -> column = body.uleb();
      case 8 -> advance((255 - opcodeBase) / lineRange);
      case 9 -> address += body.u16();
      default -> {
        for (int i = 0; i < operands[opcode]; i++) {
          body.uleb();
        }
      }
    }
  }

  private void extended(SectionReader body) {
    long length = body.uleb();
    if (length == 0) {
      return;
    }
    int start = body.at();
    SectionReader inside = body.range(start, start + body.remaining());
    body.skip(length);
    switch (inside.u8()) {
      case 1 -> {
        table.endSequence(address);
        reset();
      }
      case 2 -> address = inside.fixed((int) Math.min(length - 1, 8));
      default -> {} // one that defines a file is in no use
    }
  }
}
