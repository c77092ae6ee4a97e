package dev.wasmrun.source;

import dev.wasmrun.source.Abbreviations.Abbreviation;

/**
 * An entry of a unit.
 *
 * @param values of its attributes, as {@link Form} reads them
 */
record DebugEntry(Abbreviation shape, long[] values) {
  /** The index of an attribute; -1 if it has none of that kind. */
  int indexOf(int attribute) {
    int[] attributes = shape.attributes();
    for (int i = 0; i < attributes.length; i++) {
      if (attributes[i] == attribute) {
        return i;
      }
    }
    return -1;
  }

  int tag() {
    return shape.tag();
  }

  boolean has(int attribute) {
    return indexOf(attribute) >= 0;
  }

  /** The form of an attribute; 0 if it has none of that kind. */
  int form(int attribute) {
    int index = indexOf(attribute);
    return index < 0 ? 0 : shape.forms()[index];
  }

  /** The value of an attribute; 0 if it has none of that kind. */
  long value(int attribute) {
    int index = indexOf(attribute);
    return index < 0 ? 0 : values[index];
  }
}
