package dev.wasmrun.compiler.code;

import com.dylibso.chicory.wasm.types.ValType;
import java.util.List;
import java.util.stream.Stream;

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
  /**
   * v128. Where values are, this is two of {@link #LONG}, the lower half first; or, in a function
   * that has vectors whole, one of these and one of {@link #NOTHING}.
   */
  VECTOR(1),
  /** What stands where another function has the upper half of a vector. */
  NOTHING(0);

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
    return parts(kinds, false);
  }

  /**
   * The same.
   *
   * @param whole whether vectors are whole
   */
  public static List<Kind> parts(List<Kind> kinds, boolean whole) {
    if (!kinds.contains(VECTOR)) {
      return kinds;
    }
    List<Kind> vector = whole ? List.of(VECTOR, NOTHING) : List.of(LONG, LONG);
    return kinds.stream()
        .flatMap(kind -> kind == VECTOR ? vector.stream() : Stream.of(kind))
        .toList();
  }

  /** The kinds of what values of several types consist of, vectors whole or not. */
  public static List<Kind> of(List<ValType> types, boolean whole) {
    return parts(types.stream().map(Kind::of).toList(), whole);
  }
}
