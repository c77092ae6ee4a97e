package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.Guest;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A class of C++ that a guest has bound. Complete when the guest's constructors have run. */
final class BoundClass {
  /** More than any class has; one that extends itself ends there. */
  private static final int MOST_BASES = 1 << 10;

  /**
   * The functions that find parts of objects, by their indices in the table; 0 for none.
   *
   * @param upcast finds the part of an object that is of the base class
   * @param downcast finds the object of a part that is of the base class
   * @param actual tells the number of the class that an object is of
   * @param destructor ends an object
   */
  record Code(int upcast, int downcast, int actual, int destructor) {}

  private final Bindings bindings;
  private final String name;
  private final Code code;

  /** The number of the class it extends; 0 if there is none. */
  private final int base;

  private final Overloads constructors = new Overloads();

  /** Methods of its objects, by their names. */
  private final Map<String, Overloads> methods = new HashMap<>();

  /** Properties of its objects, by their names. */
  private final Map<String, BoundElement> properties = new TreeMap<>();

  /**
   * A class without members.
   *
   * @param bindings where it is bound
   * @param base the number of the class it extends, which may be bound later; 0 if there is none
   */
  BoundClass(Bindings bindings, String name, int base, Code code) {
    this.bindings = bindings;
    this.name = name;
    this.base = base;
    this.code = code;
  }

  Bindings bindings() {
    return bindings;
  }

  String name() {
    return name;
  }

  /** The index in the table of what ends an object. */
  int destructor() {
    return code.destructor();
  }

  Overloads constructors() {
    return constructors;
  }

  Map<String, Overloads> methods() {
    return methods;
  }

  Map<String, BoundElement> properties() {
    return properties;
  }

  /** Adds a method. */
  void addMethod(BoundFunction method) {
    methods.computeIfAbsent(method.name(), made -> new Overloads()).add(method);
  }

  private BoundClass base() {
    return bindings.classOf(base);
  }

  /** This class, the one it extends, and so on. */
  Stream<BoundClass> lineage() {
    return Stream.iterate(this, Objects::nonNull, BoundClass::base).limit(MOST_BASES);
  }

  /** Whether it is a class or extends it. */
  boolean extendsOrIs(BoundClass other) {
    return lineage().anyMatch(type -> type == other);
  }

  /** The address of the part of an object that is of this class or one that it extends. */
  int part(Guest guest, int address, BoundClass of) {
    return this == of
        ? address
        : base().part(guest, (int) guest.callIndirect(code.upcast(), address)[0], of);
  }

  /**
   * The address of the object of this class, of which a part of a class that it extends is known.
   */
  int whole(Guest guest, int address, BoundClass of) {
    return this == of
        ? address
        : (int) guest.callIndirect(code.downcast(), base().whole(guest, address, of))[0];
  }

  /** The class that an object is of: this one, or one that extends it if it has virtual methods. */
  BoundClass actual(Guest guest, int address) {
    if (code.actual() == 0) {
      return this;
    }
    BoundClass actual = bindings.classOf((int) guest.callIndirect(code.actual(), address)[0]);
    return actual != null && actual.extendsOrIs(this) && actual.canBeFound(this) ? actual : this;
  }

  /** Whether an object of this class can be found by its part of a class that it extends. */
  private boolean canBeFound(BoundClass of) {
    return this == of || code.downcast() != 0 && base().canBeFound(of);
  }
}
