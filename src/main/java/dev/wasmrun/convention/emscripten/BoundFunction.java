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
   * @param args a value for each parameter, or the text of one
   * @return what it returns: null, a Boolean, a number, a String, bytes, or an object
   * @throws UsageException if the arguments do not suit it
   */
  Object call(Guest guest, Integer object, Object... args) {
    if (args.length != parameters.size()) {
      throw new UsageException(
          "%s takes %s arguments, got %s".formatted(this, parameters.size(), args.length));
    }
    int first = object == null ? 1 : 2;
    var passed = new long[first + args.length];
    passed[0] = function;
    if (object != null) {
      passed[1] = object;
    }
    int converted = 0;
    try {
      for (; converted < args.length; converted++) {
        passed[first + converted] = parameters.get(converted).toGuest(guest, args[converted]);
      }
      long[] results = guest.callIndirect(invoker, passed);
      return result.toJava(guest, results.length == 0 ? 0 : results[0]);
    } finally {
      for (int i = 0; i < converted; i++) {
        parameters.get(i).release(guest, passed[first + i]);
      }
    }
  }

  /** As C++ declares it: {@code name(int, std::string) -> bool}. */
  @Override
  public String toString() {
    String types = parameters.stream().map(BoundType::name).collect(Collectors.joining(", "));
    return "%s(%s) -> %s".formatted(name, types, result.name());
  }
}
