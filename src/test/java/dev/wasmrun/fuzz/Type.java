package dev.wasmrun.fuzz;

import java.util.List;
import java.util.Set;

/** A type of values. */
enum Type {
  I32(0x7F),
  I64(0x7E),
  F32(0x7D),
  F64(0x7C),
  V128(0x7B),
  FUNCREF(0x70),
  EXTERNREF(0x6F),
  EXNREF(0x69);

  static final List<Type> NUMBERS = List.of(I32, I64, F32, F64);

  private static final int I32_CONST = 0x41;
  private static final int I64_CONST = 0x42;
  private static final int F32_CONST = 0x43;
  private static final int F64_CONST = 0x44;
  private static final int[] V128_CONST = {0xFD, 0x0C};
  private static final int REF_NULL = 0xD0;

  private final int code;

  Type(int code) {
    this.code = code;
  }

  /** The byte that stands for it in a module. */
  int code() {
    return code;
  }

  boolean isReference() {
    return compareTo(V128) > 0;
  }

  boolean isFloat() {
    return this == F32 || this == F64;
  }

  /** Those that modules may use. */
  static List<Type> allowedBy(Set<Proposal> proposals) {
    return List.of(values()).stream()
        .filter(
            type ->
                switch (type) {
                  case I32, I64, F32, F64 -> true;
                  case V128 -> proposals.contains(Proposal.SIMD);
                  case EXNREF -> proposals.contains(Proposal.EXCEPTIONS);
                  case FUNCREF, EXTERNREF -> proposals.contains(Proposal.REFERENCE_TYPES);
                })
        .toList();
  }

  /**
   * Writes the instruction that pushes a constant.
   *
   * @param bits an integer, or a float's bits; a reference is null whatever they are, and a vector
   *     all zeros if they are
   */
  void constant(ByteWriter out, long bits) {
    switch (this) {
      case I32 -> out.raw(I32_CONST).signed((int) bits);
      case I64 -> out.raw(I64_CONST).signed(bits);
      case F32 -> out.raw(F32_CONST).littleEndian(bits, Float.BYTES);
      case F64 -> out.raw(F64_CONST).littleEndian(bits, Double.BYTES);
      case V128 ->
          out.raw(V128_CONST)
              .littleEndian(bits, Long.BYTES)
              .littleEndian(Long.reverseBytes(bits), Long.BYTES);
      default -> out.raw(REF_NULL, code);
    }
  }
}
