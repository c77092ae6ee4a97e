package dev.wasmrun.module;

import com.dylibso.chicory.wasm.types.ValType;
import java.util.List;
import java.util.Locale;

/** The type of a WebAssembly value, as far as a host tells them apart. */
public enum ValueType {
  I32,
  I64,
  F32,
  F64,
  V128,
  /** Any reference type: it has no textual form, so a host neither passes nor prints it. */
  REF;

  static ValueType of(ValType type) {
    return switch (type.opcode()) {
      case ValType.ID.I32 -> I32;
      case ValType.ID.I64 -> I64;
      case ValType.ID.F32 -> F32;
      case ValType.ID.F64 -> F64;
      case ValType.ID.V128 -> V128;
      default -> REF;
    };
  }

  /** How many numbers of 64 bits the runtime has for a value: two for a vector. */
  public int longs() {
    return this == V128 ? 2 : 1;
  }

  /** The same of values of several types. */
  public static int longs(List<ValueType> types) {
    return types.stream().mapToInt(ValueType::longs).sum();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
