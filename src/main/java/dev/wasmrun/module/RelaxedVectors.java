package dev.wasmrun.module;

import com.dylibso.chicory.wasm.MalformedException;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.UnknownCustomSection;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The relaxed vector instructions of a module, which Chicory 1.7.5 takes for atomic ones, and the
 * module parsed with others in their place.
 *
 * <p>Each of them may do one of several things; here it does the first of those that the
 * specification lists, as its deterministic profile wants. For most of them there is another
 * instruction that does the same. The others become one that takes and leaves the same, and a
 * custom section, {@value #SECTION}, says where they are: for each its offset in the file and the
 * second part of its opcode, four bytes each, the highest first.
 *
 * <p>No byte moves.
 */
final class RelaxedVectors {
  private static final String SECTION = "wasm-run.relaxed";
  private static final int VECTORS = 0xFD;
  private static final int FIRST = 0x100;
  private static final int BITSELECT = 0x52;
  private static final int Q15MULR = 0x82;
  private static final int MORE = 0x80;
  private static final int LOW_BITS = 0x7F;

  /** By the last part of the opcode: what does the same, or takes the same. */
  private static final int[] INSTEAD = {
    0x0E, // i8x16.swizzle
    0xF8, // i32x4.trunc_sat_f32x4_s
    0xF9, 0xFC, // i32x4.trunc_sat_f64x2_s_zero
    0xFD, BITSELECT, // f32x4.relaxed_madd
    BITSELECT, BITSELECT, // f64x2.relaxed_madd
    BITSELECT, BITSELECT, // relaxed_laneselect, of each width
    BITSELECT, BITSELECT, BITSELECT, 0xE8, // f32x4.min
    0xE9, 0xF4, // f64x2.min
    0xF5, Q15MULR, Q15MULR, // i16x8.relaxed_dot_i8x16_i7x16_s
    BITSELECT, // i32x4.relaxed_dot_i8x16_i7x16_add_s
  };

  private final byte[] bytes;
  private final ByteArrayOutputStream section = new ByteArrayOutputStream();

  private RelaxedVectors(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  /**
   * Replaces a module's relaxed instructions.
   *
   * @return what is to be parsed instead; empty if it has none, or is malformed in a way that the
   *     parser finds
   * @throws MalformedException if it has an instruction that does not exist, but the parser takes
   *     it for another
   */
  static Optional<RelaxedVectors> find(byte[] module) {
    if (!mayHaveSome(module)) {
      return Optional.empty();
    }
    RelaxedVectors found = null;
    var cursor = InstructionCursor.of(module);
    while (cursor.nextFunction()) {
      while (cursor.next()) {
        int relaxed = (cursor.opcode() & 0xFFFF) - FIRST;
        if (cursor.opcode() >>> 16 == VECTORS && relaxed >= 0) {
          found = found == null ? new RelaxedVectors(module) : found;
          found.replace(cursor.offset(), cursor.immediatesOffset(), relaxed);
        }
      }
    }
    return Optional.ofNullable(found);
  }

  /** Whether there are bytes like those of an opcode that high. */
  private static boolean mayHaveSome(byte[] module) {
    for (int i = 0; i < module.length - 2; i++) {
      if ((module[i] & 0xFF) == VECTORS && module[i + 1] < 0 && (module[i + 2] & 0xFF) > 1) {
        return SectionRange.find(module, SectionRange.CODE).isPresent();
      }
    }
    return false;
  }

  private void replace(int offset, int end, int relaxed) {
    int rest = INSTEAD[relaxed];
    for (int at = offset + 1; at < end; at++) {
      bytes[at] = (byte) (rest & LOW_BITS | (at + 1 < end ? MORE : 0));
      rest >>>= 7;
    }
    if (isApart(relaxed)) {
      section.writeBytes(
          ByteBuffer.allocate(2 * Integer.BYTES).putInt(offset).putInt(FIRST + relaxed).array());
    }
  }

  /** Whether an instruction does something else than the one in its place. */
  private static boolean isApart(int relaxed) {
    return relaxed >= 0x05 && relaxed <= 0x08 || relaxed >= 0x12;
  }

  /** The bytes with other instructions. */
  byte[] bytes() {
    return bytes;
  }

  /** A module parsed from those, which says where the relaxed instructions are. */
  WasmModule mark(WasmModule module, byte[] original) {
    var copy = ModuleCopy.of(module).withValidation(false);
    copy.withDigest(ModuleReader.digest(original));
    copy.addCustomSection(
        SECTION,
        UnknownCustomSection.builder().withName(SECTION).withBytes(section.toByteArray()).build());
    return copy.build();
  }
}
