package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.UsageException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A function, constructor or method of C++ that a guest has bound by embind.
 *
 * @param invoker the index in the table of what takes the function below and the arguments
 * @param function what it gets first
 * @param result its type
 * @param parameters the types of its arguments, without the object that a method is of
 */
record BoundFunction(
    String name, int invoker, int function, BoundType result, List<BoundType> parameters) {

  /**
   * Calls it.
   *
   * @param object the address of the object that a method is of; null for any other function
   * @param args a value for each parameter, or the text of one; as many as {@link Overloads} allows
   * @return what it returns: null, a Boolean, a number, a String, bytes, or an object
   * @throws UsageException if the arguments do not suit it
   */
  Object call(Guest guest, Integer object, Object... args) {
    int first = object == null ? 1 : 2;
    var passed = new long[first + parameters.size()];
    passed[0] = function;
    if (object != null) {
      passed[1] = object;
    }
    int converted = 0;
    try {
      for (; converted < parameters.size(); converted++) {
        Object arg = converted < args.length ? args[converted] : null;
        passed[first + converted] = parameters.get(converted).argument(guest, arg);
      }
      long[] results = guest.callIndirect(invoker, passed);
      return result.toJava(guest, results.length == 0 ? 0 : results[0]);
    } finally {
      for (int i = 0; i < converted; i++) {
        parameters.get(i).release(guest, passed[first + i]);
      }
    }
  }

  /** How many arguments it needs: those at the end may be left out that are optional. */
  int leastArguments() {
    int least = parameters.size();
    while (least > 0 && parameters.get(least - 1).isOptional()) {
      least--;
    }
    return least;
  }

  /** As C++ declares it: {@code name(int, std::string) -> bool}. */
  @Override
  public String toString() {
    String types = parameters.stream().map(BoundType::name).collect(Collectors.joining(", "));
    return "%s(%s) -> %s".formatted(name, types, result.name());
  }
}
