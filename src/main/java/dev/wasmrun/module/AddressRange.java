package dev.wasmrun.module;

/**
 * A range of addresses in linear memory.
 *
 * @param start the first address, unsigned
 * @param size the number of bytes
 */
public record AddressRange(long start, long size) {

  /** The address after the last one. */
  public long end() {
    return start + size;
  }

  /** Whether some address lies in both ranges. */
  public boolean overlaps(AddressRange other) {
    return start < other.end() && other.start < end();
  }

  /** The form {@code 0x400-0x4ff}, both ends included. */
  @Override
  public String toString() {
    return "0x%x-0x%x".formatted(start, end() - 1);
  }
}
