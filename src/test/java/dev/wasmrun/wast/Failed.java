package dev.wasmrun.wast;

/** A command that did not end as its script says; the message tells how it ended. */
final class Failed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient long[] results;

  Failed(String message) {
    this(message, (Throwable) null);
  }

  Failed(String message, Throwable cause) {
    super(message, cause);
    this.results = new long[0];
  }

  Failed(String message, long[] results) {
    super(message);
    this.results = results.clone();
  }

  /** The results that were not expected; none if it did not fail for its results. */
  long[] results() {
    return results.clone();
  }
}
