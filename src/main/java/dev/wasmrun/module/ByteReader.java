package dev.wasmrun.module;

import com.dylibso.chicory.wasm.MalformedException;

/**
 * A position in the bytes of a module, from which its integers and types are read in order.
 *
 * <p>Every method that reads throws {@link MalformedException} where the bytes end too early or are
 * not what the binary format allows there.
 */
final class ByteReader {
  private static final int MORE = 0x80;
  private static final int SIGN = 0x40;

  /** The types that are followed by a heap type: {@code ref null} and {@code ref}. */
  private static final int REF_NULL = 0x63;

  private static final int REF = 0x64;

  private final byte[] bytes;
  private final int limit;
  private int at;

  /**
   * Reads a range of the bytes.
   *
   * @param limit the offset after the last byte that may be read
   */
  ByteReader(byte[] bytes, int start, int limit) {
    this.bytes = bytes;
    this.limit = limit;
    this.at = start;
  }

  /** The offset of the byte that is read next. */
  int offset() {
    return at;
  }

  /** The number of bytes that are left. */
  int remaining() {
    return limit - at;
  }

  /** Passes over some bytes. */
  void skip(long count) {
    if (count > remaining()) {
      throw malformed("unexpected end");
    }
    at += (int) count;
  }

  int u8() {
    if (at >= limit) {
      throw malformed("unexpected end");
    }
    return bytes[at++] & 0xFF;
  }

  /** An unsigned integer of 32 bits. */
  long u32() {
    return unsigned(32);
  }

  /** An unsigned integer of 64 bits. */
  long u64() {
    return unsigned(64);
  }

  private long unsigned(int bits) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      int b = u8();
      value |= (long) (b & 0x7F) << shift;
      if (b < MORE) {
        if (shift + 7 > bits && b >>> (bits - shift) != 0) {
          throw malformed("integer too large");
        }
        return value;
      }
      if (shift + 7 >= bits) {
        throw malformed("integer representation too long");
      }
    }
  }

  /** A signed integer of 32, 33 or 64 bits. */
  long signed(int bits) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      int b = u8();
      value |= (long) (b & 0x7F) << shift;
      if (b < MORE) {
        if (shift + 7 > bits) {
          checkSignExtension(b, bits - shift);
        }
        return shift + 7 < 64 && (b & SIGN) != 0 ? value | -1L << (shift + 7) : value;
      }
      if (shift + 7 >= bits) {
        throw malformed("integer representation too long");
      }
    }
  }

  /** Checks that the unused high bits of a last byte repeat the sign. */
  private void checkSignExtension(int last, int usedBits) {
    int high = (byte) (last << 1) >> usedBits; // sign-extended from bit 6
    if (high != 0 && high != -1) {
      throw malformed("integer too large");
    }
  }

  /**
   * The type of a block: the index of a function type, or one of the negative numbers that stand
   * for no type, -64, and for a value type, whose byte they are as a signed number of 7 bits.
   */
  long blockType() {
    int start = at;
    long type = signed(33);
    if (type < 0) {
      if (at != start + 1) {
        throw new MalformedException("malformed block type at 0x%x".formatted(start));
      }
      skipHeapTypeOf(bytes[start]);
    }
    return type;
  }

  /** Passes over a value type. */
  void skipValueType() {
    skipHeapTypeOf(u8());
  }

  /** Passes over what follows the byte of a value type. */
  void skipHeapTypeOf(int type) {
    if (type == REF_NULL || type == REF) {
      signed(33);
    }
  }

  private MalformedException malformed(String reason) {
    return new MalformedException("%s at 0x%x".formatted(reason, at));
  }
}
