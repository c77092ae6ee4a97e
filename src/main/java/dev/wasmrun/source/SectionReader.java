package dev.wasmrun.source;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A position in bytes of debug information, from which numbers and texts are read in order, least
 * significant byte first. Every method that reads throws {@link BadDebugInformation} where the
 * bytes end too early.
 */
final class SectionReader {
  private static final int LONGEST_TEXT = 4096;

  private final byte[] bytes;
  private final int limit;
  private int at;

  /** Reads all of the bytes from an offset on. */
  SectionReader(byte[] bytes, long start) {
    this(bytes, start, bytes.length);
  }

  /**
   * Reads a range of the bytes.
   *
   * @param limit the offset behind the last byte that may be read
   */
  SectionReader(byte[] bytes, long start, long limit) {
    if (start < 0 || limit > bytes.length || start > limit) {
      throw new BadDebugInformation("it refers to what is not there");
    }
    this.bytes = bytes;
    this.limit = (int) limit;
    this.at = (int) start;
  }

  /** Another reader of the same bytes. */
  SectionReader range(int start, int end) {
    return new SectionReader(bytes, start, end);
  }

  /** The offset of the byte that is read next. */
  int at() {
    return at;
  }

  int remaining() {
    return limit - at;
  }

  void skip(long count) {
    if (count < 0 || count > remaining()) {
      throw new BadDebugInformation("it ends too early");
    }
    at += (int) count;
  }

  int u8() {
    if (at >= limit) {
      throw new BadDebugInformation("it ends too early");
    }
    return bytes[at++] & 0xFF;
  }

  int u16() {
    return u8() | u8() << 8;
  }

  /** An unsigned number of 1 to 8 bytes, of which one of 8 may come out negative. */
  long fixed(int size) {
    long value = 0;
    for (int i = 0; i < size; i++) {
      value |= (long) u8() << 8 * i;
    }
    return value;
  }

  long u32() {
    return fixed(4);
  }

  /** An unsigned number of variable length; bits beyond the 64th are left out. */
  long uleb() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      int b = u8();
      if (shift < Long.SIZE) {
        value |= (long) (b & 0x7F) << shift;
      }
      if (b < 0x80) {
        return value;
      }
    }
  }

  /** A signed number of variable length. */
  long sleb() {
    long value = 0;
    int shift = 0;
    while (true) {
      int b = u8();
      if (shift < Long.SIZE) {
        value |= (long) (b & 0x7F) << shift;
      }
      shift += 7;
      if (b < 0x80) {
        return shift < Long.SIZE && (b & 0x40) != 0 ? value | -1L << shift : value;
      }
    }
  }

  /** A text that ends with a byte of 0; of a very long one the beginning. */
  String text() {
    int start = at;
    skipText();
    int length = Math.min(at - 1 - start, LONGEST_TEXT);
    return new String(bytes, start, length, StandardCharsets.UTF_8);
  }

  void skipText() {
    while (u8() != 0) {}
  }

  /** A text of so many bytes. */
  String text(long length) {
    int start = at;
    skip(length);
    return new String(bytes, start, (int) length, StandardCharsets.UTF_8);
  }

  byte[] bytes(long length) {
    int start = at;
    skip(length);
    return Arrays.copyOfRange(bytes, start, at);
  }
}
