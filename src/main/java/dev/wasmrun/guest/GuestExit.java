package dev.wasmrun.guest;

import java.util.List;

/** The guest asked for its whole program to end with an exit code. */
public final class GuestExit extends GuestFailure {
  private static final long serialVersionUID = 1L;

  private final int code;

  /** An exit for a host function to throw: {@code code} is what the guest wants its own to be. */
  public GuestExit(int code) {
    super("exit with code " + code, null, List.of());
    this.code = code;
  }

  /** The exit code, as the guest gave it. */
  public int code() {
    return code;
  }
}
