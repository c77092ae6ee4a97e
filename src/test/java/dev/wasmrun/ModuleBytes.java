package dev.wasmrun;

import java.io.ByteArrayOutputStream;

/** The bytes of a module, written section by section and number by number. */
public final class ModuleBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** No bytes, which become the content of something. */
  public static ModuleBytes empty() {
    return new ModuleBytes();
  }

  /** A module without sections. */
  public static ModuleBytes header() {
    return empty().bytes(0, 'a', 's', 'm', 1, 0, 0, 0);
  }

  /** Appends bytes as they are. */
  public ModuleBytes bytes(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
    return this;
  }

  /** Appends an unsigned number in as few bytes as possible. */
  public ModuleBytes unsigned(long value) {
    long rest = value;
    while (rest > 0x7F) {
      out.write((int) rest & 0x7F | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
    return this;
  }

  /** Appends a signed number in as few bytes as possible, but not fewer than given. */
  public ModuleBytes signed(long value, int leastBytes) {
    long rest = value;
    int bytes = 1;
    while (rest < -0x40 || rest > 0x3F || bytes < leastBytes) {
      out.write((int) rest & 0x7F | 0x80);
      rest >>= 7;
      bytes++;
    }
    out.write((int) rest & 0x7F);
    return this;
  }

  /** Appends other bytes. */
  public ModuleBytes append(ModuleBytes other) {
    out.writeBytes(other.toArray());
    return this;
  }

  /** Appends other bytes behind their number, as a function's body is written. */
  public ModuleBytes sized(ModuleBytes content) {
    return unsigned(content.out.size()).append(content);
  }

  /** Appends a section. */
  public ModuleBytes section(int id, ModuleBytes content) {
    return bytes(id).sized(content);
  }

  /** How many bytes there are. */
  public int size() {
    return out.size();
  }

  /** A copy of the bytes. */
  public byte[] toArray() {
    return out.toByteArray();
  }
}
