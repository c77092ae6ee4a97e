package dev.wasmrun.module;

import com.dylibso.chicory.wasm.MalformedException;
import com.dylibso.chicory.wasm.types.SectionId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** The memories and tables of a module that have 64-bit addresses and indices, by number. */
final class WideIndices {
  /** Of the flags of a limit. */
  static final int BOUNDED = 1;

  static final int WIDE = 4;

  private static final int FUNCTION = 0;
  private static final int TABLE = 1;
  private static final int MEMORY = 2;
  private static final int GLOBAL = 3;
  private static final int INITIALIZED_TABLE = 0x40;

  private final BitSet memories = new BitSet();
  private final BitSet tables = new BitSet();
  private int memoryCount;

  /** The bytes of each table's type of element. */
  private final List<byte[]> elementTypes = new ArrayList<>();

  private final byte[] module;

  private WideIndices(byte[] module) {
    this.module = module;
  }

  /** Those of a module; empty if it has none, or is malformed so far. */
  static Optional<WideIndices> find(byte[] module) {
    var found = new WideIndices(module);
    try {
      SectionRange.visit(module, found::section);
    } catch (MalformedException e) {
      return Optional.empty(); // the parser says why
    }
    return found.memories.isEmpty() && found.tables.isEmpty()
        ? Optional.empty()
        : Optional.of(found);
  }

  private void section(int id, ByteReader in) {
    switch (id) {
      case SectionId.IMPORT -> {
        for (long left = in.u32(); left > 0; left--) {
          in.skip(in.u32());
          in.skip(in.u32());
          imported(in.u8(), in);
        }
      }
      case SectionId.TABLE -> {
        for (long left = in.u32(); left > 0; left--) {
          table(in);
        }
      }
      case SectionId.MEMORY -> {
        for (long left = in.u32(); left > 0; left--) {
          memory(in);
        }
      }
      default -> {}
    }
  }

  private void imported(int kind, ByteReader in) {
    switch (kind) {
      case FUNCTION -> in.u32();
      case TABLE -> table(in);
      case MEMORY -> memory(in);
      case GLOBAL -> {
        in.skipValueType();
        in.u8();
      }
      default -> {
        in.u8();
        in.u32();
      }
    }
  }

  private void table(ByteReader in) {
    int start = in.offset();
    int type = in.u8();
    boolean initialized = type == INITIALIZED_TABLE;
    if (initialized) {
      in.u8();
      start = in.offset();
      type = in.u8();
    }
    in.skipHeapTypeOf(type);
    var element = new BinaryWriter().copy(module, start, in.offset());
    tables.set(elementTypes.size(), skipLimits(in));
    elementTypes.add(element.toByteArray());
    if (initialized) {
      InstructionCursor.skipExpression(in);
    }
  }

  private void memory(ByteReader in) {
    memories.set(memoryCount++, skipLimits(in));
  }

  private static boolean skipLimits(ByteReader in) {
    int flags = in.u8();
    in.u64();
    if ((flags & BOUNDED) != 0) {
      in.u64();
    }
    return (flags & WIDE) != 0;
  }

  /** Whether a memory has 64-bit addresses. */
  boolean hasMemory(long index) {
    return index <= Integer.MAX_VALUE && memories.get((int) index);
  }

  /** Whether a table has 64-bit indices. */
  boolean hasTable(long index) {
    return index <= Integer.MAX_VALUE && tables.get((int) index);
  }

  /** The bytes of the type of a table's elements; there is such a table. */
  byte[] elementType(long table) {
    return elementTypes.get((int) table);
  }
}
