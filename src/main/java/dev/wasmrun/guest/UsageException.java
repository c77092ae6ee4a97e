package dev.wasmrun.guest;

/** Something the user asked for that this guest or host cannot do; the message is one line. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message);
  }
}
