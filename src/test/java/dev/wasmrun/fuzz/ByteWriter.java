package dev.wasmrun.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Bytes of a module as they are written: numbers in LEB128, names, vectors. */
final class ByteWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  ByteWriter raw(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
    return this;
  }

  ByteWriter raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  /** A number without a sign, in LEB128. */
  ByteWriter unsigned(long value) {
    long rest = value;
    while (Long.compareUnsigned(rest, 0x7F) > 0) {
      out.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return this;
  }

  /** A number with a sign, in LEB128. */
  ByteWriter signed(long value) {
    long rest = value;
    while (rest < -0x40 || rest > 0x3F) {
      out.write((int) (rest & 0x7F | 0x80));
      rest >>= 7;
    }
    out.write((int) (rest & 0x7F));
    return this;
  }

  /** Bytes behind their number. */
  ByteWriter sized(byte[] bytes) {
    return unsigned(bytes.length).raw(bytes);
  }

  ByteWriter name(String name) {
    return sized(name.getBytes(StandardCharsets.UTF_8));
  }

  /** A number of 32 or 64 bits, the lowest byte first. */
  ByteWriter littleEndian(long value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      out.write((int) (value >>> 8 * i));
    }
    return this;
  }

  byte[] bytes() {
    return out.toByteArray();
  }
}
