package dev.wasmrun.module;

import com.dylibso.chicory.wasm.types.OpCode;
import java.util.Locale;
import java.util.Optional;

/** A proposal beyond the first version of WebAssembly that a module's code makes use of. */
public enum Feature {
  THREADS,
  BULK_MEMORY,
  SIGN_EXTENSION,
  SATURATING_CONVERSION,
  TAIL_CALL,
  EXCEPTIONS,
  SIMD,
  /** Memories or tables with 64-bit addresses. */
  MEMORY64;

  /** The feature an instruction belongs to; empty for the first version's instructions. */
  static Optional<Feature> of(OpCode opcode) {
    int code = opcode.opcode();
    int prefix = code > 0xFF ? code >>> 8 : code;
    return switch (prefix) {
      case 0xFE -> Optional.of(THREADS);
      case 0xFD -> Optional.of(SIMD);
      case 0xFC -> Optional.of((code & 0xFF) < 8 ? SATURATING_CONVERSION : BULK_MEMORY);
      case 0xC0, 0xC1, 0xC2, 0xC3, 0xC4 -> Optional.of(SIGN_EXTENSION);
      case 0x12, 0x13, 0x15 -> Optional.of(TAIL_CALL);
      case 0x06, 0x07, 0x08, 0x09, 0x0A, 0x18, 0x19, 0x1F -> Optional.of(EXCEPTIONS);
      default -> Optional.empty();
    };
  }

  /** The name as the proposals spell it, for example {@code bulk-memory}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
