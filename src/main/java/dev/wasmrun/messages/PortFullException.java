package dev.wasmrun.messages;

/**
 * A message was not posted because the thread was interrupted while it waited for room. The
 * thread's interrupt status is set, and what was to be posted is still the poster's.
 */
public final class PortFullException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PortFullException(String message) {
    super(message);
  }
}
