package dev.wasmrun.wasi;

import dev.wasmrun.Internal;

/** An operation of a guest that is answered with an error number; nothing of the host failed. */
@Internal
public final class ErrnoException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Errno errno;

  public ErrnoException(Errno errno) {
    // Guests meet such errors in their ordinary work: no stack trace is collected.
    super(errno.name(), null, false, false);
    this.errno = errno;
  }

  /** What the guest is told. */
  public Errno errno() {
    return errno;
  }
}
