package dev.wasmrun.spark;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestFunction;
import java.nio.charset.StandardCharsets;

/** Strings of C that end with a NUL, and blocks that begin with their size. */
final class CText extends GuestText {
  /** How many bytes the size of a block has. */
  private static final int SIZE = 4;

  private final GuestFunction malloc = function("malloc");
  private final GuestFunction free = function("free");

  CText(Guest guest) {
    super(guest);
  }

  @Override
  int put(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (byte each : bytes) {
      if (each == 0) {
        throw new WasmException("a text with a NUL, which a string of C cannot have");
      }
    }
    int address = allocate(bytes.length + 1);
    memory().write(address, bytes, 0, bytes.length);
    memory().write(address + bytes.length, new byte[1], 0, 1);
    return address;
  }

  @Override
  int put(byte[] bytes) {
    int address = allocate(SIZE + bytes.length);
    memory().setInt(address, bytes.length);
    memory().write(address + SIZE, bytes, 0, bytes.length);
    return address;
  }

  private int allocate(int size) {
    int address = (int) malloc.call(size)[0];
    if (address == 0) {
      throw new WasmException("malloc has no room for %s bytes".formatted(size));
    }
    return address;
  }

  @Override
  String takeText(int address) {
    int size = 0;
    while (memory().getByte(address + size) != 0) {
      size++;
    }
    String text = memory().getUtf8(address, size);
    release(address);
    return text;
  }

  @Override
  byte[] takeBytes(int address) {
    byte[] bytes = read(address + SIZE, memory().getInt(address));
    release(address);
    return bytes;
  }

  @Override
  void release(int address) {
    free.call(address);
  }
}
