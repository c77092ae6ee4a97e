package dev.wasmrun.messages;

/**
 * A port was used that is closed, or whose other side is; what was to be posted is still the
 * poster's.
 */
public final class PortClosedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PortClosedException(String message) {
    super(message);
  }
}
