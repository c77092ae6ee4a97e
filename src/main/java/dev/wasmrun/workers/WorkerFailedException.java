package dev.wasmrun.workers;

/** A worker ended otherwise than by returning; the cause, where there is one, tells more. */
public final class WorkerFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WorkerFailedException(String message) {
    super(message);
  }

  WorkerFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
