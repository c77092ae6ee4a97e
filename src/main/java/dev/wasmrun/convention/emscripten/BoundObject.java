package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.UsageException;

/** An object of a class of C++ in a guest's memory. Used by one thread at a time. */
public final class BoundObject implements AutoCloseable {
  private final Guest guest;
  private final BoundClass type;
  private final int address;
  private boolean deleted;

  BoundObject(Guest guest, BoundClass type, int address) {
    this.guest = guest;
    this.type = type;
    this.address = address;
  }

  /**
   * Calls a method.
   *
   * @param args a value for each parameter: a Boolean, a number, a String, bytes, or an object
   * @return what it returns, in the same form; null for nothing
   * @throws UsageException if there is no such method, or the arguments do not suit it
   */
  public Object call(String method, Object... args) {
    BoundClass of = type.withMethod(method);
    if (of == null) {
      throw new UsageException(
          "class %s has no method '%s'; it has %s"
              .formatted(type.name(), method, String.join(", ", type.methods().keySet())));
    }
    return type.bindings().on(() -> of.methods().get(method).call(guest, address(of), args));
  }

  /** The address of the part of it that is of a class, its own or one that it extends. */
  int address(BoundClass of) {
    if (deleted) {
      throw new UsageException("an object of class %s is deleted".formatted(type.name()));
    }
    return type.part(guest, address, of);
  }

  boolean isA(BoundClass other) {
    return type.extendsOrIs(other);
  }

  /** Ends the object: its destructor runs. */
  @Override
  public void close() {
    if (!deleted) {
      type.bindings().on(() -> guest.callIndirect(type.destructor(), address));
      deleted = true;
    }
  }

  @Override
  public String toString() {
    return "an object of class " + type.name();
  }
}
