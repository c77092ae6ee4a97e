package dev.wasmrun.wasi;

/** A name meant one thing when it was looked at and another when it was used: try again. */
final class ChangedMeanwhile extends Exception {
  private static final long serialVersionUID = 1L;

  ChangedMeanwhile() {
    super("a name changed its meaning", null, false, false);
  }
}
