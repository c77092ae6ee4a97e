package dev.wasmrun.convention.bindgen;

import dev.wasmrun.module.ValueType;
import java.util.List;

/** What a function of wasm-bindgen returns, as Java has it: its WebAssembly type does not tell. */
public enum BindgenType {
  /** Nothing: null. */
  NOTHING(0),
  /** A {@code Boolean}. */
  BOOLEAN(0, ValueType.I32),
  /** An {@code Integer}, also the address of an object of a class. */
  INT(0, ValueType.I32),
  /** A {@code Long}, of a u32. */
  UNSIGNED(0, ValueType.I32),
  /** A {@code Long}, of an i64 or u64. */
  LONG(0, ValueType.I64),
  /** A {@code Float}. */
  FLOAT(0, ValueType.F32),
  /** A {@code Double}. */
  DOUBLE(0, ValueType.F64),
  /** A {@code String}; null for an {@code Option<String>} that is none, and so the slices. */
  STRING(1, ValueType.I32, ValueType.I32),
  /** A {@code byte[]}, of a {@code Vec<u8>} or {@code Vec<i8>}. */
  BYTES(1, ValueType.I32, ValueType.I32),
  /** A {@code short[]}. */
  SHORTS(Short.BYTES, ValueType.I32, ValueType.I32),
  /** An {@code int[]}. */
  INTS(Integer.BYTES, ValueType.I32, ValueType.I32),
  /** A {@code long[]}. */
  LONGS(Long.BYTES, ValueType.I32, ValueType.I32),
  /** A {@code float[]}. */
  FLOATS(Float.BYTES, ValueType.I32, ValueType.I32),
  /** A {@code double[]}. */
  DOUBLES(Double.BYTES, ValueType.I32, ValueType.I32),
  /**
   * A value of JavaScript: null for undefined and null, a {@code Boolean}, {@code Double}, {@code
   * BigInteger}, {@code String} or {@code byte[]}, or the text of any other.
   */
  OBJECT(0, ValueType.I32);

  private final int elementBytes;
  private final List<ValueType> parts;

  BindgenType(int elementBytes, ValueType... parts) {
    this.elementBytes = elementBytes;
    this.parts = List.of(parts);
  }

  /** The size of an element; 0 if it is no slice. */
  int elementBytes() {
    return elementBytes;
  }

  /** The values of WebAssembly that it is returned as. */
  List<ValueType> parts() {
    return parts;
  }
}
