package dev.wasmrun.guest;

import java.util.List;

/**
 * A call into a guest that did not return: it trapped, exited, unwound, threw, was interrupted or
 * met a fault.
 */
public abstract sealed class GuestFailure extends RuntimeException
    permits Trap, GuestExit, GuestUnwound, GuestThrown, HostFault, GuestInterrupted {
  private static final long serialVersionUID = 1L;

  private final transient List<String> backtrace;

  GuestFailure(String message, Throwable cause, List<String> backtrace) {
    super(message, cause);
    this.backtrace = List.copyOf(backtrace);
  }

  /** Names of the guest functions that were active, innermost first; empty where none was. */
  public List<String> backtrace() {
    return backtrace == null ? List.of() : backtrace;
  }
}
