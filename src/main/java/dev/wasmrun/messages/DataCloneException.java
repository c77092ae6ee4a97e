package dev.wasmrun.messages;

/**
 * A value was to be posted of which something cannot be copied or transferred. Names the place in
 * the value, such as {@code message[2].owner}, and the type there. Nothing was posted, and nothing
 * transferred.
 */
public final class DataCloneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DataCloneException(String message) {
    super(message);
  }

  DataCloneException(String message, Throwable cause) {
    super(message, cause);
  }
}
