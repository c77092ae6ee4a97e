package dev.wasmrun.module;

import com.dylibso.chicory.wasm.MalformedException;
import java.util.Optional;

/**
 * Where a section's content lies in the bytes of a module.
 *
 * @param start the offset after the section's size
 * @param end the offset after its last byte
 */
record SectionRange(int start, int end) {
  /** The number by which the code section is known. */
  static final int CODE = 10;

  /** Where the first section begins. */
  static final int HEADER_LENGTH = 8;

  /** A reader of a module's sections, from the first one on. */
  static ByteReader sections(byte[] module) {
    return new ByteReader(module, Math.min(HEADER_LENGTH, module.length), module.length);
  }

  /** What reads sections. */
  interface Visitor {
    /** Reads the content of a section. */
    void section(int id, ByteReader content);
  }

  /**
   * Has all sections of a module read, in their order.
   *
   * @throws MalformedException if the bytes are no sequence of sections
   */
  static void visit(byte[] module, Visitor visitor) {
    ByteReader in = sections(module);
    while (in.remaining() > 0) {
      int id = in.u8();
      long size = in.u32();
      int start = in.offset();
      in.skip(size);
      visitor.section(id, new ByteReader(module, start, in.offset()));
    }
  }

  /**
   * The first section of a kind, if there is one.
   *
   * @throws MalformedException if the bytes are no sequence of sections so far
   */
  static Optional<SectionRange> find(byte[] module, int id) {
    ByteReader in = sections(module);
    while (in.remaining() > 0) {
      int found = in.u8();
      long size = in.u32();
      int start = in.offset();
      in.skip(size);
      if (found == id) {
        return Optional.of(new SectionRange(start, in.offset()));
      }
    }
    return Optional.empty();
  }
}
