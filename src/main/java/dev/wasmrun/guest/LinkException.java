package dev.wasmrun.guest;

/** A valid module that cannot be linked here; the message is one complete line. */
public final class LinkException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says in one line why. */
  public LinkException(String message) {
    super(message);
  }

  LinkException(String message, Throwable cause) {
    super(message, cause);
  }
}
