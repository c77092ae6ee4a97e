package dev.wasmrun.guest;

import java.util.List;

/**
 * The guest abandons the calls in progress on its thread up to one that it has made through the
 * host in order to catch this: a C++ exception, or a {@code longjmp}. What is thrown is the guest's
 * own business, in its memory.
 */
public final class GuestThrown extends GuestFailure {
  private static final long serialVersionUID = 1L;

  /** What a host function throws on the guest's behalf. */
  public GuestThrown() {
    super("thrown by the guest", null, List.of());
  }
}
