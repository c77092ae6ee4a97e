package dev.wasmrun.module;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A {@code try} of the first form of exceptions: its handlers, or where it delegates to, and what
 * rewriting it takes. Complete only after the {@link TryBlocks} of its function are.
 */
final class TryBlock {
  /** Among the tags of handlers, the one that stands for {@code catch_all}. */
  static final int ANY = -1;

  /** The innermost try around it whose handlers cover it; null if there is none. */
  final TryBlock covering;

  /** How many handlers of other tries it is in. */
  final int handlersAround;

  /** The tag of each handler, in their order. */
  final List<Integer> tags = new ArrayList<>();

  /** The handlers whose exception is thrown again. */
  final BitSet rethrown = new BitSet();

  /** Whether it ends with {@code delegate}. */
  boolean delegates;

  /**
   * The try to whose handlers its exceptions go, if it delegates; null if they leave the function.
   */
  TryBlock target;

  /** Whether it does nothing that a block would not. */
  boolean plain;

  /** Whether others delegate to it. */
  boolean targeted;

  TryBlock(TryBlock covering, int handlersAround) {
    this.covering = covering;
    this.handlersAround = handlersAround;
  }

  /** Whether a handler has been written already. */
  boolean hasHandlers() {
    return !tags.isEmpty();
  }

  /** The innermost of a try and those that cover it that is not plain; null if there is none. */
  static TryBlock effective(TryBlock block) {
    TryBlock outer = block;
    while (outer != null && outer.plain) {
      outer = outer.covering;
    }
    return outer;
  }
}
