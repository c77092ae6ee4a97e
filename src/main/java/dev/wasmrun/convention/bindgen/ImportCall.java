package dev.wasmrun.convention.bindgen;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import java.nio.charset.StandardCharsets;

/**
 * A guest's call of an import, whose values of JavaScript are numbers or references, as the module
 * declares them.
 *
 * @param args a value per parameter: integers as they are, floats as their bits
 */
record ImportCall(
    Guest guest, HostObjects objects, Allocator allocator, Signature signature, long[] args) {

  /** What an import does. */
  @FunctionalInterface
  interface Body {
    /** Does it; the result, as bits, is ignored where none is declared. */
    long of(ImportCall call);
  }

  int integer(int index) {
    return (int) args[index];
  }

  private boolean isReference(int index) {
    return signature.params().get(index) == ValueType.REF;
  }

  /** A value of JavaScript that the guest keeps. */
  Object object(int index) {
    return isReference(index) ? objects.referenced(args[index]) : objects.get(integer(index));
  }

  /** Whether an argument, which may be an address as well, is a certain value of JavaScript. */
  boolean isObject(int index, Object value) {
    return isReference(index)
        ? objects.referenced(args[index]) == value
        : objects.has(integer(index), value);
  }

  /** A value of JavaScript that the guest gives away. */
  Object taken(int index) {
    return isReference(index) ? objects.referenced(args[index]) : objects.take(integer(index));
  }

  /** The text whose address and length are these two arguments. */
  String text(int index) {
    return new String(bytes(index), StandardCharsets.UTF_8);
  }

  /** The bytes whose address and length are these two arguments. */
  byte[] bytes(int index) {
    return new Bytes.InMemory(guest.memory(), integer(index), integer(index + 1)).read();
  }

  /** A value of JavaScript as the result. */
  long give(Object value) {
    return signature.results().get(0) == ValueType.REF
        ? objects.reference(value)
        : objects.add(value);
  }

  /** The same, where undefined is none at all. */
  long giveOptional(Object value) {
    boolean none = value == Special.UNDEFINED && signature.results().get(0) == ValueType.I32;
    return none ? 0 : give(value);
  }

  /** Writes a text's address and length to where the guest wants them; 0 for none. */
  void writeText(int area, String text) {
    int address = 0;
    int length = 0;
    if (text != null) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      address = allocator.allocate(guest, bytes.length, 1);
      length = bytes.length;
      guest.memory().write(address, bytes, 0, length);
    }
    guest.memory().setInt(area, address);
    guest.memory().setInt(area + Integer.BYTES, length);
  }

  /** Writes a number of 64 bits that may be none to where the guest wants it. */
  void writeOptional(int area, boolean present, long bits) {
    guest.memory().setLong(area + Long.BYTES, bits);
    guest.memory().setInt(area, present ? 1 : 0);
  }
}
