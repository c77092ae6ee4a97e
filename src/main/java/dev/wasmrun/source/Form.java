package dev.wasmrun.source;

/**
 * The forms in which attributes are written (DWARF 5, 7.5.6). An attribute's value is one number:
 * itself, an offset or an index, of a text that stands there its offset, and of a block its offset
 * and length, see {@link #blockStart}.
 */
final class Form {
  static final int ADDR = 0x01;
  static final int DATA4 = 0x06;
  static final int DATA8 = 0x07;
  static final int STRING = 0x08;
  static final int STRP = 0x0e;
  static final int REF_ADDR = 0x10;
  static final int REF_UDATA = 0x15;
  static final int INDIRECT = 0x16;
  static final int SEC_OFFSET = 0x17;
  static final int EXPRLOC = 0x18;
  static final int STRX = 0x1a;
  static final int ADDRX = 0x1b;
  static final int LINE_STRP = 0x1f;
  static final int IMPLICIT_CONST = 0x21;
  static final int RNGLISTX = 0x23;
  static final int STRX1 = 0x25;
  static final int STRX4 = 0x28;
  static final int ADDRX1 = 0x29;
  static final int ADDRX4 = 0x2c;
  static final int GNU_ADDR_INDEX = 0x1f01;
  static final int GNU_STR_INDEX = 0x1f02;

  private Form() {}

  /**
   * Reads a value.
   *
   * @param constant what the abbreviation has instead of a value in the entry
   * @param unit whose sizes count
   */
  static long read(SectionReader in, int form, long constant, UnitHeader unit) {
    return switch (form) {
      case ADDR -> in.fixed(unit.addressSize());
      case 0x03 -> block(in, in.u16());
      case 0x04 -> block(in, in.u32());
      case 0x09, EXPRLOC -> block(in, in.uleb());
      case 0x0a -> block(in, in.u8());
      case 0x1e -> block(in, 16);
      case 0x0b, 0x0c, 0x11, STRX1, ADDRX1 -> in.u8();
      case 0x05, 0x12, 0x26, 0x2a -> in.u16();
      case 0x27, 0x2b -> in.fixed(3);
      case DATA4, 0x13, 0x1c, STRX4, ADDRX4 -> in.u32();
      case DATA8, 0x14, 0x20, 0x24 -> in.fixed(8);
      case 0x0d -> in.sleb();
      case 0x0f, REF_UDATA, STRX, ADDRX, 0x22, RNGLISTX, GNU_ADDR_INDEX, GNU_STR_INDEX -> in.uleb();
      case STRING -> {
        int start = in.at();
        in.skipText();
        yield start;
      }
      case REF_ADDR -> in.fixed(unit.version() <= 2 ? unit.addressSize() : unit.offsetSize());
      case STRP, SEC_OFFSET, 0x1d, LINE_STRP, 0x1f20, 0x1f21 -> in.fixed(unit.offsetSize());
      case 0x19 -> 1;
      case IMPLICIT_CONST -> constant;
      case INDIRECT -> indirect(in, unit);
      default -> throw unknown(form);
    };
  }

  private static long indirect(SectionReader in, UnitHeader unit) {
    int form = (int) in.uleb();
    if (form == INDIRECT || form == IMPLICIT_CONST) {
      throw unknown(form);
    }
    return read(in, form, 0, unit);
  }

  private static BadDebugInformation unknown(int form) {
    return new BadDebugInformation("it has values of an unknown form, 0x%x".formatted(form));
  }

  private static long block(SectionReader in, long length) {
    long start = in.at();
    in.skip(length);
    return start << Integer.SIZE | length;
  }

  /** Where a block begins in its section. */
  static int blockStart(long value) {
    return (int) (value >>> Integer.SIZE);
  }

  /** Behind its last byte. */
  static int blockEnd(long value) {
    return blockStart(value) + (int) value;
  }

  static boolean isBlock(int form) {
    return switch (form) {
      case 0x03, 0x04, 0x09, 0x0a, EXPRLOC -> true;
      default -> false;
    };
  }

  /** Whether it is the index of an address. */
  static boolean isAddressIndex(int form) {
    return form == ADDRX || form >= ADDRX1 && form <= ADDRX4 || form == GNU_ADDR_INDEX;
  }

  /** Whether it is the index of a text's offset. */
  static boolean isTextIndex(int form) {
    return form == STRX || form >= STRX1 && form <= STRX4 || form == GNU_STR_INDEX;
  }

  /** Whether it refers to an entry, by an offset in its unit. */
  static boolean isReferenceInUnit(int form) {
    return form > REF_ADDR && form <= REF_UDATA;
  }
}
