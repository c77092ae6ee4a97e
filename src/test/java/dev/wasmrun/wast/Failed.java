package dev.wasmrun.wast;

/** A command that did not end as its script says; the message tells how it ended. */
final class Failed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Failed(String message) {
    super(message);
  }

  Failed(String message, Throwable cause) {
    super(message, cause);
  }
}
