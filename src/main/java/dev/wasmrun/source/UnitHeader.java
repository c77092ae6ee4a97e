package dev.wasmrun.source;

/**
 * The beginning of a unit in {@code .debug_info} (DWARF 5, 7.5.1).
 *
 * @param start where the unit begins
 * @param version 2 to 5
 * @param offsetSize the bytes of an offset, 4 or 8
 * @param addressSize the bytes of an address, 1 to 8
 * @param abbreviations where its abbreviations are
 * @param firstEntry where its first entry is
 * @param end behind its last byte
 */
record UnitHeader(
    int start,
    int version,
    int offsetSize,
    int addressSize,
    long abbreviations,
    int firstEntry,
    int end) {
  private static final long WIDE = 0xFFFFFFFFL;
  private static final int SKELETON = 4;
  private static final int SPLIT_COMPILE = 5;
  private static final int TYPE = 2;
  private static final int SPLIT_TYPE = 6;

  /** Reads the header at a reader's position, and goes on behind the unit. */
  static UnitHeader read(SectionReader in) {
    int start = in.at();
    long length = in.u32();
    int offsetSize = length == WIDE ? 8 : 4;
    if (length == WIDE) {
      length = in.fixed(8);
    }
    int from = in.at();
    in.skip(length);
    return version(new Extent(start, from, in.at()), offsetSize, in);
  }

  private record Extent(int start, int from, int end) {}

  private static UnitHeader version(Extent extent, int offsetSize, SectionReader whole) {
    SectionReader in = whole.range(extent.from(), extent.end());
    int version = in.u16();
    if (version < 2 || version > 5) {
      throw new BadDebugInformation("it is of DWARF version " + version);
    }
    int type = version >= 5 ? in.u8() : 0;
    int addressSize = version >= 5 ? in.u8() : 0;
    long abbreviations = in.fixed(offsetSize);
    if (version < 5) {
      addressSize = in.u8();
    }
    switch (type) {
      case SKELETON, SPLIT_COMPILE -> in.skip(8);
      case TYPE, SPLIT_TYPE -> in.skip(8 + offsetSize);
      default -> {}
    }
    if (addressSize < 1 || addressSize > 8) {
      throw new BadDebugInformation("it has addresses of %s bytes".formatted(addressSize));
    }
    return new UnitHeader(
        extent.start(), version, offsetSize, addressSize, abbreviations, in.at(), extent.end());
  }
}
