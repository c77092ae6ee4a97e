package dev.wasmrun.module;

import com.dylibso.chicory.wasm.MalformedException;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ValType;
import java.util.Optional;

/**
 * Parsing of a module in which a block may have a type of any index.
 *
 * <p>Chicory 1.7.5 reads a block's type as an unsigned number and takes those that are the byte of
 * a value type, or 0x40, as that byte. So the indices {@link #isMisread 64, 99, 100, 105 to 115 and
 * 123 to 127} are read as {@code i32} and so on by its parser, its validator and its engines, and
 * the bytes of what is no type at all as indices. The specification keeps the two apart: an index
 * is a signed number that is not negative, so that the indices from 64 on have two bytes or more.
 *
 * <p>Where the code has no such index the parser does all the work; {@link MovedBlockTypes} is what
 * happens elsewhere.
 */
final class BlockTypes {
  /*
   * Most modules have no such index, and are not to pay for those that do. It is looked for by its
   * bytes, without a walk over the instructions: the opcode of a block, then the low seven bits of
   * the index with the sign that more follows, then seven bits of 0. That finds a few places that
   * are something else, mostly numbers that a linker has padded. Only then the code is walked.
   *
   * The other mistake, that a byte which is no type is taken as an index, shows only in modules that
   * have a type of that index; the parser has counted the types when this is asked.
   */

  /** The type of a block without parameters and results. */
  static final int EMPTY = 0x40;

  /** The lowest index that is misread. */
  private static final int FIRST = 64;

  private static final int LAST = 127;
  private static final int LOW_BITS = 0x7F;

  private BlockTypes() {}

  /** Whether the parser takes the index of a block's type for something else. */
  static boolean isMisread(long index) {
    return index == EMPTY || index > 0 && index <= LAST && ValType.ID.isValidOpcode((int) index);
  }

  /**
   * Parses and validates a module.
   *
   * @throws com.dylibso.chicory.wasm.ChicoryException if it is malformed or invalid
   */
  static WasmModule parse(byte[] bytes) {
    if (!mayHaveMisread(bytes)) {
      WasmModule module = Validation.parse(bytes);
      if (module.typeSection().subTypeCount() > FIRST) {
        MovedBlockTypes.find(bytes); // finds none, but refuses what is no type
      }
      return module;
    }
    Optional<MovedBlockTypes> misread;
    try {
      misread = MovedBlockTypes.find(bytes);
    } catch (MalformedException e) {
      Validation.parse(bytes); // which finds the same, or something before it
      throw e;
    }
    return misread.map(MovedBlockTypes::parse).orElseGet(() -> Validation.parse(bytes));
  }

  private static boolean mayHaveMisread(byte[] bytes) {
    SectionRange code;
    try {
      code = SectionRange.find(bytes, SectionRange.CODE).orElse(new SectionRange(0, 0));
    } catch (MalformedException e) {
      return false; // the parser says why
    }
    for (int at = code.start(); at < code.end() - 2; at++) {
      int type = bytes[at + 1];
      if (type < 0
          && (bytes[at + 2] & LOW_BITS) == 0
          && Immediates.of(bytes[at] & 0xFF).beginBlock()
          && isMisread(type & LOW_BITS)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Checks that a block's type as it is written means to the parser what it is.
   *
   * @param type an index, or a negative number for no type or a value type
   * @throws MalformedException if it is neither
   */
  static void check(long type, int offset) {
    if (type < 0 && !isMisread(type & LOW_BITS)) {
      throw new MalformedException("malformed block type at 0x%x".formatted(offset));
    }
  }
}
