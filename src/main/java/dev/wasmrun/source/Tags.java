package dev.wasmrun.source;

/** The numbers of DWARF's entries and attributes (DWARF 5, 7.5.3 and 7.5.4) that are looked at. */
final class Tags {
  static final int ARRAY_TYPE = 0x01;
  static final int CLASS_TYPE = 0x02;
  static final int ENUMERATION_TYPE = 0x04;
  static final int POINTER_TYPE = 0x0f;
  static final int STRUCTURE_TYPE = 0x13;
  static final int UNION_TYPE = 0x17;
  static final int INLINED_SUBROUTINE = 0x1d;
  static final int MODULE = 0x1e;
  static final int SUBRANGE_TYPE = 0x21;
  static final int SUBPROGRAM = 0x2e;
  static final int VARIABLE = 0x34;
  static final int INTERFACE_TYPE = 0x38;
  static final int NAMESPACE = 0x39;

  static final int AT_LOCATION = 0x02;
  static final int AT_NAME = 0x03;
  static final int AT_BYTE_SIZE = 0x0b;
  static final int AT_STMT_LIST = 0x10;
  static final int AT_LOW_PC = 0x11;
  static final int AT_HIGH_PC = 0x12;
  static final int AT_COMP_DIR = 0x1b;
  static final int AT_UPPER_BOUND = 0x2f;
  static final int AT_ABSTRACT_ORIGIN = 0x31;
  static final int AT_COUNT = 0x37;
  static final int AT_DECL_FILE = 0x3a;
  static final int AT_DECL_LINE = 0x3b;
  static final int AT_SPECIFICATION = 0x47;
  static final int AT_TYPE = 0x49;
  static final int AT_RANGES = 0x55;
  static final int AT_CALL_COLUMN = 0x57;
  static final int AT_CALL_FILE = 0x58;
  static final int AT_CALL_LINE = 0x59;
  static final int AT_STR_OFFSETS_BASE = 0x72;
  static final int AT_ADDR_BASE = 0x73;
  static final int AT_RNGLISTS_BASE = 0x74;

  private Tags() {}

  /** Whether the names of what is declared in an entry begin with the entry's own. */
  static boolean qualifies(int tag) {
    return switch (tag) {
      case NAMESPACE, MODULE, CLASS_TYPE, STRUCTURE_TYPE, UNION_TYPE -> true;
      case ENUMERATION_TYPE, INTERFACE_TYPE, SUBPROGRAM -> true;
      default -> false;
    };
  }
}
