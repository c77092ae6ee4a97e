package dev.wasmrun.guest;

/** An argument of the user that a guest's exports cannot take; the message is one complete line. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message);
  }
}
