package dev.wasmrun.guest;

import java.util.List;

/**
 * The guest asked that the calls in progress on its thread be abandoned, as after a thread's own
 * exit; its instance stays usable.
 */
public final class GuestUnwound extends GuestFailure {
  private static final long serialVersionUID = 1L;

  /** What a host function throws on the guest's behalf. */
  public GuestUnwound() {
    super("unwound at the guest's own request", null, List.of());
  }
}
