package dev.wasmrun.source;

import java.util.Arrays;

/** The shapes that the entries of a unit have (DWARF 5, 7.5.3). */
final class Abbreviations {
  private static final int MOST = 1 << 16;

  private Abbreviation[] byCode = new Abbreviation[64];

  /**
   * A shape of entries.
   *
   * @param children whether the entries that follow are parts of it
   * @param attributes the numbers of its attributes
   * @param forms how each is written
   * @param constants the values of those that no entry has
   */
  record Abbreviation(int tag, boolean children, int[] attributes, int[] forms, long[] constants) {}

  private Abbreviations() {}

  /** Reads those at an offset of {@code .debug_abbrev}. */
  static Abbreviations read(byte[] section, long offset, WorkLimit limit) {
    var in = new SectionReader(section, offset);
    var all = new Abbreviations();
    while (true) {
      int start = in.at();
      long code = in.uleb();
      if (code == 0) {
        return all;
      }
      all.put(code, readOne(in));
      limit.spend(in.at() - start);
    }
  }

  private static Abbreviation readOne(SectionReader in) {
    int tag = (int) in.uleb();
    boolean children = in.u8() != 0;
    int[] attributes = new int[8];
    int[] forms = new int[8];
    long[] constants = new long[8];
    for (int count = 0; ; count++) {
      int attribute = (int) in.uleb();
      int form = (int) in.uleb();
      if (attribute == 0 && form == 0) {
        return new Abbreviation(
            tag,
            children,
            Arrays.copyOf(attributes, count),
            Arrays.copyOf(forms, count),
            Arrays.copyOf(constants, count));
      }
      if (count == attributes.length) {
        attributes = Arrays.copyOf(attributes, 2 * count);
        forms = Arrays.copyOf(forms, 2 * count);
        constants = Arrays.copyOf(constants, 2 * count);
      }
      attributes[count] = attribute;
      forms[count] = form;
      constants[count] = form == Form.IMPLICIT_CONST ? in.sleb() : 0;
    }
  }

  private void put(long code, Abbreviation abbreviation) {
    if (code < 0 || code >= MOST) {
      throw new BadDebugInformation("it has too many kinds of entries");
    }
    if (code >= byCode.length) {
      byCode = Arrays.copyOf(byCode, Math.max(2 * byCode.length, (int) code + 1));
    }
    byCode[(int) code] = abbreviation;
  }

  /** The shape of entries with a code. */
  Abbreviation of(long code) {
    if (code <= 0 || code >= byCode.length || byCode[(int) code] == null) {
      throw new BadDebugInformation("it has an entry of an unknown kind");
    }
    return byCode[(int) code];
  }
}
