package dev.wasmrun.memory;

/**
 * The bytes of an observed memory, for its observer: these accesses are reported to nobody. They
 * trap outside the memory, like all others.
 */
public final class MemoryContents {
  private final LinearMemory memory;

  MemoryContents(LinearMemory memory) {
    this.memory = memory;
  }

  /**
   * The number that a wait at an address compares with the one it expects.
   *
   * @param width 4 or 8, in bytes; a 32-bit number is sign-extended
   */
  public long waitedValue(int address, int width) {
    return memory.waitedValue(address, width);
  }

  /** Copies the bytes at {@code address} into the whole of an array. */
  public void read(int address, byte[] into) {
    memory.readUnobserved(address, into);
  }

  /** Copies the whole of an array to {@code address}. */
  public void write(int address, byte[] from) {
    memory.writeUnobserved(address, from);
  }
}
