package dev.wasmrun.fuzz;

import java.util.List;

/** A block that branches lead to. Each is equal to itself only. */
final class Label {
  private final boolean isLoop;
  private final List<Type> carried;

  private Label(boolean isLoop, List<Type> carried) {
    this.isLoop = isLoop;
    this.carried = carried;
  }

  static Label ofBlock(Type... results) {
    return new Label(false, List.of(results));
  }

  static Label of(boolean isLoop, GeneratedType type) {
    return new Label(isLoop, isLoop ? type.params() : type.results());
  }

  static Label ofLoop() {
    return new Label(true, List.of());
  }

  boolean isLoop() {
    return isLoop;
  }

  /** What a branch to it takes along. */
  List<Type> carried() {
    return carried;
  }
}
