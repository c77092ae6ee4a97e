package dev.wasmrun.engine;

import java.util.Set;

/** Some functions of a module have no form that the JVM accepts: they are to be interpreted. */
final class UncompilableFunctionsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Set<Integer> functions;

  UncompilableFunctionsException(Set<Integer> functions) {
    super("functions " + functions + " cannot be compiled");
    this.functions = Set.copyOf(functions);
  }

  Set<Integer> functions() {
    return functions;
  }
}
