package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.UsageException;
import java.util.Collection;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a guest has bound by one name: functions, or the constructors of a class, told apart by the
 * number of their arguments.
 */
final class Overloads {
  private final TreeMap<Integer, BoundFunction> byArguments = new TreeMap<>();

  /** Adds a function, in the place of one that takes as many arguments. */
  void add(BoundFunction function) {
    byArguments.put(function.parameters().size(), function);
  }

  /** Whether one takes so many arguments. */
  boolean take(int arguments) {
    return taking(arguments) != null;
  }

  /**
   * The one that takes so many arguments.
   *
   * @throws UsageException if there is none
   */
  BoundFunction required(int arguments) {
    BoundFunction function = taking(arguments);
    if (function != null) {
      return function;
    }
    throw new UsageException(
        byArguments.size() == 1
            ? "%s takes %s arguments, got %s"
                .formatted(byArguments.firstEntry().getValue(), byArguments.firstKey(), arguments)
            : "none of %s takes %s arguments".formatted(this, arguments));
  }

  /** The one that takes as many, or the least that may leave out what is missing; or null. */
  private BoundFunction taking(int arguments) {
    return byArguments.tailMap(arguments).values().stream()
        .filter(function -> function.leastArguments() <= arguments)
        .findFirst()
        .orElse(null);
  }

  /** All of them, by how many arguments they take. */
  Collection<BoundFunction> all() {
    return byArguments.values();
  }

  @Override
  public String toString() {
    return all().stream().map(BoundFunction::toString).collect(Collectors.joining(", "));
  }
}
