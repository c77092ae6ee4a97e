package dev.wasmrun.crew;

import dev.wasmrun.Internal;

/** The system has no further thread, or no memory for its stack; the message is one line. */
@Internal
public final class ThreadRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ThreadRefused(String thread, Throwable cause) {
    super(
        "cannot start the thread %s: %s; try fewer threads or a smaller stack"
            .formatted(thread, cause.getMessage()),
        cause);
  }
}
