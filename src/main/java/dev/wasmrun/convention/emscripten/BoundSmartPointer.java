package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.UsageException;
import java.util.function.Supplier;

/**
 * A {@code std::shared_ptr} or another pointer that ends its object: a {@link BoundObject}, which
 * keeps the pointer until it is closed. An argument is an object that came by such a pointer.
 *
 * <p>Used by one thread at a time, as {@link Bindings} are.
 */
final class BoundSmartPointer implements BoundType {
  private final String name;
  private final Supplier<BoundClass> of;
  private final int pointee;
  private final int constructor;
  private final int destructor;

  /** Where a pointer to nothing is, which is made once; 0 before. */
  private int empty;

  /**
   * A type.
   *
   * @param of the class of the objects, which may be bound later
   * @param pointee the index in the table of what tells the address of the object
   * @param constructor the index of what makes a pointer to nothing
   * @param destructor the index of what ends a pointer
   */
  BoundSmartPointer(
      String name, Supplier<BoundClass> of, int pointee, int constructor, int destructor) {
    this.name = name;
    this.of = of;
    this.pointee = pointee;
    this.constructor = constructor;
    this.destructor = destructor;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean hasNull() {
    return true;
  }

  @Override
  public long toGuest(Guest guest, Object value) {
    if (value == null) {
      if (empty == 0) {
        empty = (int) guest.callIndirect(constructor)[0];
      }
      return empty;
    }
    if (value instanceof BoundObject object && object.owner().destructor() == destructor) {
      return object.ownerAddress();
    }
    throw refused(value, "an object that such a pointer keeps");
  }

  @Override
  public Object toJava(Guest guest, long bits) {
    int address = (int) guest.callIndirect(pointee, bits)[0];
    var owner = new BoundObject.Owner(destructor, (int) bits);
    if (address == 0) {
      owner.end(guest);
      return null;
    }
    BoundClass declared = of.get();
    if (declared == null) {
      throw new UsageException("the class of %s is not bound".formatted(name));
    }
    BoundClass actual = declared.actual(guest, address);
    return new BoundObject(guest, actual, actual.whole(guest, address, declared), owner);
  }
}
