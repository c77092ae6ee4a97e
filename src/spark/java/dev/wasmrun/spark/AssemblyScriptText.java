package dev.wasmrun.spark;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestFunction;
import java.nio.charset.StandardCharsets;

/** Strings and ArrayBuffers of AssemblyScript, made by the runtime that the module exports. */
final class AssemblyScriptText extends GuestText {
  /** Ids of classes that the language defines. */
  private static final int ARRAY_BUFFER = 1;

  private static final int STRING = 2;

  /** Where the size of an object in bytes is, from its address. */
  private static final int SIZE = -4;

  private final GuestFunction create = function("__new");
  private final GuestFunction pin = function("__pin");
  private final GuestFunction unpin = function("__unpin");

  AssemblyScriptText(Guest guest) {
    super(guest);
  }

  @Override
  int put(String text) {
    return put(text.getBytes(StandardCharsets.UTF_16LE), STRING);
  }

  @Override
  int put(byte[] bytes) {
    return put(bytes, ARRAY_BUFFER);
  }

  private int put(byte[] bytes, int type) {
    int address = (int) create.call(bytes.length, type)[0];
    pin.call(address); // the next allocation may collect what nobody in the guest refers to
    memory().write(address, bytes, 0, bytes.length);
    return address;
  }

  @Override
  String takeText(int address) {
    return new String(takeBytes(address), StandardCharsets.UTF_16LE);
  }

  @Override
  byte[] takeBytes(int address) {
    return read(address, memory().getInt(address + SIZE));
  }

  @Override
  void release(int address) {
    unpin.call(address);
  }
}
