package dev.wasmrun.compiler.code;

import com.dylibso.chicory.wasm.types.ValType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The local variables of a function, of which a vector is two: its halves. */
final class LocalVariables {
  private final List<Kind> kinds = new ArrayList<>();
  private final BitSet references = new BitSet();
  private final BitSet vectors = new BitSet();
  private final int[] first;

  /**
   * Those of a function.
   *
   * @param whole whether vectors are whole
   */
  LocalVariables(List<ValType> params, List<ValType> others, boolean whole) {
    first = new int[params.size() + others.size()];
    for (int i = 0; i < first.length; i++) {
      boolean other = i >= params.size();
      ValType type = other ? others.get(i - params.size()) : params.get(i);
      Kind kind = Kind.of(type);
      first[i] = kinds.size();
      references.set(kinds.size(), other && type.isReference() && kind == Kind.INT);
      vectors.set(i, kind == Kind.VECTOR);
      kinds.addAll(Kind.parts(List.of(kind), whole));
    }
  }

  /** What they hold. */
  List<Kind> kinds() {
    return kinds;
  }

  /** Those of kind {@link Kind#INT} that begin as null. */
  BitSet references() {
    return references;
  }

  /** Where the one is that the module knows by an index, or its lower half. */
  int first(int index) {
    return first[index];
  }

  /** Whether the one that the module knows by an index is a vector. */
  boolean isVector(int index) {
    return vectors.get(index);
  }
}
