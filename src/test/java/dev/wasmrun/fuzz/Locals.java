package dev.wasmrun.fuzz;

import java.util.ArrayList;
import java.util.List;

/** The local variables of a function in the making. */
final class Locals {
  private final List<Type> types;
  private final int params;

  Locals(List<Type> params) {
    this.types = new ArrayList<>(params);
    this.params = params.size();
  }

  int add(Type type) {
    types.add(type);
    return types.size() - 1;
  }

  /** Those of a type, parameters among them. */
  List<Integer> of(Type type) {
    var found = new ArrayList<Integer>();
    for (int i = 0; i < types.size(); i++) {
      if (types.get(i) == type) {
        found.add(i);
      }
    }
    return found;
  }

  /** The types of those that are no parameters. */
  List<Type> declared() {
    return List.copyOf(types.subList(params, types.size()));
  }
}
