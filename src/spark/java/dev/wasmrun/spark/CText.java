package dev.wasmrun.spark;

import dev.wasmrun.guest.Guest;
import java.nio.charset.StandardCharsets;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;

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

  /** The block of each argument; 0 for none. */
  private final int[] blocks = new int[WasmUdf.MOST_PARAMETERS];

  CText(Guest guest) {
    super(guest);
    this.malloc = guest.function("malloc").as(IntUnaryOperator.class);
    this.free = guest.function("free").as(IntConsumer.class);
  }

  @Override
  int put(int index, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (byte each : bytes) {
      if (each == 0) {
        throw new WasmException("a text with a NUL, which a string of C cannot have");
      }
    }
    int address = block(index, bytes.length + 1L);
    memory().write(address, bytes, 0, bytes.length);
    memory().setByte(address + bytes.length, (byte) 0);
    return address;
  }

  @Override
  int put(int index, byte[] bytes) {
    int address = block(index, SIZE + (long) bytes.length);
    memory().setInt(address, bytes.length);
    memory().write(address + SIZE, bytes, 0, bytes.length);
    return address;
  }

  /** Room for an argument. */
  private int block(int index, long size) {
    int made = size > Integer.MAX_VALUE ? 0 : malloc.applyAsInt((int) size);
    if (made == 0) {
      throw new WasmException("malloc has no room for %s bytes".formatted(size));
    }
    blocks[index] = made;
    return made;
  }

  private void free(int index) {
    int block = blocks[index];
    if (block != 0) {
      blocks[index] = 0;
      free.accept(block);
    }
  }

  @Override
  String takeText(int address) {
    String text = memory().getUtf8(address, length(address));
    freeResult(address);
    return text;
  }

  /** How many bytes there are before the next NUL. */
  private int length(int address) {
    long whole = memory().byteSize() - Long.BYTES;
    int at = address;
    while (Integer.toUnsignedLong(at) <= whole && !hasNul(memory().getLong(at))) {
      at += Long.BYTES;
    }
    while (memory().getByte(at) != 0) {
      at++;
    }
    return at - address;
  }

  private static boolean hasNul(long bytes) {
    return ((bytes - ONES) & ~bytes & HIGHS) != 0;
  }

  @Override
  byte[] takeBytes(int address) {
    int size = memory().getInt(address);
    memory().requireBytes(address + SIZE, size); // before the array, whose size a guest has chosen
    byte[] bytes = read(address + SIZE, size);
    freeResult(address);
    return bytes;
  }

  /** Frees what a guest has returned, unless it has only passed on an argument. */
  private void freeResult(int address) {
    for (int block : blocks) {
      if (block == address) {
        return;
      }
    }
    free.accept(address);
  }

  @Override
  void endCall() {
    for (int i = 0; i < blocks.length; i++) {
      free(i);
    }
  }
}
