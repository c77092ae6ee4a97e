package dev.wasmrun.source;

import java.util.Map;

/**
 * The sections of a module that hold DWARF.
 *
 * @param byName their contents
 */
record Sections(Map<String, byte[]> byName) {
  private static final byte[] NOTHING = {};

  byte[] info() {
    return of(".debug_info");
  }

  byte[] abbreviations() {
    return of(".debug_abbrev");
  }

  byte[] lines() {
    return of(".debug_line");
  }

  byte[] of(String name) {
    return byName.getOrDefault(name, NOTHING);
  }

  /** The bytes of all of them. */
  long size() {
    return byName.values().stream().mapToLong(section -> section.length).sum();
  }

  /** A text at an offset of a section of texts. */
  String text(String section, long offset) {
    return new SectionReader(of(section), offset).text();
  }
}
