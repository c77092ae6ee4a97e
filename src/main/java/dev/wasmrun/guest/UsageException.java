package dev.wasmrun.guest;

/** Something the user asked for that this guest or host cannot do; the message is one line. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says in one line what cannot be done, and what can. */
  public UsageException(String message) {
    super(message);
  }
}
