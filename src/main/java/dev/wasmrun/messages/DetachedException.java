package dev.wasmrun.messages;

/** A port or buffer was used that has been transferred; its new owner uses it. */
public final class DetachedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DetachedException(String message) {
    super(message);
  }
}
