package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.Guest;
import java.util.function.Supplier;

/**
 * A part of a struct or an object that a guest has bound by embind: a field, a property, or an
 * element of an array.
 *
 * @param name a field's or property's; an element's is its index
 * @param read how it is read
 * @param written how it is written; the function of what is only read is 0
 */
record BoundElement(String name, Access read, Access written) {

  /**
   * One of the two functions of a part.
   *
   * @param type the type of the values, which may be bound later than the part
   * @param function its index in the table
   * @param context what it gets first
   */
  record Access(Supplier<BoundType> type, int function, int context) {}

  /** Its value in the struct at an address. */
  Object get(Guest guest, long address) {
    long bits = guest.callIndirect(read.function(), read.context(), address)[0];
    return read.type().get().toJava(guest, bits);
  }

  /** Sets its value in the struct at an address. */
  void set(Guest guest, long address, Object value) {
    BoundType type = written.type().get();
    long bits = type.argument(guest, value);
    try {
      guest.callIndirect(written.function(), written.context(), address, bits);
    } finally {
      type.release(guest, bits);
    }
  }

  @Override
  public String toString() {
    return "%s: %s".formatted(name, read.type().get().name());
  }
}
