package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.UsageException;

/**
 * A static variable of a class that a guest has bound by embind.
 *
 * @param name the class and its own
 * @param type the type of its values
 * @param address where it is
 * @param read the index in the table of what reads it
 * @param written the index of what writes it; 0 if nothing does
 */
record BoundVariable(String name, BoundType type, int address, int read, int written) {

  /** Its value. */
  Object get(Guest guest) {
    return type.toJava(guest, guest.callIndirect(read, address)[0]);
  }

  /**
   * Sets its value.
   *
   * @throws UsageException if it cannot be set, or the value does not suit it
   */
  void set(Guest guest, Object value) {
    if (written == 0) {
      throw new UsageException(name + " can only be read");
    }
    long bits = type.argument(guest, value);
    try {
      guest.callIndirect(written, address, bits);
    } finally {
      type.release(guest, bits);
    }
  }

  @Override
  public String toString() {
    return "%s: %s".formatted(name, type.name());
  }
}
