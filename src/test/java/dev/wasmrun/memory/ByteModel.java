package dev.wasmrun.memory;

import java.util.Arrays;

/** What a memory should do, spelled out byte by byte on an array. */
final class ByteModel {
  final byte[] bytes;

  ByteModel(int size) {
    bytes = new byte[size];
  }

  private boolean has(int address, long length) {
    return Integer.toUnsignedLong(address) + length <= bytes.length;
  }

  /** The trap that an access deserves, or null. */
  MemoryTrap.Kind trap(int address, int width, boolean atomic) {
    if (atomic && Integer.remainderUnsigned(address, width) != 0) {
      return MemoryTrap.Kind.UNALIGNED_ATOMIC;
    }
    return has(address, width) ? null : MemoryTrap.Kind.OUT_OF_BOUNDS;
  }

  MemoryTrap.Kind trapInRange(int address, int length) {
    return has(address, Integer.toUnsignedLong(length)) ? null : MemoryTrap.Kind.OUT_OF_BOUNDS;
  }

  /** The number at an address, sign-extended. */
  long get(int address, int width) {
    long value = bytes[address + width - 1];
    for (int i = width - 2; i >= 0; i--) {
      value = value << 8 | bytes[address + i] & 0xFF;
    }
    return value;
  }

  void set(int address, int width, long value) {
    for (int i = 0; i < width; i++) {
      bytes[address + i] = (byte) (value >> 8 * i);
    }
  }

  void fill(int address, byte value, int length) {
    Arrays.fill(bytes, address, address + length, value);
  }

  void copy(int to, int from, int length) {
    System.arraycopy(bytes, from, bytes, to, length);
  }
}
