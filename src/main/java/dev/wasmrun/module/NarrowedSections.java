package dev.wasmrun.module;

import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.InvalidException;
import com.dylibso.chicory.wasm.types.SectionId;
import java.util.Optional;

/**
 * The sections of a module, but for its code, in which limits and offsets of 64 bits have become
 * such of 32.
 */
final class NarrowedSections {
  /** So many pages that an address of 32 ones is outside. */
  private static final long MOST_PAGES = 65_535;

  private static final long MOST_PAGES_OF_ALL = 1L << 48;
  private static final long MOST_ELEMENTS = 0xFFFF_FFFFL;

  private static final int FUNCTION = 0;
  private static final int TABLE = 1;
  private static final int MEMORY = 2;
  private static final int GLOBAL = 3;
  private static final int INITIALIZED_TABLE = 0x40;

  private static final int END = 0x0B;
  private static final int I32_CONST = 0x41;

  private final byte[] module;
  private final WideIndices wide;
  private final WideConstants constants = new WideConstants();

  NarrowedSections(byte[] module, WideIndices wide) {
    this.module = module;
    this.wide = wide;
  }

  /** A section; empty if it stays as it is. */
  Optional<BinaryWriter> narrowed(int id, ByteReader in) {
    var out = new BinaryWriter();
    switch (id) {
      case SectionId.IMPORT -> entries(in, out, () -> imported(in, out));
      case SectionId.TABLE -> entries(in, out, () -> table(in, out));
      case SectionId.MEMORY -> entries(in, out, () -> memory(in, out));
      case SectionId.GLOBAL -> {
        constants.readGlobals(in);
        return Optional.empty();
      }
      case SectionId.ELEMENT -> entries(in, out, () -> element(in, out));
      case SectionId.DATA -> entries(in, out, () -> data(in, out));
      default -> {
        return Optional.empty();
      }
    }
    out.copy(module, in.offset(), in.offset() + in.remaining());
    return Optional.of(out);
  }

  private static void entries(ByteReader in, BinaryWriter out, Runnable entry) {
    long count = in.u32();
    out.u32((int) count);
    for (long left = count; left > 0; left--) {
      entry.run();
    }
  }

  private void copyFrom(int start, ByteReader in, BinaryWriter out) {
    out.copy(module, start, in.offset());
  }

  private void imported(ByteReader in, BinaryWriter out) {
    int start = in.offset();
    in.skip(in.u32());
    in.skip(in.u32());
    int kind = in.u8();
    copyFrom(start, in, out);
    start = in.offset();
    switch (kind) {
      case TABLE -> table(in, out);
      case MEMORY -> memory(in, out);
      case FUNCTION -> in.u32();
      case GLOBAL -> {
        in.skipValueType();
        in.u8();
        constants.importGlobal();
      }
      default -> {
        in.u8();
        in.u32();
      }
    }
    if (kind != TABLE && kind != MEMORY) {
      copyFrom(start, in, out);
    }
  }

  private void table(ByteReader in, BinaryWriter out) {
    int start = in.offset();
    int type = in.u8();
    boolean initialized = type == INITIALIZED_TABLE;
    if (initialized) {
      in.u8();
      type = in.u8();
    }
    in.skipHeapTypeOf(type);
    copyFrom(start, in, out);
    int flags = in.u8();
    if ((flags & WideIndices.WIDE) == 0) {
      copyLimits(in.offset() - 1, flags, in, out);
    } else {
      long least = in.u64();
      long most = (flags & WideIndices.BOUNDED) != 0 ? in.u64() : -1;
      checkOrder(least, most);
      out.u8(flags & ~WideIndices.WIDE).u32((int) least(least, MOST_ELEMENTS));
      if ((flags & WideIndices.BOUNDED) != 0) {
        out.u32((int) least(most, MOST_ELEMENTS));
      }
    }
    if (initialized) {
      start = in.offset();
      InstructionCursor.skipExpression(in);
      copyFrom(start, in, out);
    }
  }

  private void memory(ByteReader in, BinaryWriter out) {
    int start = in.offset();
    int flags = in.u8();
    if ((flags & WideIndices.WIDE) == 0) {
      copyLimits(start, flags, in, out);
      return;
    }
    boolean bounded = (flags & WideIndices.BOUNDED) != 0;
    long initial = in.u64();
    long most = bounded ? in.u64() : -1;
    if (Long.compareUnsigned(initial, MOST_PAGES_OF_ALL) > 0
        || bounded && Long.compareUnsigned(most, MOST_PAGES_OF_ALL) > 0) {
      throw new InvalidException("memory size must be at most 2^48 pages");
    }
    checkOrder(initial, most);
    if (initial > MOST_PAGES) {
      throw new ChicoryException(
          "it needs a memory of %s pages; one with 64-bit addresses has at most %s here, 4 GiB less a page"
              .formatted(initial, MOST_PAGES));
    }
    boolean shared = (flags & 2) != 0;
    int narrow = flags & ~WideIndices.WIDE;
    out.u8(shared ? narrow : narrow | WideIndices.BOUNDED).u32((int) initial);
    if (bounded || !shared) {
      out.u32((int) least(most, MOST_PAGES));
    }
  }

  private static void checkOrder(long least, long most) {
    if (Long.compareUnsigned(least, most) > 0) {
      throw new InvalidException("size minimum must not be greater than maximum");
    }
  }

  private static long least(long unsigned, long limit) {
    return Long.compareUnsigned(unsigned, limit) < 0 ? unsigned : limit;
  }

  private void copyLimits(int start, int flags, ByteReader in, BinaryWriter out) {
    in.u32();
    if ((flags & WideIndices.BOUNDED) != 0) {
      in.u32();
    }
    copyFrom(start, in, out);
  }

  private void element(ByteReader in, BinaryWriter out) {
    int start = in.offset();
    long flags = in.u32();
    boolean active = (flags & 1) == 0;
    boolean explicit = (flags & 2) != 0;
    if (active) {
      long table = explicit ? in.u32() : 0;
      copyFrom(start, in, out);
      offset(wide.hasTable(table), in, out);
      start = in.offset();
    }
    if (!active || explicit) {
      in.skipValueType();
    }
    for (long left = in.u32(); left > 0; left--) {
      if ((flags & 4) != 0) {
        InstructionCursor.skipExpression(in);
      } else {
        in.u32();
      }
    }
    copyFrom(start, in, out);
  }

  private void data(ByteReader in, BinaryWriter out) {
    int start = in.offset();
    long mode = in.u32();
    long memory = mode == 2 ? in.u32() : 0;
    copyFrom(start, in, out);
    if (mode != 1) {
      offset(wide.hasMemory(memory), in, out);
    }
    start = in.offset();
    in.skip(in.u32());
    copyFrom(start, in, out);
  }

  private void offset(boolean isWide, ByteReader in, BinaryWriter out) {
    int start = in.offset();
    if (isWide) {
      long offset = constants.value(in);
      out.u8(I32_CONST).signed(offset >>> Integer.SIZE == 0 ? (int) offset : -1).u8(END);
    } else {
      InstructionCursor.skipExpression(in);
      copyFrom(start, in, out);
    }
  }
}
