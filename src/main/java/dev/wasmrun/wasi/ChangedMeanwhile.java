package dev.wasmrun.wasi;

/** A name meant one thing when it was looked at and another when it was used: try again. */
final class ChangedMeanwhile extends Exception {
  private static final long serialVersionUID = 1L;

  private final Errno errno;

  ChangedMeanwhile() {
    this(Errno.LOOP);
  }

  /**
   * Creates one.
   *
   * @param errno what the guest is told if it does not come to rest
   */
  ChangedMeanwhile(Errno errno) {
    super("a name changed its meaning", null, false, false);
    this.errno = errno;
  }

  Errno errno() {
    return errno;
  }
}
