package dev.wasmrun.module;

import java.io.ByteArrayOutputStream;

/** Bytes of a module as they are written: its integers in LEB128, and bytes as they are. */
final class BinaryWriter {
  private static final int LOW_BITS = 0x7F;
  private static final int MORE = 0x80;
  private static final int SIGN = 0x40;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** How many bytes have been written. */
  int size() {
    return out.size();
  }

  byte[] toByteArray() {
    return out.toByteArray();
  }

  BinaryWriter u8(int value) {
    out.write(value);
    return this;
  }

  /** An unsigned integer of 32 bits. */
  BinaryWriter u32(int value) {
    int rest = value;
    while (rest >>> 7 != 0) {
      out.write(rest & LOW_BITS | MORE);
      rest >>>= 7;
    }
    out.write(rest);
    return this;
  }

  /** A signed integer, in as few bytes as it needs. */
  BinaryWriter signed(long value) {
    long rest = value;
    while (rest < -SIGN || rest >= SIGN) {
      out.write((int) rest & LOW_BITS | MORE);
      rest >>= 7;
    }
    out.write((int) rest & LOW_BITS);
    return this;
  }

  /** A range of other bytes. */
  BinaryWriter copy(byte[] from, int start, int end) {
    out.write(from, start, end - start);
    return this;
  }

  /** What another has written. */
  BinaryWriter append(BinaryWriter other) {
    out.writeBytes(other.toByteArray());
    return this;
  }
}
