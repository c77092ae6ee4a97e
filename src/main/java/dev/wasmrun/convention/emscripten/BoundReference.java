package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.Guest;

/**
 * A reference or a pointer to an object of a class, or the object itself, which is passed by its
 * address: a {@link BoundObject}.
 *
 * @param of the class
 * @param name its name in C++
 * @param nullable whether it is a pointer, which may be null
 */
record BoundReference(BoundClass of, String name, boolean nullable) implements BoundType {
  @Override
  public boolean hasNull() {
    return nullable;
  }

  @Override
  public long toGuest(Guest guest, Object value) {
    if (value == null) {
      return 0;
    } else if (value instanceof BoundObject object && object.isA(of)) {
      return object.address(of);
    }
    throw refused(value, "an object of class " + of.name());
  }

  @Override
  public Object toJava(Guest guest, long bits) {
    int address = (int) bits;
    if (address == 0) {
      return null;
    }
    BoundClass actual = of.actual(guest, address);
    int whole = actual.whole(guest, address, of);
    return new BoundObject(guest, actual, whole, new BoundObject.Owner(actual.destructor(), whole));
  }
}
