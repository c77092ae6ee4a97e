package dev.wasmrun.module;

import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.MalformedException;
import com.dylibso.chicory.wasm.types.SectionId;
import java.util.Optional;

/**
 * The types of references to exceptions that Chicory 1.7.5 does not know: all become {@code
 * exnref}, the one that it knows.
 *
 * <pre>
 *   nullexnref, (ref null noexn), (ref noexn), (ref exn)   ──▶  exnref
 *   ref.null noexn                                         ──▶  ref.null exn
 * </pre>
 *
 * <p>That is a type above each of them, so whatever is valid stays so and does the same. Only casts
 * could tell the types apart, which {@link BodyChecks} refuses.
 *
 * <p>No byte moves.
 */
final class ExceptionTypes {
  private static final int NULLABLE = 0x63;
  private static final int NOT_NULL = 0x64;

  /** The heap types as signed numbers, and the low bits of the first byte of each. */
  private static final int EXN = -23;

  private static final int NOEXN = -12;
  private static final int LOW_BITS = 0x7F;
  private static final int EXNREF = EXN & LOW_BITS;
  private static final int NULLEXNREF = NOEXN & LOW_BITS;

  private static final int REC = 0x4E;
  private static final int SUB_FINAL = 0x4F;
  private static final int SUB = 0x50;
  private static final int ARRAY = 0x5E;
  private static final int STRUCT = 0x5F;
  private static final int INITIALIZED_TABLE = 0x40;
  private static final int END = 0x0B;

  private final byte[] bytes;
  private boolean changed;

  private ExceptionTypes(byte[] module) {
    this.bytes = module.clone();
  }

  /**
   * Replaces such types.
   *
   * @return what is to be parsed instead; empty if there are none, or the module is malformed in a
   *     way that the parser finds
   * @throws ChicoryException if the module casts exceptions
   */
  static Optional<byte[]> replaced(byte[] module) {
    var types = new ExceptionTypes(module);
    try {
      SectionRange.visit(module, types::section);
      var cursor = InstructionCursor.of(module);
      while (cursor.nextFunction()) {
        types.locals(new ByteReader(module, cursor.bodyStart(), cursor.bodyEnd()));
        types.instructions(cursor);
      }
    } catch (MalformedException e) {
      return Optional.empty();
    }
    return types.changed ? Optional.of(types.bytes) : Optional.empty();
  }

  private void section(int id, ByteReader in) {
    switch (id) {
      case SectionId.TYPE -> each(in, () -> recursiveTypes(in));
      case SectionId.IMPORT -> each(in, () -> imported(in));
      case SectionId.TABLE -> each(in, () -> table(in));
      case SectionId.GLOBAL ->
          each(
              in,
              () -> {
                valueType(in);
                in.u8();
                expression(in);
              });
      case SectionId.ELEMENT -> each(in, () -> element(in));
      default -> {}
    }
  }

  private static void each(ByteReader in, Runnable entry) {
    for (long left = in.u32(); left > 0; left--) {
      entry.run();
    }
  }

  private void recursiveTypes(ByteReader in) {
    int form = in.u8();
    if (form == REC) {
      each(in, () -> subType(in.u8(), in));
    } else {
      subType(form, in);
    }
  }

  private void subType(int form, ByteReader in) {
    int type = form;
    if (form == SUB || form == SUB_FINAL) {
      each(in, in::u32);
      type = in.u8();
    }
    switch (type) {
      case ARRAY -> field(in);
      case STRUCT -> each(in, () -> field(in));
      default -> {
        each(in, () -> valueType(in));
        each(in, () -> valueType(in));
      }
    }
  }

  private void field(ByteReader in) {
    valueType(in);
    in.u8();
  }

  private void imported(ByteReader in) {
    in.skip(in.u32());
    in.skip(in.u32());
    switch (in.u8()) {
      case 0 -> in.u32();
      case 1 -> {
        valueType(in);
        limits(in);
      }
      case 2 -> limits(in);
      case 3 -> field(in);
      default -> {
        in.u8();
        in.u32();
      }
    }
  }

  private static void limits(ByteReader in) {
    int flags = in.u8();
    in.u64();
    if ((flags & WideIndices.BOUNDED) != 0) {
      in.u64();
    }
  }

  private void table(ByteReader in) {
    int type = in.u8();
    boolean initialized = type == INITIALIZED_TABLE;
    if (initialized) {
      in.u8();
      type = in.u8();
    }
    valueType(type, in);
    limits(in);
    if (initialized) {
      expression(in);
    }
  }

  private void element(ByteReader in) {
    long flags = in.u32();
    boolean active = (flags & 1) == 0;
    boolean explicit = (flags & 2) != 0;
    boolean expressions = (flags & 4) != 0;
    if (active) {
      if (explicit) {
        in.u32();
      }
      expression(in);
    }
    if (!active || explicit) {
      if (expressions) {
        valueType(in);
      } else {
        in.u8();
      }
    }
    each(
        in,
        () -> {
          if (expressions) {
            expression(in);
          } else {
            in.u32();
          }
        });
  }

  private void locals(ByteReader in) {
    each(
        in,
        () -> {
          in.u32();
          valueType(in);
        });
  }

  private void expression(ByteReader in) {
    var cursor = InstructionCursor.ofExpression(in);
    do {
      if (!cursor.next()) {
        throw new MalformedException("an expression without an end");
      }
      instruction(cursor);
    } while (cursor.opcode() != END);
  }

  private void instructions(InstructionCursor cursor) {
    while (cursor.next()) {
      instruction(cursor);
    }
  }

  private void instruction(InstructionCursor cursor) {
    switch (cursor.immediates()) {
      case BLOCK, BLOCK_AND_CATCHES -> {
        if (cursor.operand() < 0) {
          valueType(immediates(cursor));
        }
      }
      case TYPES -> {
        ByteReader in = immediates(cursor);
        each(in, () -> valueType(in));
      }
      case HEAP_TYPE -> {
        long type = heapType(immediates(cursor));
        if (Immediates.isPrefix(bytes[cursor.offset()] & 0xFF)) {
          checkCast(type);
        }
      }
      case CAST -> {
        ByteReader in = immediates(cursor);
        in.u8();
        in.u32();
        checkCast(in.signed(33));
        checkCast(in.signed(33));
      }
      default -> {}
    }
  }

  private ByteReader immediates(InstructionCursor cursor) {
    return new ByteReader(bytes, cursor.immediatesOffset(), cursor.end());
  }

  private long heapType(ByteReader in) {
    int offset = in.offset();
    long type = in.signed(33);
    if (type == NOEXN) {
      replace(offset);
    }
    return type;
  }

  /** Casts are refused before they are found invalid, for what they cast has another type now. */
  private static void checkCast(long heapType) {
    if (heapType == EXN || heapType == NOEXN) {
      throw BodyChecks.castOfException();
    }
  }

  private void valueType(ByteReader in) {
    valueType(in.u8(), in);
  }

  /** A type whose first byte has been read. */
  private void valueType(int type, ByteReader in) {
    int second = in.offset();
    if (type == NULLEXNREF) {
      replace(second - 1);
    } else if (type == NULLABLE || type == NOT_NULL) {
      long heapType = heapType(in);
      if (type == NOT_NULL && (heapType == NOEXN || heapType == EXN)) {
        bytes[second - 1] = NULLABLE;
        changed = true;
      }
    }
  }

  /** Has a heap type be exn; what there is of further bytes only repeats the sign. */
  private void replace(int offset) {
    bytes[offset] = (byte) (bytes[offset] & ~LOW_BITS | EXNREF);
    changed = true;
  }
}
