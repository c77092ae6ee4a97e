package dev.wasmrun.spark;

import dev.wasmrun.memory.LinearMemory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Copies of bytes between arrays and a memory. Most texts of rows are so short that they are copied
 * sooner by eights than by the JDK's methods, whose calls cost more than the bytes.
 */
final class CopiedBytes {
  /** Up to so many bytes are few. */
  private static final int FEW = 64;

  private static final long HIGHS = 0x8080808080808080L;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private CopiedBytes() {}

  /** Copies a whole array to an address. */
  static void write(LinearMemory memory, int address, byte[] bytes) {
    int length = bytes.length;
    if (length > FEW) {
      memory.write(address, bytes, 0, length);
      return;
    }
    int i = 0;
    for (; i + Long.BYTES <= length; i += Long.BYTES) {
      memory.setLong(address + i, eight(bytes, i));
    }
    writeLow(memory, address + i, last(bytes, i), length - i);
  }

  /** Writes the lowest bytes of a number, fewer than eight. */
  static void writeLow(LinearMemory memory, int address, long bytes, int count) {
    int at = address;
    long rest = bytes;
    if ((count & Integer.BYTES) != 0) {
      memory.setInt(at, (int) rest);
      rest >>>= Integer.SIZE;
      at += Integer.BYTES;
    }
    if ((count & Short.BYTES) != 0) {
      memory.setShort(at, (short) rest);
      rest >>>= Short.SIZE;
      at += Short.BYTES;
    }
    if ((count & Byte.BYTES) != 0) {
      memory.setByte(at, (byte) rest);
    }
  }

  /**
   * A copy of bytes, which the memory has.
   *
   * @param size how many, from 0 on
   */
  static byte[] read(LinearMemory memory, int address, int size) {
    var bytes = new byte[size];
    if (size > FEW) {
      memory.read(address, bytes, 0, size);
      return bytes;
    }
    int i = 0;
    for (; i + Long.BYTES <= size; i += Long.BYTES) {
      LONGS.set(bytes, i, memory.getLong(address + i));
    }
    if (i + Integer.BYTES <= size) {
      INTS.set(bytes, i, memory.getInt(address + i));
      i += Integer.BYTES;
    }
    if (i + Short.BYTES <= size) {
      SHORTS.set(bytes, i, memory.getShort(address + i));
      i += Short.BYTES;
    }
    if (i < size) {
      bytes[i] = memory.getByte(address + i);
    }
    return bytes;
  }

  /** Eight bytes of an array, the first lowest. */
  static long eight(byte[] bytes, int from) {
    return (long) LONGS.get(bytes, from);
  }

  /**
   * The bytes of an array from an index on, the first lowest, and zeros above them.
   *
   * @param from fewer than eight before the end
   */
  static long last(byte[] bytes, int from) {
    int count = bytes.length - from;
    long all = 0;
    if ((count & Byte.BYTES) != 0) {
      all = Byte.toUnsignedLong(bytes[bytes.length - 1]);
    }
    if ((count & Short.BYTES) != 0) {
      short two = (short) SHORTS.get(bytes, from + (count & Integer.BYTES));
      all = all << Short.SIZE | Short.toUnsignedLong(two);
    }
    if ((count & Integer.BYTES) != 0) {
      all = all << Integer.SIZE | Integer.toUnsignedLong((int) INTS.get(bytes, from));
    }
    return all;
  }

  /** Puts four bytes into an array, the lowest first. */
  static void setFour(byte[] bytes, int at, int four) {
    INTS.set(bytes, at, four);
  }

  /** Whether all bytes are of ASCII. */
  static boolean isAscii(byte[] bytes) {
    long all = 0;
    int i = 0;
    for (; i + Long.BYTES <= bytes.length; i += Long.BYTES) {
      all |= eight(bytes, i);
    }
    return ((all | last(bytes, i)) & HIGHS) == 0;
  }
}
