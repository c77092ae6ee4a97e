package dev.wasmrun.guest;

import java.util.List;

/**
 * A call into a guest that did not return: it trapped, exited, unwound, threw, was interrupted or
 * met a fault. It may be serialized, backtrace included, if its cause may, which can be anything
 * that a host function has thrown.
 */
public abstract sealed class GuestFailure extends RuntimeException
    permits Trap, GuestExit, GuestUnwound, GuestThrown, HostFault, GuestInterrupted {
  private static final long serialVersionUID = 1L;

  private final String[] backtrace; // an array, for serialization

  GuestFailure(String message, Throwable cause, List<String> backtrace) {
    super(message, cause);
    this.backtrace = backtrace.toArray(String[]::new);
  }

  /** Names of the guest functions that were active, innermost first; empty where none was. */
  public List<String> backtrace() {
    return List.of(backtrace);
  }
}
