package dev.wasmrun.module;

import java.util.Arrays;

/** The form of what follows an instruction's opcode. */
enum Immediates {
  NONE,
  /** The index of something, or a label. */
  INDEX,
  /** Two indices. */
  TWO_INDICES,
  BYTE,
  /** Alignment and offset, and the index of a memory where there are several. */
  MEMORY,
  /** As {@link #MEMORY}, and a lane. */
  MEMORY_AND_LANE,
  I32,
  I64,
  F32,
  F64,
  /** Sixteen bytes. */
  V128,
  /** The type of a block that begins here. */
  BLOCK,
  /** The type of a block that begins here, and its catch clauses. */
  BLOCK_AND_CATCHES,
  /** The labels of a {@code br_table}, the default one last. */
  LABELS,
  /** Value types. */
  TYPES,
  /** The type of a reference. */
  HEAP_TYPE,
  /** Flags, a label and the types of two references. */
  CAST,
  /** There is no such opcode. */
  ILLEGAL;

  private static final int FIRST_PREFIX = 0xFB;
  private static final int LAST_PREFIX = 0xFE;

  /** Opcodes of one byte, by that byte. */
  private static final Immediates[] PLAIN = table(256);

  /** Opcodes behind the prefixes 0xFB to 0xFE: references, various, vectors, threads. */
  private static final Immediates[][] PREFIXED = {table(32), table(18), table(276), table(79)};

  static {
    plain();
    references(PREFIXED[0]);
    various(PREFIXED[1]);
    vectors(PREFIXED[2]);
    set(PREFIXED[3], MEMORY, 0, 2);
    set(PREFIXED[3], BYTE, 3, 3);
    set(PREFIXED[3], MEMORY, 0x10, 0x4E);
  }

  /** Whether a byte is the first of an opcode's two parts. */
  static boolean isPrefix(int opcode) {
    return opcode >= FIRST_PREFIX && opcode <= LAST_PREFIX;
  }

  /** Whether these are the immediates of an instruction that begins a block. */
  boolean beginBlock() {
    return this == BLOCK || this == BLOCK_AND_CATCHES;
  }

  /** What follows an opcode of one byte. */
  static Immediates of(int opcode) {
    return PLAIN[opcode];
  }

  /** What follows an opcode of two parts. */
  static Immediates of(int prefix, long opcode) {
    Immediates[] table = PREFIXED[prefix - FIRST_PREFIX];
    return opcode < table.length ? table[(int) opcode] : ILLEGAL;
  }

  private static Immediates[] table(int size) {
    var table = new Immediates[size];
    Arrays.fill(table, ILLEGAL);
    return table;
  }

  private static void set(Immediates[] table, Immediates immediates, int first, int last) {
    Arrays.fill(table, first, last + 1, immediates);
  }

  private static void plain() {
    set(PLAIN, NONE, 0x00, 0x01);
    set(PLAIN, BLOCK, 0x02, 0x04);
    set(PLAIN, NONE, 0x05, 0x05);
    set(PLAIN, BLOCK, 0x06, 0x06); // try
    set(PLAIN, INDEX, 0x07, 0x09); // catch, throw, rethrow
    set(PLAIN, NONE, 0x0A, 0x0B);
    set(PLAIN, INDEX, 0x0C, 0x0D);
    set(PLAIN, LABELS, 0x0E, 0x0E);
    set(PLAIN, NONE, 0x0F, 0x0F);
    set(PLAIN, INDEX, 0x10, 0x10);
    set(PLAIN, TWO_INDICES, 0x11, 0x11);
    set(PLAIN, INDEX, 0x12, 0x12);
    set(PLAIN, TWO_INDICES, 0x13, 0x13);
    set(PLAIN, INDEX, 0x14, 0x15);
    set(PLAIN, INDEX, 0x18, 0x18); // delegate
    set(PLAIN, NONE, 0x19, 0x1B); // catch_all, drop, select
    set(PLAIN, TYPES, 0x1C, 0x1C);
    set(PLAIN, BLOCK_AND_CATCHES, 0x1F, 0x1F);
    set(PLAIN, INDEX, 0x20, 0x26);
    set(PLAIN, MEMORY, 0x28, 0x3E);
    set(PLAIN, INDEX, 0x3F, 0x40);
    set(PLAIN, I32, 0x41, 0x41);
    set(PLAIN, I64, 0x42, 0x42);
    set(PLAIN, F32, 0x43, 0x43);
    set(PLAIN, F64, 0x44, 0x44);
    set(PLAIN, NONE, 0x45, 0xC4);
    set(PLAIN, HEAP_TYPE, 0xD0, 0xD0);
    set(PLAIN, NONE, 0xD1, 0xD1);
    set(PLAIN, INDEX, 0xD2, 0xD2);
    set(PLAIN, NONE, 0xD3, 0xD4);
    set(PLAIN, INDEX, 0xD5, 0xD6);
  }

  private static void references(Immediates[] table) {
    set(table, INDEX, 0x00, 0x01);
    set(table, TWO_INDICES, 0x02, 0x05);
    set(table, INDEX, 0x06, 0x07);
    set(table, TWO_INDICES, 0x08, 0x0A);
    set(table, INDEX, 0x0B, 0x0E);
    set(table, NONE, 0x0F, 0x0F);
    set(table, INDEX, 0x10, 0x10);
    set(table, TWO_INDICES, 0x11, 0x13);
    set(table, HEAP_TYPE, 0x14, 0x17);
    set(table, CAST, 0x18, 0x19);
    set(table, NONE, 0x1A, 0x1E);
  }

  private static void various(Immediates[] table) {
    set(table, NONE, 0x00, 0x07); // saturating conversions
    set(table, TWO_INDICES, 0x08, 0x08);
    set(table, INDEX, 0x09, 0x09);
    set(table, TWO_INDICES, 0x0A, 0x0A);
    set(table, INDEX, 0x0B, 0x0B);
    set(table, TWO_INDICES, 0x0C, 0x0C);
    set(table, INDEX, 0x0D, 0x0D);
    set(table, TWO_INDICES, 0x0E, 0x0E);
    set(table, INDEX, 0x0F, 0x11);
  }

  private static void vectors(Immediates[] table) {
    set(table, MEMORY, 0x00, 0x0B);
    set(table, V128, 0x0C, 0x0D); // v128.const, i8x16.shuffle
    set(table, NONE, 0x0E, 0x14);
    set(table, BYTE, 0x15, 0x22); // lanes
    set(table, NONE, 0x23, 0x53);
    set(table, MEMORY_AND_LANE, 0x54, 0x5B);
    set(table, MEMORY, 0x5C, 0x5D);
    set(table, NONE, 0x5E, 0xFF);
    for (int unused : new int[] {0x9A, 0xA2, 0xA5, 0xA6, 0xAF, 0xB0, 0xB2, 0xB3, 0xB4, 0xBB}) {
      table[unused] = ILLEGAL;
    }
    for (int unused : new int[] {0xC2, 0xC5, 0xC6, 0xCF, 0xD0, 0xD2, 0xD3, 0xD4, 0xE2, 0xEE}) {
      table[unused] = ILLEGAL;
    }
    set(table, NONE, 0x100, 0x113); // relaxed
  }
}
