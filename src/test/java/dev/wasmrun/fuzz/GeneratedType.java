package dev.wasmrun.fuzz;

import java.util.List;

/** The type of a function, or of a block: what it takes from the stack, and what it leaves. */
record GeneratedType(List<Type> params, List<Type> results) {
  static final GeneratedType NOTHING = new GeneratedType(List.of(), List.of());

  static GeneratedType of(List<Type> params, Type... results) {
    return new GeneratedType(params, List.of(results));
  }

  /** As an entry of the type section. */
  void writeTo(ByteWriter out) {
    out.raw(0x60);
    writeTypes(out, params);
    writeTypes(out, results);
  }

  static void writeTypes(ByteWriter out, List<Type> types) {
    out.unsigned(types.size());
    types.forEach(type -> out.raw(type.code()));
  }
}
