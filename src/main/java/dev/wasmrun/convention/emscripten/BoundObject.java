package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.UsageException;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** An object of a class of C++ in a guest's memory. Used by one thread at a time. */
public final class BoundObject implements AutoCloseable {
  /**
   * What ends an object: itself, or the smart pointer that keeps it.
   *
   * @param destructor the index in the table of the destructor
   * @param address of what that ends
   */
  record Owner(int destructor, int address) {
    void end(Guest guest) {
      guest.callIndirect(destructor, address);
    }
  }

  private final Guest guest;
  private final BoundClass type;
  private final int address;
  private final Owner owner;
  private boolean deleted;

  BoundObject(Guest guest, BoundClass type, int address, Owner owner) {
    this.guest = guest;
    this.type = type;
    this.address = address;
    this.owner = owner;
  }

  /**
   * Calls a method.
   *
   * @param args a value for each parameter: a Boolean, a number, a String, bytes, or an object
   * @return what it returns, in the same form; null for nothing
   * @throws UsageException if there is no such method, or the arguments do not suit it
   */
  public Object call(String method, Object... args) {
    BoundClass named = having("method", method, each -> each.methods().keySet());
    BoundClass of =
        type.lineage()
            .filter(each -> each.methods().containsKey(method))
            .filter(each -> each.methods().get(method).take(args.length))
            .findFirst()
            .orElse(named);
    BoundFunction function = of.methods().get(method).required(args.length);
    return type.bindings().on(() -> function.call(guest, address(of), args));
  }

  /**
   * The value of a property.
   *
   * @throws UsageException if there is no such property
   */
  public Object get(String property) {
    BoundClass of = withProperty(property);
    return type.bindings().on(() -> of.properties().get(property).get(guest, address(of)));
  }

  /**
   * Sets the value of a property.
   *
   * @throws UsageException if there is no such property, it can only be read, or the value does not
   *     suit it
   */
  public void set(String property, Object value) {
    BoundClass of = withProperty(property);
    BoundElement known = of.properties().get(property);
    if (known.written().function() == 0) {
      throw new UsageException("%s.%s can only be read".formatted(type.name(), property));
    }
    type.bindings()
        .on(
            () -> {
              known.set(guest, address(of), value);
              return null;
            });
  }

  private BoundClass withProperty(String property) {
    return having("property", property, each -> each.properties().keySet());
  }

  /** Whether it has a property of a name. */
  boolean hasProperty(String name) {
    return type.lineage().anyMatch(each -> each.properties().containsKey(name));
  }

  /** The nearest class that has something of a name. */
  private BoundClass having(String what, String name, Function<BoundClass, Set<String>> names) {
    return type.lineage()
        .filter(each -> names.apply(each).contains(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UsageException(
                    "class %s has no %s '%s'; it has %s"
                        .formatted(
                            type.name(),
                            what,
                            name,
                            type.lineage()
                                .flatMap(each -> names.apply(each).stream())
                                .distinct()
                                .sorted()
                                .collect(Collectors.joining(", ")))));
  }

  Owner owner() {
    return owner;
  }

  /** Where the smart pointer is that keeps it. */
  int ownerAddress() {
    requireAlive();
    return owner.address();
  }

  /** The address of the part of it that is of a class, its own or one that it extends. */
  int address(BoundClass of) {
    requireAlive();
    return type.part(guest, address, of);
  }

  private void requireAlive() {
    if (deleted) {
      throw new UsageException("an object of class %s is deleted".formatted(type.name()));
    }
  }

  boolean isA(BoundClass other) {
    return type.extendsOrIs(other);
  }

  /** Ends the object: its destructor runs, unless other smart pointers keep it. */
  @Override
  public void close() {
    if (!deleted) {
      type.bindings()
          .on(
              () -> {
                owner.end(guest);
                return null;
              });
      deleted = true;
    }
  }

  @Override
  public String toString() {
    return "an object of class " + type.name();
  }
}
