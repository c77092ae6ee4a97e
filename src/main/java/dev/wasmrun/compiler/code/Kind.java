package dev.wasmrun.compiler.code;

import com.dylibso.chicory.wasm.types.ValType;
import java.util.List;

/**
 * The types of WebAssembly as far as they differ in generated code.
 *
 * <p>References to functions and of the host are numbers, as the runtime's tables hold them, null
 * being -1; references to exceptions are objects, so that what nobody refers to any more is
 * collected.
 */
public enum Kind {
  /** i32, funcref, externref. */
  INT(1),
  /** i64. */
  LONG(2),
  /** f32. */
  FLOAT(1),
  /** f64. */
  DOUBLE(2),
  /** exnref. */
  EXCEPTION(1),
  /** v128: where values are, this is two of {@link #LONG}, the lower half first. */
  VECTOR(4);

  private final int slots;

  Kind(int slots) {
    this.slots = slots;
  }

  /** How many of the JVM's local variables a value takes. */
  public int slots() {
    return slots;
  }

  /** The kind of a parsed type. */
  public static Kind of(ValType type) {
    return switch (type.opcode()) {
      case ValType.ID.I32 -> INT;
      case ValType.ID.I64 -> LONG;
      case ValType.ID.F32 -> FLOAT;
      case ValType.ID.F64 -> DOUBLE;
      case ValType.ID.V128 -> VECTOR;
      default -> type.typeIdx() == ValType.ExnRef.typeIdx() ? EXCEPTION : INT;
    };
  }

  /** The kinds of what values of several types consist of. */
  public static List<Kind> of(List<ValType> types) {
    return parts(types.stream().map(Kind::of).toList());
  }

  /** The kinds of what values consist of: two for a vector. */
  public static List<Kind> parts(List<Kind> kinds) {
    return kinds.contains(VECTOR)
        ? kinds.stream().flatMap(kind -> kind.parts().stream()).toList()
        : kinds;
  }

  private List<Kind> parts() {
    return this == VECTOR ? List.of(LONG, LONG) : List.of(this);
  }
}
