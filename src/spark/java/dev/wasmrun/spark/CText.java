package dev.wasmrun.spark;

import dev.wasmrun.guest.Guest;
import java.nio.charset.StandardCharsets;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;
import org.apache.spark.unsafe.types.UTF8String;

/** Strings of C that end with a NUL, and blocks that begin with their size. */
final class CText extends GuestText {
  /** How many bytes the size of a block has. */
  private static final int SIZE = 4;

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private final IntUnaryOperator malloc;
  private final IntConsumer free;

  /*
   * No block is kept for the next row: allocators that begin anew when all is freed never would.
   */

  /** The blocks of this call's arguments. */
  private final int[] blocks = new int[WasmUdf.MOST_PARAMETERS];

  private int count;

  CText(Guest guest) {
    super(guest);
    this.malloc = guest.function("malloc").as(IntUnaryOperator.class);
    this.free = guest.function("free").as(IntConsumer.class);
  }

  @Override
  int put(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    requireNoNul(bytes);
    int address = block(bytes.length + 1L);
    CopiedBytes.write(memory(), address, bytes);
    memory().setByte(address + bytes.length, (byte) 0);
    return address;
  }

  private static void requireNoNul(byte[] bytes) {
    long nuls = 0;
    int i = 0;
    for (; i + Long.BYTES <= bytes.length; i += Long.BYTES) {
      nuls |= nuls(CopiedBytes.eight(bytes, i));
    }
    long behind = -1L << Byte.SIZE * (bytes.length - i);
    nuls |= nuls(CopiedBytes.last(bytes, i) | behind);
    if (nuls != 0) {
      throw new WasmException("a text with a NUL, which a string of C cannot have");
    }
  }

  @Override
  int put(byte[] bytes) {
    int address = block(SIZE + (long) bytes.length);
    memory().setInt(address, bytes.length);
    CopiedBytes.write(memory(), address + SIZE, bytes);
    return address;
  }

  /** Room for an argument. */
  private int block(long size) {
    int made = size > Integer.MAX_VALUE ? 0 : malloc.applyAsInt((int) size);
    if (made == 0) {
      throw new WasmException("malloc has no room for %s bytes".formatted(size));
    }
    blocks[count++] = made;
    return made;
  }

  @Override
  UTF8String takeText(int address) {
    byte[] bytes = CopiedBytes.read(memory(), address, length(address));
    freeResult(address);
    UTF8String text = UTF8String.fromBytes(bytes);
    return CopiedBytes.isAscii(bytes) ? text : text.makeValid();
  }

  /** How many bytes there are before the next NUL. */
  private int length(int address) {
    long whole = memory().byteSize() - Long.BYTES;
    int at = address;
    while (Integer.toUnsignedLong(at) <= whole) {
      long nuls = nuls(memory().getLong(at));
      if (nuls != 0) {
        return at - address + Long.numberOfTrailingZeros(nuls) / Byte.SIZE;
      }
      at += Long.BYTES;
    }
    while (memory().getByte(at) != 0) {
      at++;
    }
    return at - address;
  }

  /** A number that is 0 if no byte is; else its lowest bit is in the first that is. */
  private static long nuls(long bytes) {
    return (bytes - ONES) & ~bytes & HIGHS;
  }

  @Override
  byte[] takeBytes(int address) {
    int size = memory().getInt(address);
    memory().requireBytes(address + SIZE, size); // before the array, whose size a guest has chosen
    byte[] bytes = CopiedBytes.read(memory(), address + SIZE, size);
    freeResult(address);
    return bytes;
  }

  /** Frees what a guest has returned, unless it has only passed on an argument. */
  private void freeResult(int address) {
    for (int i = 0; i < count; i++) {
      if (blocks[i] == address) {
        return;
      }
    }
    free.accept(address);
  }

  @Override
  void endCall() {
    for (int i = 0; i < count; i++) {
      free.accept(blocks[i]);
    }
    count = 0;
  }
}
