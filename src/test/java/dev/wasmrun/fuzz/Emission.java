package dev.wasmrun.fuzz;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/** The writing of a module's code: where its branches lead, and which types it mentions. */
final class Emission {
  private final Map<GeneratedType, Integer> types;
  private final ByteWriter out = new ByteWriter();
  private final Deque<Label> enclosing = new ArrayDeque<>();

  /**
   * A function's.
   *
   * @param types the module's types so far, to which new ones are added
   */
  Emission(Map<GeneratedType, Integer> types) {
    this.types = types;
  }

  static Map<GeneratedType, Integer> noTypes() {
    return new LinkedHashMap<>();
  }

  ByteWriter out() {
    return out;
  }

  void typeIndex(GeneratedType type) {
    out.unsigned(indexOf(types, type));
  }

  static int indexOf(Map<GeneratedType, Integer> types, GeneratedType type) {
    return types.computeIfAbsent(type, unknown -> types.size());
  }

  void blockType(GeneratedType type) {
    if (type.params().isEmpty() && type.results().isEmpty()) {
      out.raw(0x40);
    } else if (type.params().isEmpty() && type.results().size() == 1) {
      out.raw(type.results().get(0).code());
    } else {
      out.signed(indexOf(types, type));
    }
  }

  void enter(Label label) {
    enclosing.push(label);
  }

  void leave() {
    enclosing.pop();
  }

  /**
   * How many blocks a branch leaves.
   *
   * @throws IllegalStateException if it is not within the block that it leads to
   */
  void depth(Label target) {
    int depth = 0;
    for (Label label : enclosing) {
      if (label == target) {
        out.unsigned(depth);
        return;
      }
      depth++;
    }
    throw new IllegalStateException("a branch to a block that does not enclose it");
  }
}
