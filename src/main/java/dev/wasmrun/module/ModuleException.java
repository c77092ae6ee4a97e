package dev.wasmrun.module;

/** A module that cannot be found, read, parsed or validated; the message is one complete line. */
public class ModuleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ModuleException(String message) {
    super(message);
  }

  ModuleException(String message, Throwable cause) {
    super(message, cause);
  }
}
