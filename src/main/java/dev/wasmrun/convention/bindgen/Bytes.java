package dev.wasmrun.convention.bindgen;

import dev.wasmrun.memory.LinearMemory;

/** An array of bytes that a guest knows of: a part of its own memory, or one beside it. */
sealed interface Bytes {
  int length();

  byte[] read();

  void write(int at, byte[] bytes);

  /** The part between two indices. */
  Bytes part(int from, int to);

  /** A part of a memory, which changes with that. */
  record InMemory(LinearMemory memory, int address, int length) implements Bytes {
    public InMemory {
      memory.requireBytes(address, length);
    }

    @Override
    public byte[] read() {
      var bytes = new byte[length];
      memory.read(address, bytes, 0, length);
      return bytes;
    }

    @Override
    public void write(int at, byte[] bytes) {
      memory.write(address + at, bytes, 0, Math.min(bytes.length, length - at));
    }

    @Override
    public Bytes part(int from, int to) {
      int end = Math.min(to, length);
      return new InMemory(memory, address + from, Math.max(end - from, 0));
    }
  }

  /** A part of an array of Java's. */
  record Apart(byte[] array, int offset, int length) implements Bytes {
    Apart(byte[] array) {
      this(array, 0, array.length);
    }

    @Override
    public byte[] read() {
      var bytes = new byte[length];
      System.arraycopy(array, offset, bytes, 0, length);
      return bytes;
    }

    @Override
    public void write(int at, byte[] bytes) {
      System.arraycopy(bytes, 0, array, offset + at, Math.min(bytes.length, length - at));
    }

    @Override
    public Bytes part(int from, int to) {
      int end = Math.min(to, length);
      return new Apart(array, offset + from, Math.max(end - from, 0));
    }
  }
}
