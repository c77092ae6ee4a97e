package dev.wasmrun.messages;

/** A procedure that was called through a port threw, or there is none of that name. */
public final class CallFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CallFailedException(String message) {
    super(message);
  }
}
