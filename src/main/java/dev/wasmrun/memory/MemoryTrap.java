package dev.wasmrun.memory;

/**
 * A WebAssembly trap raised by a memory operation. Nothing was written by the operation that
 * trapped. The message begins with the specification's text for the trap, then names the address,
 * the width of the access and the size of the memory, all in bytes.
 */
public final class MemoryTrap extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What a memory operation can trap on. */
  public enum Kind {
    /** Some byte of the access lies beyond the current size, or outside a data segment. */
    OUT_OF_BOUNDS("out of bounds memory access"),
    /** An atomic access whose address is not a multiple of its width. */
    UNALIGNED_ATOMIC("unaligned atomic"),
    /** A wait on a memory that no other agent can notify. */
    WAIT_ON_UNSHARED("atomic wait on non-shared memory"),
    /** An access after {@link LinearMemory#close()}: a fault of the host, not of the guest. */
    CLOSED("memory is closed");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** The trap's text as the specification's test suite expects it. */
    public String text() {
      return text;
    }
  }

  private final Kind kind;

  private MemoryTrap(Kind kind, String detail) {
    super(kind.text + ": " + detail);
    this.kind = kind;
  }

  /** Why the operation trapped. */
  public Kind kind() {
    return kind;
  }

  static MemoryTrap outOfBounds(int address, long width, long size) {
    return new MemoryTrap(Kind.OUT_OF_BOUNDS, place(address, width, size));
  }

  /** For an address that no memory has. */
  static MemoryTrap outOfBounds(long address, long size) {
    return new MemoryTrap(
        Kind.OUT_OF_BOUNDS, "address %s, memory of %s bytes".formatted(address, size));
  }

  static MemoryTrap outOfSegment(int offset, long length, long size) {
    return new MemoryTrap(
        Kind.OUT_OF_BOUNDS,
        "offset %s, length %s, data segment of %s bytes"
            .formatted(Integer.toUnsignedLong(offset), length, size));
  }

  static MemoryTrap unaligned(int address, int width, long size) {
    return new MemoryTrap(Kind.UNALIGNED_ATOMIC, place(address, width, size));
  }

  static MemoryTrap unshared(int address, int width, long size) {
    return new MemoryTrap(Kind.WAIT_ON_UNSHARED, place(address, width, size));
  }

  static MemoryTrap closed() {
    return new MemoryTrap(Kind.CLOSED, "its owner ended the run that used it");
  }

  private static String place(int address, long width, long size) {
    return "address %s, width %s, memory of %s bytes"
        .formatted(Integer.toUnsignedLong(address), width, size);
  }
}
