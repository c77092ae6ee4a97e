package dev.wasmrun.compiler.code;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The kinds of the values on WebAssembly's operand stack at one point of a function, the top first.
 *
 * <p>Immutable; stacks that agree below share what they have in common, so that each instruction
 * can keep its own.
 *
 * @param below what is left without the top; null if there is no top
 * @param top the kind of the last value pushed; null for the empty stack
 * @param height how many values there are
 */
public record Operands(Operands below, Kind top, int height) {
  /** No values. */
  public static final Operands EMPTY = new Operands(null, null, 0);

  /** This with one more. */
  public Operands push(Kind kind) {
    return new Operands(this, kind, height + 1);
  }

  /** This with more, the last on top. */
  public Operands push(List<Kind> kinds) {
    Operands all = this;
    for (Kind kind : kinds) {
      all = all.push(kind);
    }
    return all;
  }

  /** This without the topmost. */
  public Operands pop(int count) {
    Operands rest = this;
    for (int i = 0; i < count; i++) {
      rest = rest.below;
    }
    return rest;
  }

  /** The topmost kinds, the top last. */
  public List<Kind> top(int count) {
    var kinds = new ArrayList<Kind>(count);
    Operands rest = this;
    for (int i = 0; i < count; i++) {
      kinds.add(rest.top);
      rest = rest.below;
    }
    Collections.reverse(kinds);
    return kinds;
  }

  /** The kind at a position counted from the bottom. */
  public Kind at(int position) {
    return pop(height - 1 - position).top;
  }
}
