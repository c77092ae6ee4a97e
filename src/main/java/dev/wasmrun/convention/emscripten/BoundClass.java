package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.Guest;
import java.util.HashMap;
import java.util.Map;

/** A class of C++ that a guest has bound. Complete when the guest's constructors have run. */
final class BoundClass {
  private final Bindings bindings;
  private final String name;

  /** The class it extends; null if there is none that is bound. */
  private final BoundClass base;

  /** The index in the table of what finds the part of an object that is of the base class. */
  private final int upcast;

  private final int destructor;

  /** Constructors by how many arguments they take. */
  private final Map<Integer, BoundFunction> constructors = new HashMap<>();

  /** Methods of its objects, by their names. */
  private final Map<String, BoundFunction> methods = new HashMap<>();

  /**
   * A class without members.
   *
   * @param bindings where it is bound
   * @param base the class it extends, or null
   * @param destructor the index in the table of what ends an object
   */
  BoundClass(Bindings bindings, String name, BoundClass base, int upcast, int destructor) {
    this.bindings = bindings;
    this.name = name;
    this.base = base;
    this.upcast = upcast;
    this.destructor = destructor;
  }

  Bindings bindings() {
    return bindings;
  }

  String name() {
    return name;
  }

  int destructor() {
    return destructor;
  }

  Map<Integer, BoundFunction> constructors() {
    return constructors;
  }

  Map<String, BoundFunction> methods() {
    return methods;
  }

  /** The class that has a method: this one or one that it extends; null if there is none. */
  BoundClass withMethod(String wanted) {
    return methods.containsKey(wanted) || base == null
        ? methods.containsKey(wanted) ? this : null
        : base.withMethod(wanted);
  }

  /** Whether it is a class or extends it. */
  boolean extendsOrIs(BoundClass other) {
    return this == other || base != null && base.extendsOrIs(other);
  }

  /** The address of the part of an object that is of this class or one that it extends. */
  int part(Guest guest, int address, BoundClass of) {
    return this == of
        ? address
        : base.part(guest, (int) guest.callIndirect(upcast, address)[0], of);
  }
}
