package dev.wasmrun.source;

/** Debug information that is not what its format allows, or asks for too much work. */
final class BadDebugInformation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadDebugInformation(String message) {
    super(message);
  }

  BadDebugInformation(String message, Throwable cause) {
    super(message, cause);
  }
}
