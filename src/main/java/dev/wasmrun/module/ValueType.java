package dev.wasmrun.module;

import com.dylibso.chicory.wasm.types.ValType;
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

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
